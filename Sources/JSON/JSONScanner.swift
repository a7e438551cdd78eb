internal import Sodium

/// A strict parser for one line of JSON (RFC 8259): UTF-8, no byte below 0x20, no duplicate key in
/// any object, nothing before or after the value.
///
/// Foundation's `JSONDecoder` silently accepts duplicate keys, and is about twenty times slower,
/// which matters when a hundred thousand records are listed.
public struct JSONScanner: JSONCharacters {
    /// The text is not JSON of this form.
    public struct Malformed: Error {
        /// Creates the error, for a value that the caller does not accept.
        public init() {}
    }

    private let text: [UInt8]
    /// Whether the text contains only printable ASCII and no escapes.
    private let isPlain: Bool

    /// Starts parsing `text`.
    public init(_ text: [UInt8]) throws(Malformed) {
        let bytes = text.span
        isPlain =
            bytes.isWithin(0x20...0x7E) && bytes.firstIndex(of: UInt8(ascii: "\\")) == nil
        if !isPlain {
            guard bytes.isWithin(0x20...0xFF), (try? UTF8Span(validating: bytes)) != nil else {
                throw Malformed()
            }
        }
        self.text = text
    }

    /// Continues at `offset` in a text that was parsed before.
    public init(parsed text: [UInt8], at offset: Int) {
        self.text = text
        isPlain = false
        self.offset = offset
    }

    /// The offset of the next character.
    public private(set) var offset = 0

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
        keys: KnownKeys, _ take: (Member, inout JSONScanner) throws(Malformed) -> Void
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
        among keys: KnownKeys, from start: Int
    ) throws(Malformed) -> Member {
        let written = try string()
        if written.isPlain,
            let index = keys.index(of: text.span.extracting(written.range), from: start)
        {
            return .known(index)
        }
        // A known key may also be written with escapes.
        let key = text(of: written)
        return keys.index(of: key.utf8.span, from: start).map { .known($0) } ?? .other(key)
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
        try forEachString { strings.append($1.text(of: $0)) }
        return strings
    }

    /// Consumes an array of strings at this position, and returns whether it is written as
    /// `JSONWriter` writes it, with plain strings.
    public mutating func skipStrings() throws(Malformed) -> Bool {
        let start = offset
        // The brackets, and two quotes and a comma for each string.
        var (isPlain, length) = (true, 1)
        try forEachString { string, _ in
            isPlain = isPlain && string.isPlain
            length += string.range.count + 3
        }
        return isPlain && offset - start == max(length, 2)
    }

    private mutating func forEachString(
        _ body: (WrittenString, JSONScanner) -> Void
    ) throws(Malformed) {
        try expect("[")
        skipSpaces()
        if peek == UInt8(ascii: "]") {
            offset += 1
        } else {
            repeat {
                skipSpaces()
                body(try string(), self)
                skipSpaces()
            } while try another(before: "]")
        }
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

    @inline(__always) private mutating func skipSpaces() {
        while peek == 0x20 { offset += 1 }
    }

    @inline(__always) private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
        guard peek == UInt8(ascii: character) else { throw Malformed() }
        offset += 1
    }

    /// Consumes a comma and returns `true`, or the closing bracket and returns `false`.
    @inline(__always) private mutating func another(before close: Unicode.Scalar) throws(Malformed)
        -> Bool
    {
        if peek == UInt8(ascii: ",") {
            offset += 1
            return true
        }
        try expect(close)
        return false
    }

    private mutating func memberKey(among keys: inout MemberKeys) throws(Malformed) -> String {
        skipSpaces()
        let key = text(of: try string())
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
        guard text.span.contains(word, at: offset) else { throw Malformed() }
        offset += word.utf8CodeUnitCount
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

    /// A string as it is written in the text.
    public struct WrittenString {
        /// What is between the quotes.
        public let range: Range<Int>
        /// Whether that is printable ASCII without escapes, and so the same in any JSON.
        public let isPlain: Bool
        fileprivate let hasEscapes: Bool
    }

    /// Consumes the string at this position.
    public mutating func string() throws(Malformed) -> WrittenString {
        try expect("\"")
        let start = offset
        if isPlain {
            guard let end = text.span.firstIndex(of: UInt8(ascii: "\""), from: start) else {
                throw Malformed()
            }
            offset = end + 1
            return WrittenString(range: start..<end, isPlain: true, hasEscapes: false)
        }
        offset = endOfPlain
        var (isPlain, hasEscapes) = (true, false)
        while let character = next() {
            if character == UInt8(ascii: "\"") {
                return WrittenString(
                    range: start..<offset - 1, isPlain: isPlain, hasEscapes: hasEscapes)
            }
            isPlain = false
            if character == UInt8(ascii: "\\") {
                guard escape() != nil else { throw Malformed() }
                hasEscapes = true
            }
            offset = endOfPlain
        }
        throw Malformed()
    }

    /// The end of the printable ASCII at this position, up to a quote or backslash.
    private var endOfPlain: Int {
        let text = text.span
        var end = offset
        while end < text.count, text[end] < 0x7F, text[end] != UInt8(ascii: "\""),
            text[end] != UInt8(ascii: "\\")
        {
            end += 1
        }
        return end
    }

    /// Returns the characters of a string, unescaped.
    public func characters(of string: WrittenString) -> [UInt8] {
        let written = text.span.extracting(string.range)
        guard string.hasEscapes else { return Array(copying: written) }
        var scanner = JSONScanner(parsed: text, at: string.range.lowerBound)
        var characters: [UInt8] = []
        while scanner.offset < string.range.upperBound, let character = scanner.next() {
            if character == UInt8(ascii: "\\"), let scalar = scanner.escape() {
                characters += Array(String(scalar).utf8)
            } else {
                characters.append(character)
            }
        }
        return characters
    }

    /// Returns a string, unescaped.
    public func text(of string: WrittenString) -> String {
        String(decoding: characters(of: string), as: UTF8.self)
    }
}
