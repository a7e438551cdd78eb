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

/// Hashes that need a key: BLAKE2b for the vault, HMAC-SHA-256 for Graph's `appsecret_proof`.
public enum KeyedHash {
    /// Bytes of a BLAKE2b hash as used here.
    public static let bytes = 32

    /// `crypto_generichash` of `message`, keyed with `key`: 32 bytes.
    public static func blake2b(_ message: [UInt8], key: borrowing Secret) -> Secret {
        Libsodium.start()
        var hash = Secret.uninitialised(count: bytes)
        unsafe hash.withMutablePointer { hash in
            unsafe key.withPointer { secret in
                _ = unsafe crypto_generichash(
                    hash, bytes, message, UInt64(message.count), secret, key.count)
            }
        }
        return hash
    }

    /// `crypto_generichash` of a secret `message`, keyed with `key`: `count` bytes, 16 to 64, that may be
    /// shown.
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

    /// HMAC-SHA-256 (`crypto_auth_hmacsha256`) with a key of any length: 32 bytes.
    public static func hmacSHA256(_ message: Span<UInt8>, key: borrowing Secret) -> [UInt8] {
        Libsodium.start()
        var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        var state = crypto_auth_hmacsha256_state()
        unsafe key.withPointer { secret in
            _ = unsafe crypto_auth_hmacsha256_init(&state, secret, key.count)
        }
        unsafe message.withUnsafeBufferPointer { message in
            _ = unsafe crypto_auth_hmacsha256_update(
                &state, message.baseAddress, UInt64(message.count))
        }
        unsafe crypto_auth_hmacsha256_final(&state, &code)
        unsafe sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        return code
    }

    /// A key for one purpose (`crypto_kdf_derive_from_key`): 32 bytes from a master key of 32.
    ///
    /// `context` is 8 ASCII characters that name the program.
    public static func subkey(
        of master: borrowing Secret, id: UInt64, context: StaticString
    ) -> Secret {
        Libsodium.start()
        precondition(master.count == Int(crypto_kdf_KEYBYTES))
        precondition(context.utf8CodeUnitCount == Int(crypto_kdf_CONTEXTBYTES))
        var key = Secret.uninitialised(count: AEAD.keyBytes)
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
