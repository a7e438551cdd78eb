internal import CSodium

/// Public-key encryption: X25519 with XSalsa20-Poly1305, `crypto_box` and `crypto_box_seal`.
public enum Box {
    /// The size of a public key, and of a private key, in bytes.
    public static let keyBytes = 32
    /// The size of a nonce, in bytes.
    public static let nonceBytes = 24
    /// The number of bytes that a box adds.
    public static let boxOverhead = 16
    /// The number of bytes that an anonymous seal adds.
    public static let sealOverhead = 48

    /// Returns a new key pair (`crypto_box_keypair`).
    public static func makeKeyPair() -> KeyPair {
        Libsodium.start()
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        var privateKey = Secret.uninitialized(count: keyBytes)
        unsafe privateKey.withMutablePointer { privateKey in
            _ = unsafe crypto_box_keypair(&publicKey, privateKey)
        }
        return KeyPair(publicKey: publicKey, privateKey: privateKey)
    }

    /// Returns the public key that belongs to a private key (`crypto_scalarmult_base`).
    public static func publicKey(of privateKey: borrowing Secret) -> [UInt8] {
        Libsodium.start()
        precondition(privateKey.count == keyBytes)
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        unsafe privateKey.withPointer { privateKey in
            _ = unsafe crypto_scalarmult_base(&publicKey, privateKey)
        }
        return publicKey
    }

    /// Encrypts and authenticates `message` (`crypto_box_easy`).
    ///
    /// Only the holder of the recipient's private key can open the box, and it proves that the
    /// holder of `privateKey` made it.
    public static func seal(
        _ message: Span<UInt8>, nonce: [UInt8], to recipient: [UInt8],
        from privateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> [UInt8] {
        precondition(nonce.count == nonceBytes && recipient.count == keyBytes)
        var box = [UInt8](repeating: 0, count: message.count + boxOverhead)
        let status = unsafe privateKey.withPointer { privateKey in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe crypto_box_easy(
                    &box, message.baseAddress, UInt64(message.count), nonce, recipient, privateKey)
            }
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return box
    }

    /// Returns the key of all boxes between two parties (`crypto_box_beforenm`).
    ///
    /// - Throws: `AuthenticationFailure` if `publicKey` is of a small order.
    public static func sharedKey(
        of publicKey: [UInt8], and privateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> Secret {
        Libsodium.start()
        precondition(publicKey.count == keyBytes && privateKey.count == keyBytes)
        var key = Secret.uninitialized(count: keyBytes)
        let status = unsafe key.withMutablePointer { key in
            unsafe privateKey.withPointer { unsafe crypto_box_beforenm(key, publicKey, $0) }
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return key
    }

    /// Opens a box with the key from `sharedKey` (`crypto_box_open_easy_afternm`).
    public static func open(
        _ box: [UInt8], nonce: [UInt8], key: borrowing Secret
    ) throws(AuthenticationFailure) -> [UInt8] {
        precondition(nonce.count == nonceBytes && key.count == keyBytes)
        guard box.count >= boxOverhead else { throw AuthenticationFailure() }
        var message = [UInt8](repeating: 0, count: box.count - boxOverhead)
        let status = unsafe key.withPointer { key in
            unsafe crypto_box_open_easy_afternm(&message, box, UInt64(box.count), nonce, key)
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return message
    }

    /// Encrypts `message` anonymously (`crypto_box_seal`): anyone can, but only the recipient can
    /// open the result.
    public static func sealAnonymously(
        _ message: Span<UInt8>, to recipient: [UInt8]
    ) throws(AuthenticationFailure) -> [UInt8] {
        Libsodium.start()
        precondition(recipient.count == keyBytes)
        var sealed = [UInt8](repeating: 0, count: message.count + sealOverhead)
        let status = unsafe message.withUnsafeBufferPointer { message in
            unsafe crypto_box_seal(&sealed, message.baseAddress, UInt64(message.count), recipient)
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return sealed
    }

    /// Opens an anonymous seal (`crypto_box_seal_open`).
    public static func openAnonymous(
        _ sealed: [UInt8], publicKey: [UInt8], with privateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> Secret {
        precondition(publicKey.count == keyBytes)
        guard sealed.count >= sealOverhead else { throw AuthenticationFailure() }
        var message = Secret.uninitialized(count: sealed.count - sealOverhead)
        let status = unsafe message.withMutablePointer { message in
            unsafe privateKey.withPointer { privateKey in
                unsafe crypto_box_seal_open(
                    message, sealed, UInt64(sealed.count), publicKey, privateKey)
            }
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return message
    }
}

/// An X25519 key pair, with the private key in guarded memory.
public struct KeyPair: ~Copyable, Sendable {
    /// The public key, 32 bytes.
    public let publicKey: [UInt8]
    /// The private key, 32 bytes.
    public let privateKey: Secret

    /// Creates a pair of keys that belong together.
    public init(publicKey: [UInt8], privateKey: consuming Secret) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }
}
