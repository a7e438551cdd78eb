internal import Platform
package import Sharing
package import Vault

/// A vault that a store has, for a machine that does not have it yet.
package struct StoredVault: Sendable {
    /// The file; nothing vouches for it before it is opened.
    package let bytes: [UInt8]
    /// The header, which is not verified before the file is opened.
    package let header: Header

    /// Reads the head of a vault, or returns `nil` if there is none.
    ///
    /// - Throws: `StoreFailure`, or `HeadLine.Fault` if the head is not a vault.
    package init?(_ vaultID: [UInt8], in store: some SharedStore) async throws {
        // Whoever replaces the head deletes its parts.
        for _ in 0..<SyncSession.attemptLimit {
            guard let stored = try await store.head(of: vaultID) else { return nil }
            var (line, bytes) = try HeadLine.parse(stored.value)
            var isComplete = true
            for part in line.parts {
                let content = try await store.part(part, of: vaultID, at: stored.readRevision)
                guard let content, bytes.count + content.count <= HeadLine.fileLimit else {
                    isComplete = false
                    break
                }
                bytes += content
            }
            guard isComplete else { continue }
            guard line.describes(bytes) else { throw HeadLine.Fault.malformed }
            let file = try VaultFile(bytes: bytes)
            guard file.header.vaultID == vaultID, file.saveID == line.mac + line.nonce else {
                throw HeadLine.Fault.malformed
            }
            self.bytes = bytes
            header = file.header
            return
        }
        throw HeadLine.Fault.malformed
    }

    /// Opens the vault, and checks that every record can be read.
    ///
    /// - Throws: `VaultError` if `keys` do not open it, or if it is damaged.
    package func examine(with keys: KeyRing) throws {
        try OpenState(bytes, keys: keys, from: .store).read { try $0.forEachRecord { _ in } }
    }

    /// Opens the vault, and writes it to `path`, where nothing may exist.
    ///
    /// The settings of the store are written before that: without the vault they mean nothing, and
    /// with it, it is shared from the beginning.
    ///
    /// - Throws: `VaultError` if `keys` do not open it, or if something exists at `path`.
    package func create(at path: String, keys: KeyRing, marks: HighWaterMarks?) throws {
        let state = try OpenState(bytes, keys: keys, from: .store)
        try VaultCreation.refuseExisting(path)
        try Directory.create(Directory.parent(of: path))
        let lock = try FileLock(path: "\(path).lock", for: path, waiting: UnlockedVault.defaultWait)
        defer { withExtendedLifetime(lock) {} }
        var file = try FileReplacement(of: path)
        try file.write(bytes.span)
        do throws(SystemCallFailure) {
            if let failure = try file.commitExclusively() { throw failure }
        } catch {
            guard error.isExisting else { throw error }
            throw VaultError.exists(path: path)
        }
        marks?.remember(state.markState, vaultID: state.header.vaultID)
    }
}
