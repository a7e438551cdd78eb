internal import Sodium

/// Where the sealed chunks are in the file (SECURITY.md, "Payload").
struct PayloadLayout {
    /// The number of plaintext bytes in every chunk but the last.
    static let chunkBytes = 16_384
    /// The size of the nonce before the first chunk, in bytes.
    static let nonceBytes = 32

    private static let sealedBytes = chunkBytes + AEAD.tagBytes

    /// The file offset of the first chunk.
    let start: Int
    /// The number of chunks, at least one.
    let chunkCount: Int
    private let lastSealedBytes: Int

    /// Creates the layout of a file of `fileSize` bytes whose payload nonce begins at `offset`.
    init(offset: Int, fileSize: Int) throws(VaultError) {
        start = offset + Self.nonceBytes
        let size = fileSize - start
        guard size >= AEAD.tagBytes else { throw .damaged(.payloadSize) }
        chunkCount = (size - 1) / Self.sealedBytes + 1
        lastSealedBytes = size - (chunkCount - 1) * Self.sealedBytes
        // The last chunk may be without plaintext only if the payload is empty.
        guard
            lastSealedBytes > AEAD.tagBytes || (chunkCount == 1 && lastSealedBytes == AEAD.tagBytes)
        else { throw .damaged(.payloadSize) }
    }

    /// Returns the file offset of a sealed chunk, and its size.
    func sealed(_ index: Int) -> (offset: Int, count: Int) {
        let count = index == chunkCount - 1 ? lastSealedBytes : Self.sealedBytes
        return (start + index * Self.sealedBytes, count)
    }

    /// Returns a chunk's nonce: 15 zero bytes, its number in 8 bytes, and whether it is the last.
    static func nonce(chunk index: Int, isLast: Bool) -> [UInt8] {
        [UInt8](repeating: 0, count: 15) + bigEndian(UInt64(index)) + [isLast ? 1 : 0]
    }

    /// Returns the key that seals the chunks of one save.
    static func key(dataKey: borrowing Secret, mac: [UInt8], nonce: [UInt8]) -> Secret {
        let subkey = KeyedHash.subkey(of: dataKey, id: 2, context: "tokenvlt")
        return KeyedHash.blake2b(Array("tokenvault/1 payload".utf8) + mac + nonce, key: subkey)
    }

    /// Returns the MAC of a header's bytes, which also commits to the data key.
    static func mac(dataKey: borrowing Secret, header: Header) -> [UInt8] {
        let subkey = KeyedHash.subkey(of: dataKey, id: 1, context: "tokenvlt")
        return KeyedHash.blake2b(header.authenticated, key: subkey).withBytes { mac in
            mac.indices.map { mac[$0] }
        }
    }
}
