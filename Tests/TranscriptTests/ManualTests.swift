import Foundation
import Support
import Testing

/// The manual pages that Scripts/manual generates.
@Suite(.timeLimit(.minutes(10)))
struct ManualTests {
    private let home: TemporaryHome

    /// A home with the generated pages.
    init() async throws {
        home = try TemporaryHome()
        let made = try await home.shell(
            "\"$REPOSITORY\"/Scripts/manual \"$(command -v tokenvault)\" pages",
            // The first run also builds the generator.
            environment: ["REPOSITORY": ProgramUnderTest.repository], within: .seconds(540))
        try #require(made.status == 0, "\(made.errors)")
    }

    /// Returns a page as man shows it, which must not report any problem.
    private func shown(_ page: String) async throws -> ProgramRun {
        let shown = try await home.shell("MANWIDTH=80 man -l --warnings pages/\(page) | cat")
        #expect(shown.status == 0 && shown.errors.isEmpty, "\(page): \(shown.errors)")
        return shown
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "no man here"))
    func `each command has a page that man shows without a warning`() async throws {
        let list = try await home.run("--help").text.matches(of: /\n  ([a-z][a-z-]+) {2,}/)
        let commands = list.map { String($0.1) }.filter { $0 != "help" }
        try #require(commands.count > 20)
        let pages =
            commands.map { "tokenvault-\($0).1" } + ["tokenvault.1", "tokenvault-key-add.1"]
        for page in pages {
            let text = try await shown(page).text
            #expect(text.contains("EXIT STATUS"), "\(page)")
            if page != "tokenvault.1" { #expect(text.contains("EXAMPLES"), "\(page)") }
        }
        #expect(try await shown("tokenvault.1").text.contains("tokenvault-scripting(7)"))
        #expect(try await shown("tokenvault-scripting.7").text.contains("METRICS"))
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "no man here"))
    func `each error message is found at the start of a line`() async throws {
        #expect(try await shown("tokenvault.1").text.contains("tokenvault-errors(7)"))
        // As groff shows it elsewhere: on Debian it produces no typographic dashes and quotes.
        try home.write(".char - \\[u2010]\n.char ' \\[u2019]\n", to: "mdoc.local")
        let elsewhere = try await home.shell(
            "groff -M . -m mdoc -T utf8 -P -cbou pages/tokenvault-errors.7")
        try #require(elsewhere.text.contains("’"), "\(elsewhere.errors)")
        let messages = try await messages()
        for run in [try await shown("tokenvault-errors.7"), elsewhere] {
            let lines = run.lines.map { $0.drop { $0 == " " } }
            for message in messages {
                // A longer message continues on the next line.
                let isFound = lines.contains { line in
                    message == line || line.count > 50 && message.hasPrefix(line + " ")
                }
                #expect(isFound, "\(message)")
            }
        }
    }

    /// Returns all messages, with placeholders, as the program prints them for Scripts/manual.
    private func messages() async throws -> [String] {
        let lines = try await home.run("--experimental-dump-messages").lines.map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let messages = lines.filter { $0.first == "message" }.map { $0.dropFirst(3).joined() }
        // Without messages, the comparison would prove nothing.
        try #require(messages.count > 60)
        return messages
    }

    /// A command line for each of the argument parser's own errors, with words from that error.
    private static let misuses = [
        ("list --nothing", "unknown option '"), ("list ---", "invalid option"),
        ("list --vault", "missing value for '"), ("add", "missing expected argument '"),
        ("list FAKE", "unexpected argument '…'"),
        ("list FAKE FAKE", " unexpected arguments: '…'"),
        ("check --online=FAKE", "' does not take any value, but '…' was specified"),
        ("init --kdf FAKE", "the value '…' is invalid for '"),
    ]

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "no man here"))
    func `the argument parser's errors are in the page`() async throws {
        let page = try await shown("tokenvault-errors.7").lines
        for (line, words) in Self.misuses {
            let run = try await home.run(line.split(separator: " ").map(String.init))
            #expect(run.status == 64, "\(line)")
            let isSaid = run.errorLines.first?.contains(words) == true
            #expect(isSaid, "\(run.errors)")
            let isListed = page.contains { $0.contains(words) }
            #expect(isListed, "\(words)")
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mandoc"), "no mandoc here"))
    func `mandoc reports no warning either`() async throws {
        let run = try await home.shell("mandoc -T lint -W warning pages/*")
        #expect(run.status == 0 && run.text.isEmpty && run.errors.isEmpty, "\(run.text)")
    }
}
