internal import Platform
public import Sodium

/// The content of an unlocked vault file, as it was when the file was opened.
///
/// A save by another process puts a new file in place and does not change this one.
public struct VaultReader: ~Copyable {
    /// The key that opens the file, for a session or for reading it again later.
    public let dataKey: SharedSecret
    private let vault: VaultFile
    private let chunkKey: Secret
    private let recent = RecentChunks()

    /// Creates a reader; the header's MAC must already have been verified with `dataKey`.
    init(_ vault: consuming VaultFile, dataKey: SharedSecret) {
        let nonce = vault.payloadNonce
        let mac = vault.mac
        chunkKey = dataKey.withSecret { PayloadLayout.key(dataKey: $0, mac: mac, nonce: nonce) }
        self.vault = vault
        self.dataKey = dataKey
    }

    /// The verified header.
    public var header: Header { vault.header }

    package var saveID: [UInt8] { vault.saveID }

    /// Which file of a shared vault this is, or `nil` if the vault is not shared.
    var role: SharedReading.Role? { vault.role }

    var chunkCount: Int { vault.layout.chunkCount }

    /// Decrypts one chunk, unless it is among the last that were decrypted.
    func chunk(_ index: Int) throws -> SharedSecret {
        if let known = recent.chunk(index) { return known }
        recent.makeRoom()
        let location = vault.layout.sealed(index)
        let sealed = try vault.content.read(count: location.count, at: location.offset)
        let nonce = PayloadLayout.nonce(chunk: index, isLast: index == chunkCount - 1)
        do throws(AuthenticationFailure) {
            let content = SharedSecret(
                try AEAD.open(sealed.span, key: chunkKey, nonce: nonce, additionalData: []))
            recent.keep(content, index)
            return content
        } catch {
            throw VaultError.damaged(.chunk(index))
        }
    }
}

/// The chunks that were decrypted last, so that a command that looks up several entries of a small
/// vault decrypts each chunk only once.
private final class RecentChunks {
    /// The oldest first.
    private var chunks: [(index: Int, content: SharedSecret)] = []

    /// The number of chunks to keep; that many fit into one region of guarded memory.
    private static let limit = 3

    func chunk(_ index: Int) -> SharedSecret? {
        for chunk in chunks where chunk.index == index { return chunk.content }
        return nil
    }

    /// Drops the oldest chunk, which wipes it, if the limit has been reached.
    func makeRoom() {
        if chunks.count == Self.limit { chunks.removeFirst() }
    }

    func keep(_ content: SharedSecret, _ index: Int) {
        chunks.append((index, content))
    }
}
