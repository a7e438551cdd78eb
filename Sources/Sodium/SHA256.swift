internal import CSodium

/// SHA-256 (`crypto_hash_sha256`), as the proof key of an authorization code wants it.
public func sha256(_ message: Span<UInt8>) -> [UInt8] {
    Libsodium.start()
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    unsafe message.withUnsafeBufferPointer { message in
        _ = unsafe crypto_hash_sha256(&hash, message.baseAddress, UInt64(message.count))
    }
    return hash
}
