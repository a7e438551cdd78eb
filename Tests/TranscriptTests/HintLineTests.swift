import Foundation
import Testing

@testable import Console
@testable import tokenvault_main

/// What a person is told to type is a command line that the program takes.
@Suite struct HintLineTests {
    /// What stands in the place of a value, by the word before it.
    private static let values = [
        "import": ".env", "--app": "app:1234567890123456", "revoke": "user:10200000000000009",
        "refresh": "user:10200000000000009", "rotate": "app:1234567890123456",
    ]
    /// Programs of others that a person may be told to run.
    private static let others: Set = [
        "cat", "chmod", "chown", "cp", "curl", "ls", "mv", "rm", "sudo", "timedatectl", "ulimit",
        "unset",
    ]
    /// It begins like one and is none: what fingerprints are made with.
    private static let notTyped = "tokenvault fingerprint"

    /// The literals of the source, with … for each value; of all or of hints and remedies alone.
    private func literals(ofHints: Bool) throws -> Set<String> {
        var literals: Set<String> = []
        for tokens in try SwiftToken.ofProgram.get().values {
            for index in tokens.indices {
                var code = tokens[index...index]
                if ofHints {
                    guard ["hint", "remedy"].contains(tokens[index].word),
                        // Declared, not given.
                        index + 2 < tokens.endIndex, tokens[index + 1].isMark(":"),
                        tokens[index + 2].word != "String"
                    else { continue }
                    code = tokens[(index + 2)...].argument
                }
                for pieces in code.compactMap(\.pieces) {
                    let text = pieces.map { if case .fixed(let text) = $0 { text } else { " …" } }
                    literals.insert(text.joined())
                }
            }
        }
        return literals
    }

    @Test func `each command line in a hint, a note or a warning is one`() throws {
        let lines = try literals(ofHints: false).compactMap { text in
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

    @Test func `a hint is a command`() throws {
        let hints = try literals(ofHints: true)
        try #require(hints.count > 25)
        for hint in hints where hint.contains(where: \.isLetter) {
            let program = String(hint.prefix { $0 != " " })
            let isCommand = program == "tokenvault" || Self.others.contains(program)
            #expect(isCommand, "\(hint)")
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
            let failure = #expect(throws: Failure.self, "\(line)") {
                try CommandLineParsing.command(for: words + ["--nothing"])
            }
            let hint = try #require(failure?.hint, "\(line)").split(separator: " ").map(String.init)
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
