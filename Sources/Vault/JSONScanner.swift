/// Reads one line of JSON strictly (RFC 8259): UTF-8, no byte below 0x20, no key twice in any
/// object, nothing before or behind the value.
///
/// Foundation's `JSONDecoder` takes a key twice without a word and is some twenty times slower, which
/// counts when a hundred thousand records are listed.
struct JSONScanner {
    /// The text is not such JSON.
    struct Malformed: Error {}

    private let text: [UInt8]
    private var place = 0

    init(_ text: [UInt8]) throws(Malformed) {
        guard (try? UTF8Span(validating: text.span)) != nil else { throw Malformed() }
        for byte in text where byte < 0x20 { throw Malformed() }
        self.text = text
    }

    /// The members of the object that is the whole text, in order: `member` is called with each key,
    /// unescaped, and must pass the value.
    mutating func wholeObject(
        _ member: (String, inout JSONScanner) throws(Malformed) -> Void
    ) throws(Malformed) {
        var keys = MemberKeys()
        try expect("{")
        skipSpaces()
        if peek == UInt8(ascii: "}") {
            place += 1
        } else {
            repeat {
                let key = try memberKey(among: &keys)
                skipSpaces()
                try member(key, &self)
                skipSpaces()
            } while try another(before: "}")
        }
        guard place == text.count else { throw Malformed() }
    }

    /// The value at this place as it is written.
    mutating func rawValue() throws(Malformed) -> [UInt8] {
        let start = place
        try skipValue()
        return Array(text[start..<place])
    }

    /// The array of strings at this place.
    mutating func strings() throws(Malformed) -> [String] {
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
    mutating func boolean() throws(Malformed) -> Bool {
        let isTrue = peek == UInt8(ascii: "t")
        try skipWord(isTrue ? "true" : "false")
        return isTrue
    }

    private var peek: UInt8? { place < text.count ? text[place] : nil }

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
    mutating func string() throws(Malformed) -> String {
        try expect("\"")
        let start = place
        while place < text.count, text[place] != UInt8(ascii: "\""),
            text[place] != UInt8(ascii: "\\")
        {
            place += 1
        }
        if peek == UInt8(ascii: "\"") {
            place += 1
            return String(decoding: text[start..<place - 1], as: UTF8.self)
        }
        var characters = Array(text[start..<place])
        while let character = peek {
            place += 1
            switch character {
            case UInt8(ascii: "\""): return String(decoding: characters, as: UTF8.self)
            case UInt8(ascii: "\\"): characters += try escape()
            default: characters.append(character)
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws(Malformed) -> [UInt8] {
        guard let character = peek else { throw Malformed() }
        place += 1
        switch character {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [character]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
        default: throw Malformed()
        }
    }

    private mutating func escapedScalar() throws(Malformed) -> Unicode.Scalar {
        let unit = try fourDigits()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // Half of a surrogate pair: the other half must follow.
        try expect("\\")
        try expect("u")
        let other = try fourDigits()
        guard (0xD800..<0xDC00).contains(unit), (0xDC00..<0xE000).contains(other),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (other - 0xDC00))
        else { throw Malformed() }
        return scalar
    }

    private mutating func fourDigits() throws(Malformed) -> UInt32 {
        guard place + 4 <= text.count else { throw Malformed() }
        var value: UInt32 = 0
        for digit in text[place..<place + 4] {
            guard let number = Character(UnicodeScalar(digit)).hexDigitValue else {
                throw Malformed()
            }
            value = value << 4 + UInt32(number)
        }
        place += 4
        return value
    }
}

/// The keys of one object so far, compared by their bytes: to a `String`, differently composed
/// characters are one.
private struct MemberKeys {
    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    /// More than all that this version knows; a set of them costs more to set up than a look at each.
    private static let fewLimit = 24

    /// Adds a key; returns whether it is new.
    mutating func insert(_ key: String) -> Bool {
        for other in few where other == key && other.utf8.elementsEqual(key.utf8) { return false }
        if few.count < Self.fewLimit {
            few.append(key)
            return true
        }
        return many.insert(Array(key.utf8)).inserted
    }
}
