import Sodium
import Testing

/// Results from other implementations.
@Suite struct KnownAnswerTests {
    /// The first case is from the PHP SDK's own tests, the second is the form with a time.
    @Test(arguments: [
        ("long_token", "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1"),
        (
            "long_token|1700000000",
            "a38f626c5e9ef768a3b8e9faaf828ef59d505fa7baa35c5d94b4b00921d64a17"
        ),
    ])
    func `HMAC-SHA-256 matches the Graph API's appsecret_proof`(message: String, proof: String) {
        let key = Secret(copying: Array("foo_secret".utf8).span)
        let mac = KeyedHash.hmacSHA256(Array(message.utf8).span, key: key)
        #expect(hexadecimal(mac) == proof)
    }

    @Test(arguments: [1, 7, 64, 1000])
    func `HMAC-SHA-256 in parts is the same as in one piece`(size: Int) {
        let key = Secret(copying: Array("foo_secret".utf8).span)
        let message = [UInt8]((0..<1000).map { UInt8($0 % 251) })
        let expected = KeyedHash.hmacSHA256(message.span, key: key)
        func code() -> HMACSHA256 {
            let code = HMACSHA256(key: key)
            for start in stride(from: 0, to: message.count, by: size) {
                code.update(Array(message[start..<min(message.count, start + size)]).span)
            }
            return code
        }
        #expect(code().matches(expected))
        for index in expected.indices {
            var other = expected
            other[index] ^= 1
            #expect(!code().matches(other))
        }
        for length in [0, 31] { #expect(!code().matches([UInt8](expected.prefix(length)))) }
        #expect(!code().matches(expected + [0]))
    }

    @Test(arguments: [
        ("", ""), ("Zg", "f"), ("Zg==", "f"), ("Zm8", "fo"), ("Zm8=", "fo"), ("Zm9v", "foo"),
        ("Pz8_", "???"), ("Pj4-", ">>>"),
    ])
    func `base64url is read with and without padding`(text: String, bytes: String) {
        #expect(decodedForURL(text) == Array(bytes.utf8))
    }

    @Test(arguments: [
        "Zg=", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "=", "==", "====", "Z", "Zh", "Zm9v\n", "Pz8/",
        "Pj4+", "Zm=8", "Zm9v ", "Zm9\u{e9}",
    ])
    func `any other form of base64url is refused`(text: String) {
        #expect(decodedForURL(text) == nil)
    }

    private func decodedForURL(_ text: String) -> [UInt8]? {
        guard let decoded = Base64.decodeSecretForURL(Array(text.utf8).span) else { return nil }
        return decoded.withBytes { Array(copying: $0) }
    }

    /// From Python's hashlib.
    ///
    /// A hash of 24 bytes is not the beginning of one of 32.
    @Test(arguments: [
        (24, "c998b50aa7bd17cd875546343e4471eb29afdca2de581c56"),
        (32, "e997c77e17566f32833f4b002c2923a11a9e221106f6a4f5872d67092603f9ce"),
    ])
    func `keyed BLAKE2b of a secret message`(count: Int, hash: String) {
        let key = Secret(copying: [UInt8](0..<32).span)
        let message = Secret(copying: Array("FAKE message".utf8).span)
        #expect(hexadecimal(KeyedHash.blake2b(message, key: key, count: count)) == hash)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ])
    func `base64 follows RFC 4648, without padding`(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8).span) == Array(text.utf8))
        #expect(Base64.decode(Array(text.utf8).span) == Array(bytes.utf8))
    }

    @Test(arguments: ["Zg==", "Zh", "Zm9v ", "Zm-_", "Z", "Zm9v\n", "Zm9\u{e9}"])
    func `any other form of base64 is refused`(text: String) {
        #expect(Base64.decode(Array(text.utf8).span) == nil)
    }

    /// RFC 7748, section 6.1.
    @Test func `the X25519 public key of a private key`() throws {
        let bytes: [UInt8] = [
            0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2,
            0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5,
            0x1d, 0xb9, 0x2c, 0x2a,
        ]
        let privateKey = Secret(copying: bytes.span)
        #expect(
            hexadecimal(Box.publicKey(of: privateKey))
                == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    }

    @Test func `a sealed message opens only with the same key, nonce and additional data`() throws {
        let key = Secret.random(count: AEAD.keyBytes)
        let nonce = randomBytes(AEAD.nonceBytes)
        let sealed = AEAD.seal(
            Array("FAKE".utf8).span, key: key, nonce: nonce, additionalData: [1])
        let opened = try AEAD.open(sealed.span, key: key, nonce: nonce, additionalData: [1])
        #expect(opened.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array("FAKE".utf8))
        #expect(throws: AuthenticationFailure.self) {
            _ = try AEAD.open(sealed.span, key: key, nonce: nonce, additionalData: [2])
        }
        #expect(throws: AuthenticationFailure.self) {
            _ = try AEAD.open(
                sealed.span.extracting(first: 15), key: key, nonce: nonce, additionalData: [1])
        }
    }
}
