/// A text with some of its escapes decoded, in which each byte knows where it came from.
///
/// Escapes are those of JSON strings and of URLs: `\/`, `\u0041`, `%41`. They may be nested, as in
/// a URL in JSON, so that decoding takes several rounds.
struct DecodedText {
    /// The decoded bytes.
    ///
    /// An escaped character that is not ASCII is one byte, 0xFF.
    let bytes: [UInt8]
    /// The offset in the original text at which each byte starts, and the end of the text; `nil` if
    /// nothing is decoded.
    private let starts: [UInt32]?

    /// Starts with a text of less than 4 GiB as it is.
    init(_ text: [UInt8]) {
        bytes = text
        starts = nil
    }

    private init(bytes: [UInt8], starts: [UInt32]) {
        self.bytes = bytes
        self.starts = starts
    }

    /// The maximum number of rounds; Meta's own responses need three.
    private static let maxRounds = 6

    /// Returns the text as it is, and after each round of decoding.
    static func layers(of text: [UInt8]) -> some Sequence<DecodedText> {
        sequence(first: (text: DecodedText(text), rounds: 0)) { last in
            guard last.rounds < maxRounds else { return nil }
            return last.text.decoded().map { ($0, last.rounds + 1) }
        }.lazy.map(\.text)
    }

    /// Returns the range of the original text that a range of bytes came from.
    func origin(of range: Range<Int>) -> Range<Int> {
        guard let starts else { return range }
        return Int(starts[range.lowerBound])..<Int(starts[range.upperBound])
    }

    /// Returns the length in the original text of the byte at `index`.
    func originalLength(at index: Int) -> Int {
        guard let starts else { return 1 }
        return Int(starts[index + 1] - starts[index])
    }

    /// Returns the text with one more round decoded, or `nil` if there is no escape.
    func decoded() -> DecodedText? {
        let escapes = bytes.count { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "%") }
        guard escapes > 0 else { return nil }
        var decoded: [UInt8] = []
        var offsets: [UInt32] = []
        decoded.reserveCapacity(bytes.count)
        offsets.reserveCapacity(bytes.count + 1)
        var index = 0
        while index < bytes.count {
            let (byte, length) = escape(at: index) ?? (bytes[index], 1)
            decoded.append(byte)
            offsets.append(starts?[index] ?? UInt32(index))
            index += length
        }
        guard decoded.count < bytes.count else { return nil }
        offsets.append(starts?[index] ?? UInt32(index))
        return DecodedText(bytes: decoded, starts: offsets)
    }

    /// Returns the byte encoded by the escape at `index`, and the escape's length.
    private func escape(at index: Int) -> (byte: UInt8, length: Int)? {
        switch bytes[index] {
        case UInt8(ascii: "%"):
            return hexadecimalValue(in: bytes, at: index + 1, digits: 2).map { (UInt8($0), 3) }
        case UInt8(ascii: "\\") where index + 1 < bytes.count:
            switch bytes[index + 1] {
            // A backslash that was escaped itself does not escape the end of its string.
            case UInt8(ascii: "\"")
            where originalLength(at: index + 1) < originalLength(at: index):
                return nil
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                return (bytes[index + 1], 2)
            case UInt8(ascii: "b"): return (0x08, 2)
            case UInt8(ascii: "t"): return (0x09, 2)
            case UInt8(ascii: "n"): return (0x0A, 2)
            case UInt8(ascii: "f"): return (0x0C, 2)
            case UInt8(ascii: "r"): return (0x0D, 2)
            case UInt8(ascii: "u"):
                return hexadecimalValue(in: bytes, at: index + 2, digits: 4).map {
                    ($0 < 0x80 ? UInt8($0) : 0xFF, 6)
                }
            default: return nil
            }
        default: return nil
        }
    }
}

/// Returns the value of hexadecimal digits, or `nil` if there is anything else.
func hexadecimalValue(in text: [UInt8], at start: Int, digits: Int) -> Int? {
    guard start + digits <= text.count else { return nil }
    var value = 0
    for byte in text[start..<start + digits] {
        guard let digit = hexadecimalValue(of: byte) else { return nil }
        value = value << 4 | digit
    }
    return value
}

/// Returns the value of a hexadecimal digit, or `nil` if `byte` is anything else.
func hexadecimalValue(of byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
}
