internal import Sodium

/// How the sealed chunks lie in the file (SECURITY.md, "Payload").
struct PayloadLayout {
    /// Bytes of plaintext in every chunk but the last.
    static let chunkBytes = 16_384
    /// Bytes of the nonce before the first chunk.
    static let nonceBytes = 32

    private static let sealedBytes = chunkBytes + AEAD.tagBytes

    /// Where the first chunk begins.
    let start: Int
    /// How many chunks there are, at least one.
    let chunkCount: Int
    private let lastSealedBytes: Int

    /// The layout of a file of `fileSize` bytes whose payload nonce begins at `offset`.
    init(offset: Int, fileSize: Int) throws(VaultError) {
        start = offset + Self.nonceBytes
        let size = fileSize - start
        guard size >= AEAD.tagBytes else { throw .damaged(.payloadSize) }
        chunkCount = (size - 1) / Self.sealedBytes + 1
        lastSealedBytes = size - (chunkCount - 1) * Self.sealedBytes
        // A last chunk without plaintext is there only for an empty payload.
        guard
            lastSealedBytes > AEAD.tagBytes || (chunkCount == 1 && lastSealedBytes == AEAD.tagBytes)
        else { throw .damaged(.payloadSize) }
    }

    /// Where a sealed chunk lies in the file, and its size.
    func sealed(_ index: Int) -> (offset: Int, count: Int) {
        let count = index == chunkCount - 1 ? lastSealedBytes : Self.sealedBytes
        return (start + index * Self.sealedBytes, count)
    }

    /// A chunk's nonce: 15 zeros, its number in 8 bytes, and whether it is the last.
    static func nonce(chunk index: Int, isLast: Bool) -> [UInt8] {
        [UInt8](repeating: 0, count: 15) + bigEndian(UInt64(index)) + [isLast ? 1 : 0]
    }

    /// The key of one save's chunks.
    static func key(dataKey: borrowing Secret, mac: [UInt8], nonce: [UInt8]) -> Secret {
        let purpose = KeyedHash.subkey(of: dataKey, id: 2, context: "tokenvlt")
        return KeyedHash.blake2b(Array("tokenvault/1 payload".utf8) + mac + nonce, key: purpose)
    }

    /// The code over a header's bytes, which also commits to the data key.
    static func mac(dataKey: borrowing Secret, header: Header) -> [UInt8] {
        let purpose = KeyedHash.subkey(of: dataKey, id: 1, context: "tokenvlt")
        return KeyedHash.blake2b(header.authenticated, key: purpose).withBytes { mac in
            mac.indices.map { mac[$0] }
        }
    }
}
