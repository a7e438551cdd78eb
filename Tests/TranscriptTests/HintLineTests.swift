import Foundation
import Support
import Testing

@testable import Console
@testable import tokenvault_main

/// The command lines in messages are valid; CatalogTests checks those in the hints of errors.
@Suite struct HintLineTests {
    /// Values to put in place of placeholders, by the word before them.
    private static let values = [
        "import": ".env", "--app": "app:1234567890123456", "revoke": "user:10200000000000009",
        "refresh": "user:10200000000000009", "rotate": "app:1234567890123456",
    ]
    /// The text that fingerprints are computed with, which only looks like a command line.
    private static let notTyped = "tokenvault fingerprint"

    /// Returns the string literals of the source, line by line, with … in place of each interpolation.
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

    @Test func `each command line in a hint, note or warning is valid`() throws {
        let lines = try literals().compactMap { text in
            text.firstMatch(of: /^(?:.*(?:: |\| ))?(tokenvault [a-z][^:;]*)$/).map { String($0.1) }
        }.filter { $0 != Self.notTyped }
        try #require(lines.count > 30)
        for line in lines {
            var words: [String] = []
            // A redirection is for the shell and not an argument.
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

    @Test func `each usage error points to help that exists`() throws {
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
