import Foundation
import Support

/// The words, literals and marks of Swift source, as far as messages are made of them.
struct SwiftToken: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case word(String)
        case mark(Character)
        case text([Piece])
    }

    /// A part of a string literal.
    enum Piece: Equatable, Sendable {
        case fixed(String)
        /// Code whose value is put in.
        case value([SwiftToken])
    }

    let kind: Kind
    let line: Int

    var word: String? { if case .word(let word) = kind { word } else { nil } }
    var pieces: [Piece]? { if case .text(let pieces) = kind { pieces } else { nil } }
    func isMark(_ mark: Character) -> Bool { kind == .mark(mark) }

    /// The tokens of each file of the program, read once for all.
    static let ofProgram = Result { try readProgram() }

    private static func readProgram() throws -> [String: [SwiftToken]] {
        var files: [String: [SwiftToken]] = [:]
        for target in ["Console", "tokenvault-main"] {
            let folder = ProgramUnderTest.repository + "/Sources/\(target)"
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
            where path.hasSuffix(".swift") {
                let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
                files[URL(filePath: path).lastPathComponent] = tokens(of: text)
            }
        }
        return files
    }

    /// The tokens of a file; comments and white space are left out.
    static func tokens(of source: String) -> [SwiftToken] {
        var scanner = Scanner(source)
        return scanner.tokens(until: nil)
    }

    private struct Scanner {
        private let text: [Character]
        private var place = 0
        private var line = 1

        init(_ source: String) { text = Array(source) }

        private func starts(with mark: String) -> Bool { text[place...].starts(with: mark) }

        private mutating func skip(_ count: Int = 1) {
            line += text[place..<min(place + count, text.count)].count { $0 == "\n" }
            place += count
        }

        /// Up to the end or, in a literal, to the bracket that ends the code in it.
        mutating func tokens(until end: Character?) -> [SwiftToken] {
            var tokens: [SwiftToken] = []
            var depth = 0
            while place < text.count {
                let (character, line) = (text[place], line)
                if character == "(" { depth += 1 }
                if character == ")" {
                    if end == ")", depth == 0 { return tokens }
                    depth -= 1
                }
                if starts(with: "//") {
                    while place < text.count, text[place] != "\n" { skip() }
                } else if character == "\"" {
                    tokens.append(SwiftToken(kind: .text(literal()), line: line))
                } else if character.isLetter || character.isNumber || character == "_" {
                    let word = text[place...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                    skip(word.count)
                    tokens.append(SwiftToken(kind: .word(String(word)), line: line))
                } else {
                    if !character.isWhitespace {
                        tokens.append(SwiftToken(kind: .mark(character), line: line))
                    }
                    skip()
                }
            }
            return tokens
        }

        private mutating func literal() -> [Piece] {
            let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
            skip(quotes.count)
            var pieces: [Piece] = []
            var fixed = ""
            while place < text.count, !starts(with: quotes) {
                if starts(with: "\\(") {
                    skip(2)
                    pieces += [.fixed(fixed), .value(tokens(until: ")"))]
                    fixed = ""
                } else if text[place] == "\\" {
                    skip()
                    fixed.append(text[place] == "n" ? "\n" : text[place])
                } else {
                    fixed.append(text[place])
                }
                skip()
            }
            skip(quotes.count)
            return (pieces + [.fixed(fixed)]).filter { $0 != .fixed("") }
        }
    }
}

extension Collection<SwiftToken> {
    /// The places of a mark outside of all brackets.
    func places(of mark: Character) -> [Index] {
        var depth = 0
        return indices.filter { index in
            if ["(", "[", "{"].contains(where: self[index].isMark) { depth += 1 }
            if [")", "]", "}"].contains(where: self[index].isMark) { depth -= 1 }
            return depth == 0 && self[index].isMark(mark)
        }
    }

    /// The parts between marks that stand outside of all brackets.
    func parts(between mark: Character) -> [SubSequence] {
        var parts: [SubSequence] = []
        var rest = self[...]
        for place in places(of: mark) {
            parts.append(rest[..<place])
            rest = rest[index(after: place)...]
        }
        return rest.isEmpty ? parts : parts + [rest]
    }

    /// What comes before the comma or the bracket that ends an argument.
    var argument: SubSequence {
        var depth = 0
        let end = indices.first { index in
            if ["(", "[", "{"].contains(where: self[index].isMark) { depth += 1 }
            if [")", "]", "}"].contains(where: self[index].isMark) { depth -= 1 }
            return depth < 0 || depth == 0 && self[index].isMark(",")
        }
        return self[..<(end ?? endIndex)]
    }

    /// What stands in the brackets that open at `start`.
    func inside(from start: Index) -> SubSequence {
        var depth = 0
        for index in indices[start...] {
            if ["(", "[", "{"].contains(where: self[index].isMark) { depth += 1 }
            if [")", "]", "}"].contains(where: self[index].isMark) { depth -= 1 }
            if depth == 0 { return self[self.index(after: start)..<index] }
        }
        return self[endIndex...]
    }
}
