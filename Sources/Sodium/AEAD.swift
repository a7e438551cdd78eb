internal import CSodium

/// The message is not authentic: it was altered or truncated, or the key is wrong.
///
/// libsodium cannot tell these apart, so this error does not either.
public struct AuthenticationFailure: Error, Equatable {
    /// Creates the error.
    public init() {}
}

/// Authenticated encryption: `crypto_aead_xchacha20poly1305_ietf`.
public enum AEAD {
    /// The size of a key, in bytes.
    public static let keyBytes = 32
    /// The size of a nonce, in bytes.
    public static let nonceBytes = 24
    /// The number of bytes that sealing adds.
    public static let tagBytes = 16

    /// Returns `plaintext`, encrypted and followed by the tag.
    public static func seal(
        _ plaintext: Span<UInt8>, key: borrowing Secret, nonce: [UInt8], additionalData: [UInt8]
    ) -> [UInt8] {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagBytes)
        unsafe key.withPointer { key in
            unsafe plaintext.withUnsafeBufferPointer { plaintext in
                _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                    &sealed, nil, plaintext.baseAddress, UInt64(plaintext.count),
                    additionalData, UInt64(additionalData.count), nil, nonce, key)
            }
        }
        return sealed
    }

    /// Returns the plaintext that `seal` encrypted with the same key, nonce and additional data.
    public static func open(
        _ sealed: Span<UInt8>, key: borrowing Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(AuthenticationFailure) -> Secret {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        guard sealed.count >= tagBytes else { throw AuthenticationFailure() }
        var plaintext = Secret.uninitialized(count: sealed.count - tagBytes)
        let status = unsafe plaintext.withMutablePointer { plaintext in
            unsafe key.withPointer { key in
                unsafe sealed.withUnsafeBufferPointer { sealed in
                    guard let bytes = sealed.baseAddress else { return CInt(-1) }
                    return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                        plaintext, nil, nil, bytes, UInt64(sealed.count),
                        additionalData, UInt64(additionalData.count), nonce, key)
                }
            }
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return plaintext
    }
}
