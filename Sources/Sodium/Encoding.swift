internal import CSodium

/// Base64 of the standard alphabet without padding (`sodium_base64_VARIANT_ORIGINAL_NO_PADDING`),
/// in constant time for its length.
public enum Base64 {
    private static let variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING

    /// The text for `bytes`, as ASCII (`sodium_bin2base64`).
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let size = sodium_base64_encoded_len(bytes.count, variant)
        var text = [CChar](repeating: 0, count: size)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe sodium_bin2base64(&text, size, bytes.baseAddress, bytes.count, variant)
        }
        return text.dropLast().map { UInt8(bitPattern: $0) }
    }

    /// As `encode`, in the alphabet that an address takes as it is.
    public static func encodeForURL(_ bytes: Span<UInt8>) -> String {
        let letters = encode(bytes).map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// As `encode`, for bytes that are secret.
    public static func encodeSecret(_ bytes: Span<UInt8>) -> Secret {
        let size = sodium_base64_encoded_len(bytes.count, variant)
        var text = Secret.uninitialised(count: size)
        unsafe text.withMutablePointer { text in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe text.withMemoryRebound(to: CChar.self, capacity: size) { text in
                    _ = unsafe sodium_bin2base64(
                        text, size, bytes.baseAddress, bytes.count, variant)
                }
            }
        }
        // Less the NUL at the end.
        text.truncate(to: size - 1)
        return text
    }

    /// The bytes that `text` stands for, or nil when it is not exactly the text that `encode` makes
    /// for them (`sodium_base642bin` refuses padding, other alphabets and trailing bits that are not
    /// zero).
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.count)
        guard let count = unsafe decode(text, into: &bytes) else { return nil }
        return [UInt8](bytes.prefix(count))
    }

    /// As `decode`, for bytes that are secret.
    public static func decodeSecret(_ text: Span<UInt8>) -> Secret? {
        var secret = Secret.uninitialised(count: text.count)
        let decoded = unsafe secret.withMutablePointer { unsafe decode(text, into: $0) }
        guard let decoded else { return nil }
        secret.truncate(to: decoded)
        return secret
    }

    private static func decode(
        _ text: Span<UInt8>, into bytes: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        Libsodium.start()
        // libsodium takes some bytes above ASCII for letters: its characters are signed.
        guard text.indices.allSatisfy({ text[$0] < 0x80 }) else { return nil }
        var count = 0
        let status = unsafe text.withUnsafeBufferPointer { text in
            unsafe text.withMemoryRebound(to: CChar.self) { characters in
                // Without a place for the end, libsodium itself refuses what follows the last
                // character it understood.
                unsafe sodium_base642bin(
                    bytes, text.count, characters.baseAddress, text.count, nil, &count, nil,
                    variant)
            }
        }
        return status == 0 ? count : nil
    }
}

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
