public import Sodium

/// A JSON document (RFC 8259) whose strings are in guarded memory.
///
/// `JSONDecoder` would leave a copy of every token in ordinary memory, which cannot be wiped.
public enum GuardedJSON {
    case object([String: GuardedJSON])
    case array([GuardedJSON])
    case string(SharedSecret)
    /// A number, as written.
    case number(String)
    /// `true`, `false` or `null`.
    case word

    /// The text is not a valid document.
    public struct Malformed: Error {}

    /// Parses a whole document.
    public init(_ text: SharedSecret) throws(Malformed) {
        var parser = Parser(reader: SecretReader(text))
        self = try parser.document()
    }

    /// Parses a whole document, and finds the values of all members named `name`, at any depth.
    ///
    /// The ranges of bytes are in order, and none is within another.
    public init(
        _ text: SharedSecret, finding name: String, at ranges: inout [Range<Int>]
    ) throws(Malformed) {
        var parser = Parser(reader: SecretReader(text), wanted: name)
        self = try parser.document()
        ranges = parser.found
    }

    /// The member of an object, or `nil` if there is none or the value is not an object.
    public subscript(key: String) -> GuardedJSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The elements of an array, or `nil` for other values.
    public var elements: [GuardedJSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The content of a string, or `nil` for other values.
    public var secret: SharedSecret? {
        if case .string(let secret) = self { secret } else { nil }
    }

    /// The text of a string, or a number as written.
    public var text: String? {
        switch self {
        case .string(let secret): secret.plainText
        case .number(let digits): digits
        default: nil
        }
    }

    /// The maximum depth; the Graph API's responses have four levels.
    private static let depthLimit = 32

    private struct Parser {
        var reader: SecretReader
        /// The name of the members to find, or `nil` for none.
        var wanted: String?
        /// The ranges of their values.
        var found: [Range<Int>] = []

        mutating func document() throws(Malformed) -> GuardedJSON {
            let value = try value(depth: 0)
            skipSpaces()
            guard reader.peek == nil else { throw Malformed() }
            return value
        }

        private mutating func skipSpaces() {
            reader.skip { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        }

        private mutating func expect(_ character: Unicode.Scalar) throws(Malformed) {
            guard reader.skip(character) else { throw Malformed() }
        }

        private mutating func value(depth: Int) throws(Malformed) -> GuardedJSON {
            guard depth < GuardedJSON.depthLimit else { throw Malformed() }
            skipSpaces()
            switch reader.peek {
            case UInt8(ascii: "{"): return .object(try members(depth: depth))
            case UInt8(ascii: "["): return .array(try elements(depth: depth))
            case UInt8(ascii: "\""): return .string(try string())
            default: return try scalar()
            }
        }

        private mutating func members(depth: Int) throws(Malformed) -> [String: GuardedJSON] {
            var members: [String: GuardedJSON] = [:]
            try expect("{")
            skipSpaces()
            if reader.skip("}") { return members }
            repeat {
                skipSpaces()
                let key = try string().plainText
                skipSpaces()
                try expect(":")
                skipSpaces()
                let (start, before) = (reader.offset, found.count)
                let value = try value(depth: depth + 1)
                guard members.updateValue(value, forKey: key) == nil else { throw Malformed() }
                if key == wanted {
                    // It replaces those within the value.
                    found.removeSubrange(before...)
                    found.append(start..<reader.offset)
                }
                skipSpaces()
            } while reader.skip(",")
            try expect("}")
            return members
        }

        private mutating func elements(depth: Int) throws(Malformed) -> [GuardedJSON] {
            var elements: [GuardedJSON] = []
            try expect("[")
            skipSpaces()
            if reader.skip("]") { return elements }
            repeat {
                elements.append(try value(depth: depth + 1))
                skipSpaces()
            } while reader.skip(",")
            try expect("]")
            return elements
        }

        private mutating func scalar() throws(Malformed) -> GuardedJSON {
            let start = reader.offset
            reader.skip { byte in
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E")]
                        .contains(byte)
            }
            let word = reader.word(from: start)
            if ["true", "false", "null"].contains(word) { return .word }
            guard JSONScanner.isNumber(word) else { throw Malformed() }
            return .number(word)
        }

        private mutating func string() throws(Malformed) -> SharedSecret {
            try expect("\"")
            var characters = Secret(minimumCapacity: 32)
            while let byte = reader.next() {
                switch byte {
                case UInt8(ascii: "\""): return SharedSecret(characters)
                case UInt8(ascii: "\\"):
                    guard let scalar = reader.escape() else { throw Malformed() }
                    characters.append(Array(String(scalar).utf8).span)
                case ..<0x20: throw Malformed()
                default: characters.append(byte)
                }
            }
            throw Malformed()
        }
    }
}
