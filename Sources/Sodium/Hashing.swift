internal import CSodium

/// Returns the SHA-256 hash of `message` (`crypto_hash_sha256`), as PKCE requires for an
/// authorization code.
public func sha256(_ message: Span<UInt8>) -> [UInt8] {
    Libsodium.start()
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    unsafe message.withUnsafeBufferPointer { message in
        _ = unsafe crypto_hash_sha256(&hash, message.baseAddress, UInt64(message.count))
    }
    return hash
}

/// Keyed hashes: BLAKE2b for the vault, HMAC-SHA-256 for what an app secret signs.
public enum KeyedHash {
    /// The size of a BLAKE2b hash as used here, in bytes.
    public static let bytes = 32

    /// Returns the BLAKE2b hash of `message`, keyed with `key`, in 32 bytes (`crypto_generichash`).
    public static func blake2b(_ message: [UInt8], key: borrowing Secret) -> Secret {
        Libsodium.start()
        var hash = Secret.uninitialized(count: bytes)
        unsafe hash.withMutablePointer { hash in
            unsafe key.withPointer { secret in
                _ = unsafe crypto_generichash(
                    hash, bytes, message, UInt64(message.count), secret, key.count)
            }
        }
        return hash
    }

    /// Returns the BLAKE2b hash of a secret `message`, keyed with `key` (`crypto_generichash`).
    ///
    /// The hash has `count` bytes, 16 to 64, and is not secret.
    public static func blake2b(
        _ message: borrowing Secret, key: borrowing Secret, count: Int
    ) -> [UInt8] {
        Libsodium.start()
        precondition((16...64).contains(count))
        var hash = [UInt8](repeating: 0, count: count)
        unsafe message.withPointer { bytes in
            unsafe key.withPointer { secret in
                _ = unsafe crypto_generichash(
                    &hash, count, bytes, UInt64(message.count), secret, key.count)
            }
        }
        return hash
    }

    /// Returns the HMAC-SHA-256 of `message` in 32 bytes, with a key of any length
    /// (`crypto_auth_hmacsha256`).
    public static func hmacSHA256(_ message: Span<UInt8>, key: borrowing Secret) -> [UInt8] {
        Libsodium.start()
        var mac = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        var state = crypto_auth_hmacsha256_state()
        unsafe key.withPointer { secret in
            _ = unsafe crypto_auth_hmacsha256_init(&state, secret, key.count)
        }
        unsafe message.withUnsafeBufferPointer { message in
            _ = unsafe crypto_auth_hmacsha256_update(
                &state, message.baseAddress, UInt64(message.count))
        }
        unsafe crypto_auth_hmacsha256_final(&state, &mac)
        unsafe sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        return mac
    }

    /// Returns a key for one purpose: 32 bytes derived from a master key of 32
    /// (`crypto_kdf_derive_from_key`).
    ///
    /// `context` is 8 ASCII characters that identify the program.
    public static func subkey(
        of master: borrowing Secret, id: UInt64, context: StaticString
    ) -> Secret {
        Libsodium.start()
        precondition(master.count == Int(crypto_kdf_KEYBYTES))
        precondition(context.utf8CodeUnitCount == Int(crypto_kdf_CONTEXTBYTES))
        var key = Secret.uninitialized(count: AEAD.keyBytes)
        unsafe key.withMutablePointer { key in
            unsafe master.withPointer { master in
                let name = unsafe context.utf8Start
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 8) { name in
                    _ = unsafe crypto_kdf_derive_from_key(key, AEAD.keyBytes, id, name, master)
                }
            }
        }
        return key
    }
}

/// The HMAC-SHA-256 of a message that arrives in parts (`crypto_auth_hmacsha256`).
public final class HMACSHA256 {
    /// libsodium's state, which depends on the key and so is as secret as the key.
    private var state: Secret

    /// Starts with an empty message and a key of any length.
    public init(key: borrowing Secret) {
        Libsodium.start()
        state = Secret.uninitialized(count: MemoryLayout<crypto_auth_hmacsha256_state>.size)
        unsafe withState { state in
            unsafe key.withPointer { secret in
                _ = unsafe crypto_auth_hmacsha256_init(state, secret, key.count)
            }
        }
    }

    /// Appends to the message.
    public func update(_ part: Span<UInt8>) {
        unsafe withState { state in
            unsafe part.withUnsafeBufferPointer { part in
                _ = unsafe crypto_auth_hmacsha256_update(
                    state, part.baseAddress, UInt64(part.count))
            }
        }
    }

    /// Ends the message, and returns whether `mac` is its HMAC, in a time that depends only on the
    /// length of `mac` (`sodium_memcmp`).
    ///
    /// Call it only once.
    public func matches(_ mac: [UInt8]) -> Bool {
        var computed = Secret.uninitialized(count: Int(crypto_auth_hmacsha256_BYTES))
        unsafe withState { state in
            unsafe computed.withMutablePointer { computed in
                _ = unsafe crypto_auth_hmacsha256_final(state, computed)
            }
        }
        return computed.isEqual(to: Secret(copying: mac.span))
    }

    private func withState(
        _ body: (UnsafeMutablePointer<crypto_auth_hmacsha256_state>) -> Void
    ) {
        unsafe state.withMutablePointer { bytes in
            // The blocks of the arena are aligned to at least 32 bytes.
            unsafe bytes.withMemoryRebound(
                to: crypto_auth_hmacsha256_state.self, capacity: 1, body)
        }
    }
}
