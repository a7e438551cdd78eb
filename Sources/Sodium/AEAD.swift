internal import CSodium

/// A message that its key did not write: altered, cut, or opened with the wrong key.
///
/// libsodium cannot tell these apart, and nor does this.
public struct AuthenticationFailure: Error, Equatable {
    /// The one value.
    public init() {}
}

/// Authenticated encryption: `crypto_aead_xchacha20poly1305_ietf`.
public enum AEAD {
    /// Bytes of a key.
    public static let keyBytes = 32
    /// Bytes of a nonce.
    public static let nonceBytes = 24
    /// Bytes that sealing adds.
    public static let tagBytes = 16

    /// `plaintext`, encrypted, with the tag behind it.
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

    /// The plaintext of what `seal` made with the same key, nonce and additional data.
    public static func open(
        _ sealed: Span<UInt8>, key: borrowing Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(AuthenticationFailure) -> Secret {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        guard sealed.count >= tagBytes else { throw AuthenticationFailure() }
        var plaintext = Secret.uninitialised(count: sealed.count - tagBytes)
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
