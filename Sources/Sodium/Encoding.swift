internal import CSodium

/// Base64 in the standard alphabet without padding (`sodium_base64_VARIANT_ORIGINAL_NO_PADDING`).
///
/// The time it takes depends only on the length.
public enum Base64 {
    private static let variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING

    /// Returns the text for `bytes`, as ASCII (`sodium_bin2base64`).
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let size = sodium_base64_encoded_len(bytes.count, variant)
        var text = [CChar](repeating: 0, count: size)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe sodium_bin2base64(&text, size, bytes.baseAddress, bytes.count, variant)
        }
        return text.dropLast().map { UInt8(bitPattern: $0) }
    }

    /// Returns the same as `encode`, in the URL-safe alphabet.
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

    /// Returns the same as `encode`, for secret bytes.
    public static func encodeSecret(_ bytes: Span<UInt8>) -> Secret {
        let size = sodium_base64_encoded_len(bytes.count, variant)
        var text = Secret.uninitialized(count: size)
        unsafe text.withMutablePointer { text in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe text.withMemoryRebound(to: CChar.self, capacity: size) { text in
                    _ = unsafe sodium_bin2base64(
                        text, size, bytes.baseAddress, bytes.count, variant)
                }
            }
        }
        // Without the NUL at the end.
        text.truncate(to: size - 1)
        return text
    }

    /// Returns the bytes that `text` encodes, or `nil` if it is not exactly the text that `encode`
    /// returns for them.
    ///
    /// `sodium_base642bin` refuses padding, other alphabets and trailing bits that are not zero.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.count)
        guard let count = unsafe decode(text, into: &bytes) else { return nil }
        return [UInt8](bytes.prefix(count))
    }

    /// Returns the same as `decode`, for secret bytes.
    public static func decodeSecret(_ text: Span<UInt8>) -> Secret? {
        var secret = Secret.uninitialized(count: text.count)
        let decoded = unsafe secret.withMutablePointer { unsafe decode(text, into: $0) }
        guard let decoded else { return nil }
        secret.truncate(to: decoded)
        return secret
    }

    /// Returns the secret bytes that `text` encodes in the URL-safe alphabet, with or without
    /// padding, or `nil` if it is not exactly such a text.
    public static func decodeSecretForURL(_ text: Span<UInt8>) -> Secret? {
        var end = text.count
        while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        guard end == text.count || text.count.isMultiple(of: 4) else { return nil }
        var secret = Secret.uninitialized(count: end)
        let decoded = unsafe secret.withMutablePointer { bytes in
            unsafe decode(
                text.extracting(first: end), into: bytes,
                variant: sodium_base64_VARIANT_URLSAFE_NO_PADDING)
        }
        guard let decoded else { return nil }
        secret.truncate(to: decoded)
        return secret
    }

    private static func decode(
        _ text: Span<UInt8>, into bytes: UnsafeMutablePointer<UInt8>, variant: Int32 = variant
    ) -> Int? {
        Libsodium.start()
        // libsodium accepts some bytes above ASCII as letters, because its characters are signed.
        guard text.indices.allSatisfy({ text[$0] < 0x80 }) else { return nil }
        var count = 0
        let status = unsafe text.withUnsafeBufferPointer { text in
            unsafe text.withMemoryRebound(to: CChar.self) { characters in
                // Without a pointer for the end, libsodium itself refuses anything after the last
                // character that it understands.
                unsafe sodium_base642bin(
                    bytes, text.count, characters.baseAddress, text.count, nil, &count, nil,
                    variant)
            }
        }
        return status == 0 ? count : nil
    }
}

/// Returns lowercase hexadecimal digits, two for each byte, as the Graph API requires for
/// `appsecret_proof`.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// Returns the bytes that lowercase hexadecimal digits encode, or `nil` if there are other
/// characters or an odd number of them.
public func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array("0123456789abcdef".utf8)
    let values = text.utf8.map { digits.firstIndex(of: $0) }
    guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
    let halves = values.compactMap { $0.map { UInt8($0) } }
    return stride(from: 0, to: halves.count, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }
}
