public import Platform
public import Sodium

/// Makes new vaults.
public enum VaultCreation {
    /// Makes an empty vault at `path`, directories included, that `passphrase` opens at `cost`.
    ///
    /// `lastly` is called before the file appears, and prevents that by throwing.
    /// - Throws: `VaultError.exists` where anything lies at `path`, even if it appears meanwhile.
    public static func create(
        path: String, passphrase: SharedSecret, cost: PassphraseKey.Cost,
        warn: SaveWarning = { _ in }, lastly: () throws -> Void = {}
    ) throws {
        try refuseExisting(path)
        let pair = Box.makeKeyPair()
        let keys = KeySlot.MasterKeys(
            dataKey: Secret.random(count: 32), vaultPrivateKey: pair.privateKey.duplicate())
        var header = Header(
            vaultID: randomBytes(16), epoch: 1, publicKey: pair.publicKey, generation: 1,
            passphraseSlot: Header.PassphraseSlot(
                cost: cost, salt: randomBytes(PassphraseKey.saltBytes), wrapped: []),
            machineSlots: [])
        try passphrase.withSecret { try KeySlot.wrap(keys, passphrase: $0, into: &header) }

        try Directory.create(Directory.parent(of: path))
        let lock = try VaultSave.lock(path)
        defer { withExtendedLifetime(lock) {} }
        let writer = try PayloadWriter(path: path, header: header, dataKey: keys.dataKey)
        let file = try writer.finish()
        try lastly()
        do throws(SystemCallFailure) {
            if let doubt = try file.commitExclusively() { warn(doubt) }
        } catch {
            guard error.isExisting else { throw error }
            throw VaultError.exists(path: path)
        }
    }

    /// Throws `VaultError.exists` where anything lies at `path`, and `VaultError.linkExists` where it
    /// cannot be made for a link.
    public static func refuseExisting(_ path: String) throws(VaultError) {
        if let link = BrokenLink(on: path) { throw .linkExists(link) }
        if Directory.holdsAnything(at: path) { throw .exists(path: path) }
    }
}
