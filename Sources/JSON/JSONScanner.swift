/// A strict parser for one line of JSON (RFC 8259): UTF-8, no byte below 0x20, no duplicate key in
/// any object, nothing before or after the value.
///
/// Foundation's `JSONDecoder` silently accepts duplicate keys, and is about twenty times slower,
/// which matters when a hundred thousand records are listed.
public struct JSONScanner: JSONCharacters {
    /// The text is not JSON of this form.
    public struct Malformed: Error {}

    private let text: [UInt8]
    private var offset = 0

    /// Starts parsing `text`.
    public init(_ text: [UInt8]) throws(Malformed) {
        guard (try? UTF8Span(validating: text.span)) != nil else { throw Malformed() }
        for byte in text where byte < 0x20 { throw Malformed() }
        self.text = text
    }

    /// The next member of an object.
    public enum Member {
        /// The member whose key has this index among the keys that the caller knows.
        case known(Int)
        /// A member with another key, unescaped.
        case other(String)
    }

    /// Parses the object that is the whole text.
    ///
    /// `take` is called for each member, in order, and must consume its value. `keys` lists the
    /// known keys, at most 64; members in the same order are found fastest.
    public mutating func wholeObject(
        keys: [[UInt8]], _ take: (Member, inout JSONScanner) throws(Malformed) -> Void
    ) throws(Malformed) {
        var found: UInt64 = 0
        var next = 0
        var others = MemberKeys()
        try expect("{")
        skipSpaces()
        if peek == UInt8(ascii: "}") {
            offset += 1
        } else {
            repeat {
                skipSpaces()
                let member = try member(among: keys, from: next)
                switch member {
                case .known(let index):
                    guard found & 1 << UInt64(index) == 0 else { throw Malformed() }
                    found |= 1 << UInt64(index)
                    next = index + 1
                case .other(let key):
                    guard others.insert(key) else { throw Malformed() }
                }
                skipSpaces()
                try expect(":")
                skipSpaces()
                try take(member, &self)
                skipSpaces()
            } while try another(before: "}")
        }
        guard offset == text.count else { throw Malformed() }
    }

    /// Consumes the key at this position, comparing it first with those of `keys` from `start` on.
    private mutating func member(
        among keys: [[UInt8]], from start: Int
    ) throws(Malformed) -> Member {
        for index in start..<keys.count where passes(keys[index]) { return .known(index) }
        for index in 0..<start where passes(keys[index]) { return .known(index) }
        // A known key may also be written with escapes.
        let key = try string()
        return keys.firstIndex { key.utf8.elementsEqual($0) }.map { .known($0) } ?? .other(key)
    }

    /// Consumes the string at this position if it is `key`, written without escapes.
    private mutating func passes(_ key: [UInt8]) -> Bool {
        let end = offset + 1 + key.count
        guard end < text.count, text[end] == UInt8(ascii: "\""), text[offset] == UInt8(ascii: "\"")
        else { return false }
        for index in key.indices where text[offset + 1 + index] != key[index] { return false }
        offset = end + 1
        return true
    }

    /// Consumes the value at this position, and returns it as written.
    public mutating func rawValue() throws(Malformed) -> [UInt8] {
        let start = offset
        try skipValue()
        return Array(text[start..<offset])
    }

    /// Consumes an array of strings at this position.
    public mutating func strings() throws(Malformed) -> [String] {
        var strings: [String] = []
        try expect("[")
        skipSpaces()
        if peek == UInt8(ascii: "]") {
            offset += 1
        } else {
            repeat {
                skipSpaces()
                strings.append(try string())
                skipSpaces()
            } while try another(before: "]")
        }
        return strings
    }

    /// Consumes a Boolean value at this position.
    public mutating func boolean() throws(Malformed) -> Bool {
        let isTrue = peek == UInt8(ascii: "t")
        try skipWord(isTrue ? "true" : "false")
        return isTrue
    }

    private var peek: UInt8? { offset < text.count ? text[offset] : nil }

    /// Consumes and returns one byte of UTF-8, or returns `nil` at the end.
    public mutating func next() -> UInt8? {
        guard let character = peek else { return nil }
        offset += 1
        return character
    }

    private mutating func skipSpaces() {
        while peek == 0x20 { offset += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
        guard peek == UInt8(ascii: character) else { throw Malformed() }
        offset += 1
    }

    /// Consumes a comma and returns `true`, or the closing bracket and returns `false`.
    private mutating func another(before close: Unicode.Scalar) throws(Malformed) -> Bool {
        if peek == UInt8(ascii: ",") {
            offset += 1
            return true
        }
        try expect(close)
        return false
    }

    private mutating func memberKey(among keys: inout MemberKeys) throws(Malformed) -> String {
        skipSpaces()
        let key = try string()
        guard keys.insert(key) else { throw Malformed() }
        skipSpaces()
        try expect(":")
        return key
    }

    /// Consumes one value of any kind.
    ///
    /// Not recursive: 64 KiB of opening brackets must not use up the stack.
    private mutating func skipValue() throws(Malformed) {
        var open: [Container] = []
        repeat {
            skipSpaces()
            switch peek {
            case UInt8(ascii: "{"):
                offset += 1
                skipSpaces()
                if peek != UInt8(ascii: "}") {
                    var keys = MemberKeys()
                    _ = try memberKey(among: &keys)
                    open.append(.object(keys))
                    continue
                }
                offset += 1
            case UInt8(ascii: "["):
                offset += 1
                skipSpaces()
                if peek != UInt8(ascii: "]") {
                    open.append(.array)
                    continue
                }
                offset += 1
            default:
                try skipScalar()
            }
            try closeContainers(&open)
        } while !open.isEmpty
    }

    private enum Container {
        case array
        case object(MemberKeys)
    }

    /// Consumes the containers that end after a value, up to the position of the next value.
    private mutating func closeContainers(_ open: inout [Container]) throws(Malformed) {
        while let container = open.popLast() {
            skipSpaces()
            switch container {
            case .array:
                guard try another(before: "]") else { continue }
                open.append(.array)
            case .object(var keys):
                guard try another(before: "}") else { continue }
                _ = try memberKey(among: &keys)
                open.append(.object(keys))
            }
            return
        }
    }

    private mutating func skipScalar() throws(Malformed) {
        switch peek {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(Malformed) {
        for character in word.description.utf8 {
            guard peek == character else { throw Malformed() }
            offset += 1
        }
    }

    /// Returns whether `text` is a number (RFC 8259, section 6).
    static func isNumber(_ text: String) -> Bool {
        do throws(Malformed) {
            var scanner = try JSONScanner(Array(text.utf8))
            try scanner.skipNumber()
            return scanner.peek == nil
        } catch {
            return false
        }
    }

    private mutating func skipNumber() throws(Malformed) {
        if peek == UInt8(ascii: "-") { offset += 1 }
        if peek == UInt8(ascii: "0") { offset += 1 } else { try skipDigits() }
        if peek == UInt8(ascii: ".") {
            offset += 1
            try skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Malformed) {
        let start = offset
        while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            offset += 1
        }
        guard offset > start else { throw Malformed() }
    }

    /// Consumes the string at this position, and returns it unescaped.
    public mutating func string() throws(Malformed) -> String {
        try string { String(copying: $0) }
    }

    /// Consumes the string at this position, and returns what `convert` makes of its unescaped
    /// characters.
    public mutating func string<Value>(_ convert: (UTF8Span) -> Value?) throws(Malformed) -> Value {
        try expect("\"")
        let start = offset
        while offset < text.count, text[offset] != UInt8(ascii: "\""),
            text[offset] != UInt8(ascii: "\\")
        {
            offset += 1
        }
        if peek == UInt8(ascii: "\"") {
            offset += 1
            return try Self.converted(text.span.extracting(start..<offset - 1), convert)
        }
        var characters = Array(text[start..<offset])
        while let character = next() {
            switch character {
            case UInt8(ascii: "\""): return try Self.converted(characters.span, convert)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { throw Malformed() }
                characters += Array(String(scalar).utf8)
            default: characters.append(character)
            }
        }
        throw Malformed()
    }

    private static func converted<Value>(
        _ characters: Span<UInt8>, _ convert: (UTF8Span) -> Value?
    ) throws(Malformed) -> Value {
        guard let characters = try? UTF8Span(validating: characters),
            let value = convert(characters)
        else { throw Malformed() }
        return value
    }
}
