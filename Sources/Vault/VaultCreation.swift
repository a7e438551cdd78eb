public import Platform
public import Sodium

/// Creates new vaults.
public enum VaultCreation {
    /// Creates an empty vault at `path`, which `passphrase` opens at `cost`, along with any missing
    /// directories.
    ///
    /// `beforeCommit` is called before the file appears, and can prevent that by throwing.
    ///
    /// - Throws: `VaultError.exists` if something already exists at `path`, or appears there in the
    /// meantime.
    public static func create(
        path: String, passphrase: SharedSecret, cost: PassphraseKey.Cost,
        warn: SaveWarning = { _ in }, beforeCommit: () throws -> Void = {}
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
        try beforeCommit()
        do throws(SystemCallFailure) {
            if let failure = try file.commitExclusively() { warn(failure) }
        } catch {
            guard error.isExisting else { throw error }
            throw VaultError.exists(path: path)
        }
    }

    /// Throws `VaultError.exists` if something exists at `path`, and `VaultError.linkExists` if a
    /// broken symbolic link prevents creating it.
    public static func refuseExisting(_ path: String) throws(VaultError) {
        if let link = BrokenLink(on: path) { throw .linkExists(link) }
        if Directory.holdsAnything(at: path) { throw .exists(path: path) }
    }
}
