import Foundation
import Support

/// Every message in the program's source that a command can end with.
///
/// It reads literals and where they stand, no more: what is made into a message in another way than
/// those listed here is in `unclear`, so that nothing gets past it.
struct SourceMessages: Sendable {
    /// The words of a message, with … for each value that is put in.
    struct Message: Hashable, Sendable {
        let words: String
        /// The exit status, where the source names it.
        let status: String?
    }

    private(set) var messages: Set<Message> = []
    /// What is put into messages: reasons, and clauses that are not always there.
    private(set) var clauses: Set<String> = []
    /// Where a message is no literal and it is not known where its words come from.
    private(set) var unclear: [String] = []

    private let files: [String: [SwiftToken]]
    /// What can be done to a file and fail, in the words of the message.
    private let operations: [String]
    private var resolved: Set<String> = []

    /// What is called with a message or a part of one: which argument that is, among those without a
    /// label, and the exit status where it is always the same.
    private static let calls: [String: (position: Int, status: String?, isMessage: Bool)] = [
        "Failure": (1, nil, true), "init": (1, nil, true), "usage": (0, "usage", true),
        "advice": (0, "configuration", true), "inTheWay": (0, nil, false),
        "justListen": (0, nil, false), "leaveOut": (1, nil, false),
    ]
    /// The same for arguments with a label.
    private static let labels: [String: (status: String?, isMessage: Bool)] = [
        "orElse": ("interrupted", true), "otherwise": (nil, false), "reason": (nil, false),
        "message": (nil, true),
    ]
    /// What has its words from what is listed above or from the parser, or ends no command.
    private static let passedOn = [
        "Failure.swift: message", "Confirmation.swift: refusal", "GraphAdvice.swift: meaning",
        "PassphraseSources.swift: noWay", "PassphraseSources.swift: noPassphrase",
        "PassphraseSources.swift: noWayForNew",
        "CommandLineParsing.swift: Tokenvault.message.for.error", "RefreshReport.swift: message",
    ]
    /// A literal that is looked for, not shown.
    private static let notShown = "'. Did you mean '"

    init() throws {
        files = try SwiftToken.ofProgram.get()
        operations = try Self.operations()
        for (file, tokens) in files { read(tokens, of: file) }
    }

    private mutating func read(_ tokens: [SwiftToken], of file: String) {
        for (index, token) in tokens.enumerated() {
            guard let word = token.word, index + 1 < tokens.count else { continue }
            if let label = Self.labels[word] {
                takeLabelled(tokens[(index + 1)...], label, of: file)
            }
            // `init(` alone declares one.
            guard let call = Self.calls[word], tokens[index + 1].isMark("("), index > 0,
                tokens[index - 1].word != "func", word != "init" || tokens[index - 1].isMark(".")
            else { continue }
            let arguments = tokens.inside(from: index + 1).parts(between: ",").filter {
                $0.count < 2 || !$0[$0.startIndex + 1].isMark(":")
            }
            guard call.position < arguments.count else { continue }
            var status = call.status
            if call.position == 1, arguments[0].count == 2, arguments[0].first?.isMark(".") == true
            {
                status = arguments[0].last?.word
            }
            take(arguments[call.position], status: status, isMessage: call.isMessage, of: file)
        }
    }

    /// Takes the literals behind a label of an argument, or of a parameter that has them as its
    /// default.
    private mutating func takeLabelled(
        _ rest: ArraySlice<SwiftToken>, _ label: (status: String?, isMessage: Bool), of file: String
    ) {
        guard let place = rest.prefix(2).firstIndex(where: { $0.word == nil }),
            rest[place].isMark(":")
        else { return }
        let value = rest[(place + 1)...].argument
        let phrases = Self.literals(in: value)
        for phrase in phrases {
            add(phrase, status: label.status, isMessage: label.isMessage, of: file)
        }
        // With a type it is declared.
        if phrases.isEmpty, label.isMessage, value.first?.word?.first?.isUppercase == false {
            noteUnlessKnown(value, of: file)
        }
    }

    private mutating func noteUnlessKnown(_ value: ArraySlice<SwiftToken>, of file: String) {
        let code = value.compactMap(\.word).joined(separator: ".")
        if !code.hasSuffix(".message"), !Self.passedOn.contains("\(file): \(code)") {
            unclear.append("\(file):\(value.first?.line ?? 0): \(code)")
        }
    }

    /// Takes a message, or a part of one, for what it is made of.
    private mutating func take(
        _ value: ArraySlice<SwiftToken>, status: String?, isMessage: Bool, of file: String
    ) {
        for pieces in Self.phrases(value) {
            if Self.words(pieces).isEmpty {
                if !resolve(pieces, of: file), isMessage { noteUnlessKnown(value, of: file) }
            } else {
                add(pieces, status: status, isMessage: isMessage, of: file)
            }
        }
    }

    private mutating func add(
        _ pieces: [SwiftToken.Piece], status: String?, isMessage: Bool, of file: String
    ) {
        let operation = pieces.firstIndex { piece in
            if case .value(let code) = piece { code.last?.word == "rawValue" } else { false }
        }
        if let operation {
            for name in operations {
                var named = pieces
                named[operation] = .fixed(name)
                add(named, status: status, isMessage: isMessage, of: file)
            }
            return
        }
        let words = Self.words(pieces)
        // Of marks alone is what puts two others together; one word alone nobody looks for.
        let wordCount = words.matches(of: /\p{L}{2,}/).count
        if isMessage, wordCount > 0 {
            messages.insert(Message(words: words, status: status))
        } else if wordCount > 1, words != Self.notShown {
            clauses.insert(words)
        }
        _ = resolve(pieces, of: file)
    }

    /// Takes what is put into a message from variables and functions that hold words; whether there
    /// were any.
    private mutating func resolve(_ pieces: [SwiftToken.Piece], of file: String) -> Bool {
        var found = false
        for case .value(let code) in pieces {
            var (name, home) = (code.first?.word, file)
            let calls = code.count > 1 && code.contains { $0.isMark("(") }
            if calls, code.count > 3, code[1].isMark("."), let owner = name {
                if owner != "Self" { home = "\(owner).swift" }
                name = code[2].word
            }
            // Values, not words.
            if ["DisplayText.swift", "TimeText.swift", "ShellWord.swift"].contains(home) {
                continue
            }
            guard let name, calls || code.count == 1, let tokens = files[home] else { continue }
            let sources =
                calls ? Self.bodies(of: name, in: tokens) : Self.values(of: name, in: tokens)
            let phrases = sources.flatMap { source in
                let literals = Self.literals(in: source)
                return literals.isEmpty ? [[.value(Array(source))]] : literals
            }
            found = found || phrases.contains { !Self.words($0).isEmpty }
            guard resolved.insert("\(home): \(name)").inserted else { continue }
            for phrase in phrases { add(phrase, status: nil, isMessage: false, of: home) }
        }
        return found
    }
}

extension SourceMessages {
    /// What an expression can come to: the literals that `+` joins, of each side of a choice.
    private static func phrases(_ code: ArraySlice<SwiftToken>) -> [[SwiftToken.Piece]] {
        let question = code.places(of: "?").first { place in
            place > code.startIndex && place + 1 < code.endIndex
                && ![place - 1, place + 1].contains { code[$0].isMark("?") || code[$0].isMark(".") }
        }
        if let question {
            return code[(question + 1)...].parts(between: ":").flatMap(phrases)
        }
        let parts = code.parts(between: "+").flatMap { part in
            part.count == 1 ? part.first?.pieces ?? [.value(Array(part))] : [.value(Array(part))]
        }
        return [parts]
    }

    /// The words of a message as they are compared: each value a …, none at the ends.
    private static func words(_ pieces: [SwiftToken.Piece]) -> String {
        normal(pieces.map { if case .fixed(let text) = $0 { text } else { "…" } }.joined())
    }

    /// Words with … for values, less the … at the ends and the spaces beside the others.
    static func normal(_ text: String) -> String {
        text.replacing(/\s*…[\s…]*/, with: "…").trimming { $0 == "…" || $0.isWhitespace }
    }

    private static func operations() throws -> [String] {
        let path = ProgramUnderTest.repository + "/Sources/Platform/SystemCallFailure.swift"
        let tokens = SwiftToken.tokens(of: try String(contentsOfFile: path, encoding: .utf8))
        guard let name = tokens.firstIndex(where: { $0.word == "Operation" }),
            let start = tokens[name...].firstIndex(where: { $0.isMark("{") })
        else { return [] }
        let cases = tokens.inside(from: start)
        return cases.indices.filter { cases[$0].word == "case" }.compactMap { place in
            let value = cases[place...].dropFirst(2).first
            return value?.isMark("=") == true
                ? cases[place...].dropFirst(3).first?.pieces.map(words)
                : cases[place...].dropFirst().first?.word
        }
    }

    private static func bodies(of name: String, in tokens: [SwiftToken]) -> [ArraySlice<SwiftToken>]
    {
        tokens.indices.dropFirst().filter {
            tokens[$0].word == name && tokens[$0 - 1].word == "func"
        }.compactMap { place in
            tokens[place...].firstIndex { $0.isMark("{") }.map { tokens.inside(from: $0) }
        }
    }

    /// What is assigned to a variable, each to the end of its line or of what continues it.
    private static func values(of name: String, in tokens: [SwiftToken]) -> [ArraySlice<SwiftToken>]
    {
        tokens.indices.filter { tokens[$0].word == name }.compactMap { place in
            let rest = tokens[(place + 1)...]
            guard let sign = rest.prefix(4).firstIndex(where: { $0.isMark("=") }),
                rest[..<sign].first.map({ $0.isMark("+") || $0.isMark(":") }) != false,
                sign + 1 < tokens.endIndex, !tokens[sign + 1].isMark("=")
            else { return nil }
            var end = sign + 1
            while end + 1 < tokens.endIndex {
                let next = tokens[end + 1]
                let continues = [".", "?", ":", "+"].contains(where: next.isMark)
                guard next.line == tokens[end].line || continues else { break }
                end += 1
            }
            return tokens[(sign + 1)...end]
        }
    }

    /// The literals in some code, joined where `+` joins them.
    private static func literals(in code: ArraySlice<SwiftToken>) -> [[SwiftToken.Piece]] {
        var literals: [[SwiftToken.Piece]] = []
        for (index, token) in zip(code.indices, code) {
            guard let pieces = token.pieces else { continue }
            let isJoined =
                index > code.startIndex + 1 && code[index - 1].isMark("+")
                && code[index - 2].pieces != nil
            if isJoined {
                literals[literals.count - 1] += pieces
            } else {
                literals.append(pieces)
            }
        }
        return literals
    }
}

extension String {
    /// Less the characters at both ends for which `isLeft` is true.
    fileprivate func trimming(_ isLeft: (Character) -> Bool) -> String {
        let start = drop(while: isLeft)
        return String(start.reversed().drop(while: isLeft).reversed())
    }
}
