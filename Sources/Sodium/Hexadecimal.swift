/// Lower-case hexadecimal digits, two for each byte, as Graph wants `appsecret_proof`.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes that lower-case hexadecimal digits stand for, or nil where they are none.
public func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array("0123456789abcdef".utf8)
    let values = text.utf8.map { digits.firstIndex(of: $0) }
    guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
    let halves = values.compactMap { $0.map { UInt8($0) } }
    return stride(from: 0, to: halves.count, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }
}
