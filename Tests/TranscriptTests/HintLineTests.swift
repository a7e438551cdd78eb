import Foundation
import Support
import Testing

@testable import Console
@testable import tokenvault_main

/// What a person is told to type is a command line that the program takes; the hints of errors are walked
/// by CatalogTests.
@Suite struct HintLineTests {
    /// What stands in the place of a value, by the word before it.
    private static let values = [
        "import": ".env", "--app": "app:1234567890123456", "revoke": "user:10200000000000009",
        "refresh": "user:10200000000000009", "rotate": "app:1234567890123456",
    ]
    /// It begins like one and is none: what fingerprints are made with.
    private static let notTyped = "tokenvault fingerprint"

    /// The literals of the program's source, as far as each is within a line, with … for each value.
    private func literals() throws -> Set<String> {
        let value = #/\\\((?:[^()"]|"[^"]*"|\((?:[^()]|\([^()]*\))*\))*\)/#
        let literal = #/"((?:[^"\\]|\\.)*)"/#
        var literals: Set<String> = []
        for target in ["Console", "Entries", "tokenvault-main"] {
            let folder = ProgramUnderTest.repository + "/Sources/\(target)"
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
            where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
                for line in text.split(separator: "\n") where !line.contains(#/^ *\/\//#) {
                    let code = line.replacing(value, with: " …")
                    literals.formUnion(code.matches(of: literal).map { String($0.1) })
                }
            }
        }
        return literals
    }

    @Test func `each command line in a hint, a note or a warning is one`() throws {
        let lines = try literals().compactMap { text in
            text.firstMatch(of: /^(?:.*(?:: |\| ))?(tokenvault [a-z][^:;]*)$/).map { String($0.1) }
        }.filter { $0 != Self.notTyped }
        try #require(lines.count > 30)
        for line in lines {
            var words: [String] = []
            // What a shell redirects is not an argument.
            for word in line.replacing(#/ \d+<\s*…/#, with: "").split(
                whereSeparator: \.isWhitespace)
            {
                let value = words.last.flatMap { Self.values[$0] } ?? "page:1020000000000001"
                words.append(word == "…" ? value : String(word))
            }
            #expect(throws: Never.self, "\(line)") {
                try CommandLineParsing.command(for: Array(words.dropFirst()))
            }
        }
    }

    @Test func `what is wrong usage is told where to find help, and there is some`() throws {
        var lines = ["", "exchagne", "help statsu", "key lits", "nothing-like-it"]
        for group in [[], ["key"]] {
            guard case .text(let help) = try CommandLineParsing.command(for: group + ["--help"])
            else { continue }
            lines += help.matches(of: /\n  ([a-z][a-z-]+) {2,}/).map { match in
                (group + [String(match.1)]).joined(separator: " ")
            }
        }
        try #require(lines.count > 30)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let error = #expect(throws: (any Error).self, "\(line)") {
                try CommandLineParsing.command(for: words + ["--nothing"])
            }
            let command = try #require(error.flatMap { Failure($0).hint }, "\(line)")
            let hint = "\(command)".split(separator: " ").map(String.init)
            #expect(hint.first == "tokenvault")
            guard
                case .text(let help) = try CommandLineParsing.command(for: Array(hint.dropFirst()))
            else {
                Issue.record("no help: \(hint)")
                continue
            }
            #expect(help.contains("USAGE: "), "\(hint)")
        }
    }
}
