import Foundation
import Support

/// The manual page tokenvault-errors(7), as far as its source says what is listed.
struct ErrorPage {
    /// A message that is listed.
    struct Item {
        /// As ``SourceMessages`` has them.
        let words: String
        /// As they are rendered, with placeholders.
        let shown: String
        /// The exit status that it is listed under, where all have the same.
        let status: Int?
    }

    private(set) var items: [Item] = []
    /// The words of all lines, values as ….
    let text: String

    /// The page of this repository.
    static func ofProgram() throws -> ErrorPage {
        let folder = ProgramUnderTest.repository + "/Scripts/errors.d"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return ErrorPage(
            try files.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
                .joined())
    }

    private init(_ source: String) {
        var status: Int?
        var lines: [String] = []
        for line in source.split(separator: "\n") where !line.hasPrefix(".\\\"") {
            if line.hasPrefix(".Ss ") {
                status = line.firstMatch(of: /^\.Ss Status (\d+):/).flatMap { Int($0.1) }
            }
            let words = Self.words(in: line) { _ in "…" }
            if line.hasPrefix(".It ") {
                items.append(
                    Item(
                        words: SourceMessages.normal(words), shown: Self.words(in: line) { $0 },
                        status: status))
            }
            lines.append(words)
        }
        text = lines.joined(separator: " ").replacing(/\s*…[\s…]*/, with: "…")
    }

    /// What a line of mdoc shows, with `value` for each argument of `Ar`.
    private static func words(in line: Substring, value: (String) -> String) -> String {
        var text = ""
        var (isValue, isJoined, end) = (false, true, "")
        func append(_ word: String) {
            let isMark = [",", ":", ";", ".", "?"].contains(word)
            text += isJoined || isMark || word == ")" ? word : " " + word
            isJoined = word == "("
        }
        let words = line.hasPrefix(".") ? line.dropFirst() : line
        for word in words.split(separator: " ") {
            switch word {
            case "Ar": isValue = true
            case "No", "It", "Ql", "Dq", "Fl", "Ev": isValue = false
            case "Ns": (isValue, isJoined) = (false, true)
            case "Po":
                isValue = false
                append("(")
            case "Pc":
                isValue = false
                append(")")
            case "Pq":
                isValue = false
                append("(")
                end = ")"
            default:
                let plain = String(word).replacing("\\[u2026]", with: "…")
                    .replacing("\\(dq", with: "\"")
                append(isValue && plain.contains { $0.isLetter } ? value(plain) : plain)
            }
        }
        return text + end
    }
}
