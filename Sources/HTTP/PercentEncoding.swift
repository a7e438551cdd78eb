/// Returns the text with all but unreserved characters (RFC 3986) encoded as `%XX`.
public func percentEncoded(_ text: String) -> String {
    percentEncoded(Array(text.utf8))
}

/// Returns the bytes with all but unreserved characters (RFC 3986) encoded as `%XX`.
public func percentEncoded(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x2D, 0x2E, 0x5F, 0x7E:
            encoded.append(byte)
        default:
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}

/// Returns the decoded text, or `nil` if a `%` is not followed by two hexadecimal digits or the
/// result is not valid UTF-8.
public func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while let character = rest.popFirst() {
        guard character == "%" else {
            bytes += Array(String(character).utf8)
            continue
        }
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy(\.isHexDigit),
            let byte = UInt8(digits, radix: 16)
        else { return nil }
        rest = rest.dropFirst(2)
        bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)
}
