/// Writes JSON from first to last, straight into bytes.
///
/// For entries, of which a vault may hold a hundred thousand: `JSONEncoder` builds a tree of all of
/// them first and takes some thirty times as long.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func begin(_ mark: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: mark))
        needsComma = false
    }

    mutating func end(_ mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        needsComma = true
    }

    /// Puts the next value on a line of its own.
    mutating func beginLine() {
        separate()
        newline()
        needsComma = false
    }

    /// Begins anew, with nothing before.
    mutating func beginDocument() {
        needsComma = false
    }

    /// A value that is written already.
    mutating func written(_ value: ArraySlice<UInt8>) {
        separate()
        bytes += value
        needsComma = true
    }

    mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The name of the member whose value comes next; it needs no escapes.
    mutating func name(_ name: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bytes.append(contentsOf: value.description.utf8)
        needsComma = true
    }

    mutating func member(_ name: String, _ values: [String]?) {
        self.name(name)
        guard let values else { return null() }
        begin("[")
        for value in values { string(value) }
        end("]")
    }

    private mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if Self.standsForItself(text.utf8.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { add(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private static func standsForItself(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return false
            case 0x20...0x7E: continue
            default: return false
            }
        }
        return true
    }

    /// JSON requirements an escape for some; a terminal obeys more than those.
    private mutating func add(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"", "\\":
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(ascii: scalar))
        case _ where scalar.value < 0x20 || DisplayText.isControl(scalar):
            bytes.append(contentsOf: DisplayText.jsonEscape(scalar).utf8)
        default:
            bytes.append(contentsOf: Array(String(scalar).utf8))
        }
    }
}
