/// Reads one line of JSON strictly (RFC 8259): UTF-8, no byte below 0x20, no key twice in any
/// object, nothing before or after the value.
///
/// Foundation's `JSONDecoder` takes a key twice without a word and is some twenty times slower, which
/// counts when a hundred thousand records are listed.
public struct JSONScanner: JSONCharacters {
    /// The text is not such JSON.
    public struct Malformed: Error {}

    private let text: [UInt8]
    private var place = 0

    /// Reads `text`.
    public init(_ text: [UInt8]) throws(Malformed) {
        guard (try? UTF8Span(validating: text.span)) != nil else { throw Malformed() }
        for byte in text where byte < 0x20 { throw Malformed() }
        self.text = text
    }

    /// Which member of an object comes next.
    public enum Member {
        /// The one whose key has this index among those that the caller knows.
        case known(Int)
        /// One with another key, unescaped.
        case other(String)
    }

    /// The members of the object that is the whole text, in order: `take` is called with each, of
    /// which `keys` are known, and must pass the value.
    ///
    /// At most 64 keys can be known. They are found fastest in the order of `keys`.
    public mutating func wholeObject(
        keys: [[UInt8]], _ take: (Member, inout JSONScanner) throws(Malformed) -> Void
    ) throws(Malformed) {
        var found: UInt64 = 0
        var next = 0
        var others = MemberKeys()
        try expect("{")
        skipSpaces()
        if peek == UInt8(ascii: "}") {
            place += 1
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
        guard place == text.count else { throw Malformed() }
    }

    /// Passes the key at this place, looking at those of `keys` from `start` on first.
    private mutating func member(
        among keys: [[UInt8]], from start: Int
    ) throws(Malformed) -> Member {
        for index in start..<keys.count where passes(keys[index]) { return .known(index) }
        for index in 0..<start where passes(keys[index]) { return .known(index) }
        // Escapes can spell a known key too.
        let key = try string()
        return keys.firstIndex { key.utf8.elementsEqual($0) }.map { .known($0) } ?? .other(key)
    }

    /// Passes the string at this place if it is `key`, written without escapes.
    private mutating func passes(_ key: [UInt8]) -> Bool {
        let end = place + 1 + key.count
        guard end < text.count, text[end] == UInt8(ascii: "\""), text[place] == UInt8(ascii: "\"")
        else { return false }
        for index in key.indices where text[place + 1 + index] != key[index] { return false }
        place = end + 1
        return true
    }

    /// The value at this place as it is written.
    public mutating func rawValue() throws(Malformed) -> [UInt8] {
        let start = place
        try skipValue()
        return Array(text[start..<place])
    }

    /// The array of strings at this place.
    public mutating func strings() throws(Malformed) -> [String] {
        var strings: [String] = []
        try expect("[")
        skipSpaces()
        if peek == UInt8(ascii: "]") {
            place += 1
        } else {
            repeat {
                skipSpaces()
                strings.append(try string())
                skipSpaces()
            } while try another(before: "]")
        }
        return strings
    }

    /// The truth value at this place.
    public mutating func boolean() throws(Malformed) -> Bool {
        let isTrue = peek == UInt8(ascii: "t")
        try skipWord(isTrue ? "true" : "false")
        return isTrue
    }

    private var peek: UInt8? { place < text.count ? text[place] : nil }

    /// Passes one byte of UTF-8; nil at the end.
    public mutating func next() -> UInt8? {
        guard let character = peek else { return nil }
        place += 1
        return character
    }

    private mutating func skipSpaces() {
        while peek == 0x20 { place += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
        guard peek == UInt8(ascii: character) else { throw Malformed() }
        place += 1
    }

    /// Passes a comma (true) or the closing mark (false).
    private mutating func another(before close: Unicode.Scalar) throws(Malformed) -> Bool {
        if peek == UInt8(ascii: ",") {
            place += 1
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

    /// Passes one value of any kind.
    ///
    /// Not recursive: 64 KiB of opening brackets must not use up the stack.
    private mutating func skipValue() throws(Malformed) {
        var open: [Container] = []
        repeat {
            skipSpaces()
            switch peek {
            case UInt8(ascii: "{"):
                place += 1
                skipSpaces()
                if peek != UInt8(ascii: "}") {
                    var keys = MemberKeys()
                    _ = try memberKey(among: &keys)
                    open.append(.object(keys))
                    continue
                }
                place += 1
            case UInt8(ascii: "["):
                place += 1
                skipSpaces()
                if peek != UInt8(ascii: "]") {
                    open.append(.array)
                    continue
                }
                place += 1
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

    /// After a value: passes what ends there, up to the place where the next value stands.
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
            place += 1
        }
    }

    /// Whether `text` is a number (RFC 8259, section 6).
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
        if peek == UInt8(ascii: "-") { place += 1 }
        if peek == UInt8(ascii: "0") { place += 1 } else { try skipDigits() }
        if peek == UInt8(ascii: ".") {
            place += 1
            try skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            place += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { place += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Malformed) {
        let start = place
        while let digit = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            place += 1
        }
        guard place > start else { throw Malformed() }
    }

    /// The string at this place, unescaped.
    public mutating func string() throws(Malformed) -> String {
        try string { String(copying: $0) }
    }

    /// What the string at this place stands for: `convert` is lent its characters, unescaped.
    public mutating func string<Value>(_ convert: (UTF8Span) -> Value?) throws(Malformed) -> Value {
        try expect("\"")
        let start = place
        while place < text.count, text[place] != UInt8(ascii: "\""),
            text[place] != UInt8(ascii: "\\")
        {
            place += 1
        }
        if peek == UInt8(ascii: "\"") {
            place += 1
            return try Self.converted(text.span.extracting(start..<place - 1), convert)
        }
        var characters = Array(text[start..<place])
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
