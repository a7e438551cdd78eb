public import Platform
public import Sodium

/// A vault opened with its passphrase, which allows changing the passphrase and the machine keys.
///
/// Only the passphrase reveals the vault's private key, which these changes require.
public struct VaultOwner: ~Copyable {
    private let path: String
    private let passphrase: SharedSecret
    private let marks: HighWaterMarks?
    private let header: Header
    private let keys: KeySlot.MasterKeys
    private let vault: UnlockedVault

    /// Opens the vault at `path`, which takes a key derivation.
    public init(
        path: String, passphrase: SharedSecret, marks: HighWaterMarks?,
        warn: @escaping SaveWarning = { _ in }
    ) throws {
        let file = try VaultFile(path: path)
        let unverifiedHeader = file.header
        let keys = try passphrase.withSecret { passphrase throws(VaultError) in
            try KeySlot.open(unverifiedHeader, passphrase: passphrase)
        }
        (header, vault) = try UnlockedVault.opening(
            file, at: path, keys: keys, passphrase: passphrase, marks: marks, warn: warn
        ) { ($0.header, $1) }
        self.path = path
        self.passphrase = passphrase
        self.marks = marks
        self.keys = keys
    }

    /// The vault's ID: 16 bytes that never change.
    public var vaultID: [UInt8] { header.vaultID }

    /// The current cost of deriving the key from the passphrase.
    public var cost: PassphraseKey.Cost { header.passphraseSlot.cost }

    /// The names of the machine keys, in the order in which they were added.
    public var machineKeyNames: [String] { header.machineSlots.map(\.name) }

    /// The names of machine keys that an earlier version added or that someone planted; they never
    /// receive another data key.
    public var unvouchedKeyNames: [String] { vault.unvouchedKeyNames }

    /// Returns the key file and the public key of a new machine key for this vault.
    public borrowing func makeMachineKey() -> (file: SharedSecret, publicKey: [UInt8]) {
        let pair = Box.makeKeyPair()
        var content = pair.privateKey.duplicate()
        content.append(header.publicKey.span)
        let text = content.withBytes { bytes in Base64.encodeSecret(bytes) }
        let prefix = MachineKey.prefix
        var line = Secret(copying: prefix.span)
        text.withBytes { line.append($0) }
        line.append(UInt8(ascii: "\n"))
        return (SharedSecret(line), pair.publicKey)
    }

    /// How a machine key relates to this vault.
    public enum Standing: Equatable, Sendable {
        /// It opens the vault under this name.
        case opens(name: String)
        /// It was made for this vault but has no slot: it was removed, or adding it never
        /// completed.
        case opensNothing
        /// It is for another vault, or for this one before its key pair was replaced.
        case foreign
    }

    /// Returns how `key` relates to this vault.
    public borrowing func standing(of key: MachineKey) -> Standing {
        guard key.vaultPublicKey == header.publicKey else { return .foreign }
        let slot = header.machineSlots.first { $0.publicKey == key.publicKey }
        return slot.map { .opens(name: $0.name) } ?? .opensNothing
    }

    /// Adds a machine key that opens the vault; the data key stays the same.
    public borrowing func addMachineKey(named name: String, publicKey: [UInt8]) throws {
        var changed = header
        changed.machineSlots.append(
            try KeySlot.seal(keys, for: name, publicKey: publicKey, header: header))
        try save(changed, dataKey: vault.dataKey)
    }

    /// Removes a machine key, and those in `unvouchedKeyNames`, and replaces the data key for all
    /// later saves.
    public borrowing func removeMachineKey(named name: String) throws {
        try renewDataKey(
            passphrase: passphrase, cost: cost, keeping: vouchedSlots.filter { $0.name != name },
            reissuingVaultKey: false)
    }

    /// Changes the passphrase and the data key; the keys in `unvouchedKeyNames` do not receive the
    /// new data key.
    ///
    /// `reissuingVaultKey` also replaces the vault's key pair and drops all machine keys, for when
    /// someone else has the old passphrase. `beforeCommit` is called before the new file replaces
    /// the old one, and can prevent that by throwing.
    public borrowing func changePassphrase(
        to new: SharedSecret, cost: PassphraseKey.Cost, reissuingVaultKey: Bool,
        beforeCommit: () throws -> Void = {}
    ) throws {
        try renewDataKey(
            passphrase: new, cost: cost, keeping: reissuingVaultKey ? [] : vouchedSlots,
            reissuingVaultKey: reissuingVaultKey, beforeCommit: beforeCommit)
    }

    /// The only slots to which the next data key may be sealed.
    private var vouchedSlots: [Header.MachineSlot] {
        header.machineSlots.filter { !unvouchedKeyNames.contains($0.name) }
    }

    private borrowing func renewDataKey(
        passphrase: SharedSecret, cost: PassphraseKey.Cost, keeping slots: [Header.MachineSlot],
        reissuingVaultKey: Bool, beforeCommit: () throws -> Void = {}
    ) throws {
        var changed = header
        guard header.epoch < UInt64(Int64.max) else { throw VaultError.exhausted }
        changed.epoch += 1
        var privateKey = keys.vaultPrivateKey.duplicate()
        if reissuingVaultKey {
            let pair = Box.makeKeyPair()
            changed.publicKey = pair.publicKey
            privateKey = pair.privateKey.duplicate()
        }
        let renewed = KeySlot.MasterKeys(
            dataKey: Secret.random(count: 32), vaultPrivateKey: privateKey)
        changed.passphraseSlot.cost = cost
        changed.passphraseSlot.salt = randomBytes(PassphraseKey.saltBytes)
        try passphrase.withSecret { try KeySlot.wrap(renewed, passphrase: $0, into: &changed) }
        changed.machineSlots = []
        for slot in slots {
            changed.machineSlots.append(
                try KeySlot.seal(
                    renewed, for: slot.name, publicKey: slot.publicKey, header: changed))
        }
        // Check that the new passphrase opens the slot before anything depends on it.
        let opened = try passphrase.withSecret { passphrase throws(VaultError) in
            try KeySlot.open(changed, passphrase: passphrase)
        }
        precondition(opened.dataKey.isEqual(to: renewed.dataKey))
        try save(changed, dataKey: SharedSecret(renewed.takeDataKey()), beforeCommit: beforeCommit)
    }

    /// Saves with the header `changed`, if the slots on disk are still those that were opened.
    ///
    /// The expensive key derivations are already done, so none happens while the lock is held.
    private borrowing func save(
        _ changed: Header, dataKey: SharedSecret, beforeCommit: () throws -> Void = {}
    ) throws {
        let save = try VaultSave(path: path, warn: vault.warn, waiting: UnlockedVault.defaultWait)
        let old: VaultReader
        do {
            old = try vault.reader(at: save.target)
        } catch VaultError.wrongDataKey {
            throw VaultError.changedMeanwhile
        }
        guard old.header.epoch == header.epoch,
            old.header.passphraseSlot == header.passphraseSlot,
            old.header.machineSlots == header.machineSlots
        else { throw VaultError.changedMeanwhile }
        let state = try save.replace(
            old, with: changed, dataKey: dataKey, verifying: true, beforeCommit: beforeCommit)
        marks?.remember(state, vaultID: header.vaultID)
    }
}
