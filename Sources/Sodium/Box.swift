internal import CSodium

/// Public-key encryption: X25519 with XSalsa20-Poly1305, `crypto_box` and `crypto_box_seal`.
public enum Box {
    /// Bytes of a public key, and of a private one.
    public static let keyBytes = 32
    /// Bytes of a nonce.
    public static let nonceBytes = 24
    /// Bytes that a box adds.
    public static let boxOverhead = 16
    /// Bytes that an anonymous seal adds.
    public static let sealOverhead = 48

    /// A fresh key pair (`crypto_box_keypair`).
    public static func makeKeyPair() -> KeyPair {
        Libsodium.start()
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        var privateKey = Secret.uninitialised(count: keyBytes)
        unsafe privateKey.withMutablePointer { privateKey in
            _ = unsafe crypto_box_keypair(&publicKey, privateKey)
        }
        return KeyPair(publicKey: publicKey, privateKey: privateKey)
    }

    /// The public key that belongs to a private one (`crypto_scalarmult_base`).
    public static func publicKey(of privateKey: borrowing Secret) -> [UInt8] {
        Libsodium.start()
        precondition(privateKey.count == keyBytes)
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        unsafe privateKey.withPointer { privateKey in
            _ = unsafe crypto_scalarmult_base(&publicKey, privateKey)
        }
        return publicKey
    }

    /// `crypto_box_easy`: only the holder of the recipient's private key opens it, and it proves that
    /// the holder of `privateKey` made it.
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

    /// `crypto_box_open_easy`.
    public static func open(
        _ box: [UInt8], nonce: [UInt8], from sender: [UInt8], with privateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> [UInt8] {
        precondition(nonce.count == nonceBytes && sender.count == keyBytes)
        guard box.count >= boxOverhead else { throw AuthenticationFailure() }
        var message = [UInt8](repeating: 0, count: box.count - boxOverhead)
        let status = unsafe privateKey.withPointer { privateKey in
            unsafe crypto_box_open_easy(
                &message, box, UInt64(box.count), nonce, sender, privateKey)
        }
        guard status == 0 else { throw AuthenticationFailure() }
        return message
    }

    /// `crypto_box_seal`: anyone can make it, only the recipient opens it.
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

    /// `crypto_box_seal_open`.
    public static func openAnonymous(
        _ sealed: [UInt8], publicKey: [UInt8], with privateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> Secret {
        precondition(publicKey.count == keyBytes)
        guard sealed.count >= sealOverhead else { throw AuthenticationFailure() }
        var message = Secret.uninitialised(count: sealed.count - sealOverhead)
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

/// An X25519 key pair; the private half is guarded.
public struct KeyPair: ~Copyable, Sendable {
    /// 32 bytes for everyone.
    public let publicKey: [UInt8]
    /// 32 bytes for its owner.
    public let privateKey: Secret

    /// A pair whose halves belong together.
    public init(publicKey: [UInt8], privateKey: consuming Secret) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }
}
