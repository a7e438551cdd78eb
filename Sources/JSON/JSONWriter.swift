internal import Sodium

/// Writes JSON sequentially, directly as bytes.
///
/// Made for entries, of which a vault may have a hundred thousand: `JSONEncoder` first builds a
/// tree of all of them, and takes about thirty times as long.
public struct JSONWriter {
    /// The bytes written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private let escaping: Escaping

    /// Which characters of strings are escaped.
    public enum Escaping: Sendable {
        /// Those that JSON requires (RFC 8259, section 7).
        case required
        /// Also those that a terminal interprets, or that hide or reorder other characters.
        case terminal
    }

    /// Creates a writer that has written nothing yet.
    public init(escaping: Escaping = .terminal) {
        self.escaping = escaping
    }

    /// Passes the bytes to `write` if there are at least `limit`, and forgets them.
    ///
    /// So a document of any length takes little memory.
    public mutating func drain(
        from limit: Int = 0, _ write: (Span<UInt8>) throws -> Void
    ) throws {
        guard bytes.count >= limit else { return }
        try write(bytes.span)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Begins an object or array with its opening bracket.
    public mutating func begin(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    /// Ends an object or array with its closing bracket.
    public mutating func end(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    /// Puts the next value on a line of its own.
    public mutating func beginLine() {
        separate()
        newline()
        needsComma = false
    }

    /// Ends the line.
    public mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes the name of a member, whose value follows; it must not need escapes.
    public mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(literal: name)
        bytes.append(literal: "\":")
        needsComma = false
    }

    /// Writes the name of a member, whose value follows; `name` includes quotes and colon.
    public mutating func name(written name: StaticString) {
        separate()
        bytes.append(literal: name)
        needsComma = false
    }

    /// Writes a member; `nil` becomes null.
    public mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member.
    public mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        written(value.description.utf8.span)
    }

    /// Writes a member.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member; `nil` becomes null.
    public mutating func member(_ name: StaticString, _ values: [String]?) {
        self.name(name)
        value(values)
    }

    /// Writes a member whose value is JSON already.
    public mutating func member(_ name: String, written value: [UInt8]) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        written(value.span)
    }

    /// Writes a string; `nil` becomes null.
    public mutating func value(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    /// Writes an array of strings; `nil` becomes null.
    public mutating func value(_ texts: [String]?) {
        guard let texts else { return null() }
        begin("[")
        for text in texts { string(text) }
        end("]")
    }

    /// Writes a Boolean value.
    public mutating func value(_ value: Bool) {
        written(value.description.utf8.span)
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes.append(literal: "null")
        needsComma = true
    }

    /// Writes a value that is JSON already.
    public mutating func written(_ value: Span<UInt8>) {
        separate()
        bytes.append(copying: value)
        needsComma = true
    }

    /// Writes a string of ASCII characters that need no escaping.
    public mutating func plainString(_ characters: Span<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(copying: characters)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if needsNoEscape(text.utf8.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { add(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private func needsNoEscape(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), ..<0x20: return false
            case 0x7F...: if escaping == .terminal { return false }
            default: continue
            }
        }
        return true
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"", "\\":
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(ascii: scalar))
        case _ where scalar.value < 0x20 || escaping == .terminal && scalar.isTerminalControl:
            bytes.append(contentsOf: scalar.jsonEscape.utf8)
        default:
            bytes.append(contentsOf: Array(String(scalar).utf8))
        }
    }
}
