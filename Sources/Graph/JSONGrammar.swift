/// The grammar of JSON (RFC 8259), without what is inside strings.
///
/// Meta passes on names that are not valid in a string, so those are not checked.
struct JSONGrammar {
    private enum Expected {
        case value
        case elementOrEnd
        case key
        case keyOrEnd
        case colon
        case commaOrEnd
        /// The text must end here.
        case nothing
    }

    private let text: [UInt8]
    private var index = 0
    private var expected = Expected.value
    /// The brackets of the containers that are open.
    ///
    /// Not a recursion, because text from outside must not use up the stack.
    private var open: [UInt8] = []

    private init(_ text: [UInt8]) {
        self.text = text
    }

    /// Returns whether the text is one JSON value, perhaps after a byte order mark.
    static func accepts(_ text: [UInt8]) -> Bool {
        var grammar = JSONGrammar(text)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { grammar.index = 3 }
        while grammar.skipBlanks() {
            guard grammar.takeNext() else { return false }
        }
        return grammar.expected == .nothing
    }

    /// Skips whitespace; returns `false` at the end of the text.
    private mutating func skipBlanks() -> Bool {
        while index < text.count {
            switch text[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return true
            }
        }
        return false
    }

    /// Takes the next character, string, number or word; returns `false` if it must not be there.
    private mutating func takeNext() -> Bool {
        switch (expected, text[index]) {
        case (.value, UInt8(ascii: "{")), (.elementOrEnd, UInt8(ascii: "{")):
            begin(.keyOrEnd)
        case (.value, UInt8(ascii: "[")), (.elementOrEnd, UInt8(ascii: "[")):
            begin(.elementOrEnd)
        case (.elementOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")):
            end()
        case (.commaOrEnd, UInt8(ascii: "]")), (.commaOrEnd, UInt8(ascii: "}")):
            // In ASCII, each closing bracket is two after its opening one.
            guard open.last == text[index] - 2 else { return false }
            end()
        case (.commaOrEnd, UInt8(ascii: ",")):
            index += 1
            expected = open.last == UInt8(ascii: "{") ? .key : .value
        case (.colon, UInt8(ascii: ":")):
            index += 1
            expected = .value
        case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
            expected = .colon
            return skipString()
        case (.value, UInt8(ascii: "\"")), (.elementOrEnd, UInt8(ascii: "\"")):
            expected = afterValue
            return skipString()
        case (.value, _), (.elementOrEnd, _):
            expected = afterValue
            return skipScalar()
        default: return false
        }
        return true
    }

    private var afterValue: Expected { open.isEmpty ? .nothing : .commaOrEnd }

    private mutating func begin(_ first: Expected) {
        open.append(text[index])
        index += 1
        expected = first
    }

    private mutating func end() {
        open.removeLast()
        index += 1
        expected = afterValue
    }

    private mutating func skipString() -> Bool {
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        return index <= text.count
    }

    private mutating func skipScalar() -> Bool {
        let start = index
        while index < text.count, isInScalar(text[index]) { index += 1 }
        let scalar = text[start..<index]
        return ["true", "false", "null"].contains { scalar.elementsEqual($0.utf8) }
            || Self.isNumber(scalar)
    }

    private func isInScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"): true
        default: Self.isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let whole = rest.prefix(while: isDigit)
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else {
            return false
        }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
                rest.removeFirst()
            }
            let digits = rest.prefix(while: isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
        }
        return rest.isEmpty
    }
}
