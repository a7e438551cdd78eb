import Foundation
import Testing

/// The manual pages that Scripts/manual makes.
@Suite(.timeLimit(.minutes(10)))
struct ManualTests {
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "no man here"))
    func `each command has a page that man shows without a warning`() async throws {
        let home = try TemporaryHome()
        let list = try await home.run("--help").text.matches(of: /\n  ([a-z][a-z-]+) {2,}/)
        let commands = list.map { String($0.1) }.filter { $0 != "help" }
        try #require(commands.count > 20)
        let made = try await home.shell(
            "\"$REPOSITORY\"/Scripts/manual \"$(command -v tokenvault)\" pages",
            // The first time it builds the generator.
            environment: ["REPOSITORY": Repository.path], within: .seconds(540))
        try #require(made.status == 0, "\(made.errors)")
        let pages =
            commands.map { "tokenvault-\($0).1" } + ["tokenvault.1", "tokenvault-key-add.1"]
        for page in pages {
            let shown = try await home.shell("MANWIDTH=80 man -l --warnings pages/\(page) | cat")
            #expect(shown.status == 0 && shown.errors.isEmpty, "\(page): \(shown.errors)")
            #expect(shown.text.contains("EXIT STATUS"), "\(page)")
            if page != "tokenvault.1" { #expect(shown.text.contains("EXAMPLES"), "\(page)") }
        }
    }
}
