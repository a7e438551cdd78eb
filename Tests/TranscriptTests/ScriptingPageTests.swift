import Console
import Foundation
import Support
import Testing

/// tokenvault-scripting(7) lists exactly what the program prints and reads.
@Suite(.timeLimit(.minutes(5)))
struct ScriptingPageTests {
    private let page: ManualSource

    init() throws {
        page = try ManualSource("scripting.mdoc")
    }

    @Test func `exit statuses are those of the program, here and in tokenvault(1)`() throws {
        let numbers = (Int32(0)...255).filter { ExitStatus(rawValue: $0) != nil }
        let statuses = Set(numbers.map(String.init))
        #expect(page.words(after: ".It ", in: "EXIT STATUS") == statuses)
        let main = try ManualSource("manual.mdoc")
        #expect(main.words(after: ".It ", in: "EXIT STATUS") == statuses)
    }

    @Test func `kinds of errors are those of the program`() {
        let kinds: [Failure.Kind] = [
            .configuration, .fault, .file, .graph, .interrupted, .locked, .network, .token, .usage,
            .vault,
        ]
        for kind in kinds {
            switch kind {
            // Add a new kind to the list above and to the page.
            case .configuration, .fault, .file, .graph, .interrupted, .locked, .network, .token,
                .usage, .vault:
                break
            }
        }
        let listed = page.words(after: ".It Va ", in: "Kinds of errors")
        #expect(listed == Set(kinds.map(\.rawValue)))
    }

    @Test func `unlock methods are listed in their order`() {
        let lines = page.lines(of: "UNLOCKING")
        let variables = lines.filter { $0.hasPrefix(".Ev TOKENVAULT_") }.map { $0.dropFirst(4) }
        #expect(variables.map(String.init) == UnlockMethod.all.compactMap(\.variable))
        let text = lines.joined(separator: " ")
        for method in UnlockMethod.all {
            if let option = method.option {
                #expect(text.contains("Fl Fl \(option.dropFirst(2)) "), "\(option)")
            }
            if let credential = method.credential {
                #expect(text.contains(".Pa \(credential) "), "\(credential)")
            }
        }
    }

    @Test func `each variable of the program's own is listed`() throws {
        let sources = ProgramUnderTest.repository + "/Sources"
        var variables: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources)
        where path.hasSuffix(".swift") {
            let source = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
            variables.formUnion(
                source.matches(of: /"(TOKENVAULT_[A-Z_]*[A-Z])"/).map { String($0.1) })
        }
        try #require(variables.count > 8)
        let listed = page.words(after: ".It Ev ", in: "ENVIRONMENT")
        #expect(variables.subtracting(listed).isEmpty)
    }

    @Test(arguments: [
        ("Entry", ["list", "show page:1020000000000001", "pages --offline"]),
        ("Check", ["check"]),
        ("Refresh", ["refresh --all", "refresh --all --graph-url http://127.0.0.1:1"]),
        ("Import", ["import .env --dry-run"]),
        ("Inspect", ["inspect page:1020000000000001"]),
        ("Doctor", ["doctor --offline --graph-version v24.0"]),
    ])
    func `the members of documents are those that are printed`(
        _ section: String, _ commands: [String]
    ) async throws {
        let home = try await TemporaryHome.withPages(using: try await TemporaryGraph())
        try home.write(
            "FB_APP_ID=2345678901234567\nFB_APP_SECRET=FAKEsecret0002\nFB_TOKEN=EAAFAKEtoken0001\n",
            to: ".env")
        var printed: Set<String> = []
        for command in commands {
            let words = "\(command) --json".split(separator: " ").map(String.init)
            let run = try await home.run(words)
            printed.formUnion(try members(of: run.output))
        }
        var listed = page.words(after: ".It Va ", in: section)
        if section == "Check" || section == "Import" {
            listed.formUnion(page.words(after: ".It Va ", in: "Entry"))
        }
        #expect(printed == listed)
    }

    /// Commands that print short documents, with their input; the last ones change the passphrase.
    private static let others = [
        ("init", "--vault new --kdf interactive", ""),
        ("init", "--vault other --kdf interactive --generate", ""),
        ("unlock", "--for 1m", ""), ("lock", "", ""), ("status", "", ""), ("verify", "", ""),
        ("key add", "web1 web1.key", ""), ("key list", "", ""), ("key remove", "web1", ""),
        ("rename", "page:1020000000000001 bakery", ""), ("remove", "page:1020000000000003", ""),
        ("proof", "page:1020000000000001 --timed", ""),
        ("client-code", "--redirect-uri http://localhost:47231/", ""),
        ("revoke", "user:10200000000000009 --force", ""),
        ("rotate", "app:1234567890123456 --no-verify", "FAKEsecret0003"),
        ("rotate", "app:1234567890123456 --no-verify", "FAKEsecret0003"),
        ("rotate", "app:1234567890123456 --undo", ""),
        ("rotate", "app:1234567890123456 --forget", ""),
        ("passphrase", "--vault new --kdf interactive --generate", ""),
        ("passphrase", "--kdf interactive --new-passphrase-file words", ""),
    ]

    @Test func `the members of short documents are those that are printed`() async throws {
        let home = try await TemporaryHome.withPages(using: try await TemporaryGraph())
        try home.write("FAKE words", to: "words")
        let listed = page.membersOfCommands(in: "Other commands")
        var printed: [String: Set<String>] = [:]
        for (command, arguments, input) in Self.others {
            let words = "\(command) \(arguments) --json".split(separator: " ").map(String.init)
            let run = try await home.run(
                words, input: input, environment: TemporaryHome.passphrase())
            // Some kernels do not keep keys.
            if command == "unlock", run.status == 74 {
                printed[command] = listed[command]
                continue
            }
            printed[command, default: []].formUnion(try members(of: run.output))
        }
        #expect(printed == listed)
    }

    @Test func `the members of an error are those that are printed`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withPages(using: graph)
        try graph.setFaults(
            """
            [{"match":"debug_token","kind":"error","status":400,"code":190,"subcode":460,
              "type":"OAuthException","message":"Fake","error_user_title":"Fake title",
              "error_user_msg":"Fake text"}]
            """)
        let run = try await home.run("inspect", "page:1020000000000001", "--json")
        let printed = try members(of: Data(run.errors.utf8))
        // This error comes without warnings.
        let listed = page.words(after: ".It Va ", in: "ERRORS AND WARNINGS")
        #expect(printed == listed.union(["error"]).subtracting(["warnings"]))
    }

    @Test func `the metrics are those that are printed`() async throws {
        let home = try await TemporaryHome.withPages(using: try await TemporaryGraph())
        // A version with a known end.
        let text = try await home.run(
            "check", "--format", "prometheus", "--graph-version", "v24.0"
        ).text
        let printed = Set(text.matches(of: /(?m)^tokenvault_\w+/).map { String($0.output) })
        #expect(printed == page.words(after: ".It Va ", in: "METRICS"))
    }

    /// Returns the names of all members of the objects in a JSON document.
    private func members(of document: Data) throws -> Set<String> {
        members(of: try JSONSerialization.jsonObject(with: document))
    }

    private func members(of value: Any) -> Set<String> {
        if let values = value as? [Any] {
            return values.reduce(into: []) { $0.formUnion(members(of: $1)) }
        }
        guard let object = value as? [String: Any] else { return [] }
        var names = Set(object.keys)
        // The members of granular_scopes are scopes.
        for (name, value) in object where name != "granular_scopes" {
            names.formUnion(members(of: value))
        }
        return names
    }
}

/// The source of a manual page, by section.
private struct ManualSource {
    private var sections: [String: [Substring]] = [:]

    init(_ file: String) throws {
        let text = try String(
            contentsOfFile: "\(ProgramUnderTest.repository)/Scripts/\(file)", encoding: .utf8)
        var section = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix(".Sh ") || line.hasPrefix(".Ss ") {
                section = String(line.dropFirst(4))
            } else {
                sections[section, default: []].append(line)
            }
        }
    }

    /// Returns the lines below a heading, up to the next one.
    func lines(of section: String) -> [Substring] { sections[section] ?? [] }

    /// Returns the words after `start` in the lines that begin with it, without macros.
    func words(after start: String, in section: String) -> Set<String> {
        let lines = lines(of: section).filter { $0.hasPrefix(start) }
        let words = lines.flatMap { $0.dropFirst(start.count).split(separator: " ") }
        return Set(words.filter { ![",", "Ev"].contains($0) }.map(String.init))
    }

    /// Returns the members that a list names for each command.
    func membersOfCommands(in section: String) -> [String: Set<String>] {
        var members: [String: Set<String>] = [:]
        var command = ""
        for line in lines(of: section) {
            if line.hasPrefix(".It Cm ") {
                command = String(line.dropFirst(7))
            } else if line.hasPrefix(".Va ") {
                let name = line.dropFirst(4).prefix { $0 != " " }
                members[command, default: []].insert(String(name))
            }
        }
        return members
    }
}
