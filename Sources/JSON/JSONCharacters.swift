/// The characters of a JSON text, read one after the other from ordinary or guarded memory.
public protocol JSONCharacters {
    /// Consumes and returns one byte of UTF-8, or returns `nil` at the end.
    mutating func next() -> UInt8?
}

extension JSONCharacters {
    /// Consumes what follows a backslash in a string (RFC 8259, section 7), and returns `nil` if
    /// that is not a valid escape.
    public mutating func escape() -> Unicode.Scalar? {
        switch next() {
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "/"): "/"
        case UInt8(ascii: "b"): "\u{08}"
        case UInt8(ascii: "f"): "\u{0C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        case UInt8(ascii: "u"): escapedScalar()
        default: nil
        }
    }

    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let unit = fourDigits() else { return nil }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // One half of a surrogate pair must be followed by the other.
        guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u"), let other = fourDigits(),
            (0xD800..<0xDC00).contains(unit), (0xDC00..<0xE000).contains(other)
        else { return nil }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (other - 0xDC00))
    }

    private mutating func fourDigits() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next(), let number = Character(Unicode.Scalar(digit)).hexDigitValue
            else { return nil }
            value = value << 4 + UInt32(number)
        }
        return value
    }
}
