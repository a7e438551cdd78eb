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
    ///
    /// - Parameter ahead: The path of `<vault>.ahead`, or `nil` if the vault is not shared.
    public init(
        path: String, passphrase: SharedSecret, marks: HighWaterMarks?, ahead: String? = nil,
        warn: @escaping SaveWarning = { _ in }
    ) throws {
        let file = try VaultFile.newest(of: path, ahead: ahead)
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

    /// The vault, for reading and for sharing it.
    package var unlocked: UnlockedVault { vault }

    /// Opens the vault again, as it is now.
    package borrowing func reopened() throws -> VaultOwner {
        try VaultOwner(
            path: path, passphrase: passphrase, marks: marks, ahead: vault.ahead, warn: vault.warn)
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
        let publicKey = key.makePublicKey()
        let slot = header.machineSlots.first { $0.publicKey == publicKey }
        return slot.map { .opens(name: $0.name) } ?? .opensNothing
    }

    /// Adds a machine key that opens the vault; the data key stays the same.
    public borrowing func addMachineKey(named name: String, publicKey: [UInt8]) throws {
        try save(try addingMachineKey(named: name, publicKey: publicKey))
    }

    /// Returns the change that ``addMachineKey(named:publicKey:)`` saves.
    package borrowing func addingMachineKey(
        named name: String, publicKey: [UInt8]
    ) throws -> SlotChange {
        var changed = header
        changed.machineSlots.append(
            try KeySlot.seal(keys, for: name, publicKey: publicKey, header: header))
        return SlotChange(old: header, new: changed, dataKey: vault.dataKey)
    }

    /// Removes a machine key, and those in `unvouchedKeyNames`, and replaces the data key for all
    /// later saves.
    public borrowing func removeMachineKey(named name: String) throws {
        try save(try removingMachineKey(named: name))
    }

    /// Returns the change that ``removeMachineKey(named:)`` saves.
    package borrowing func removingMachineKey(named name: String) throws -> SlotChange {
        try renewedDataKey(
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
        let change = try changingPassphrase(
            to: new, cost: cost, reissuingVaultKey: reissuingVaultKey)
        try save(change, beforeCommit: beforeCommit)
    }

    /// Returns the change that ``changePassphrase(to:cost:reissuingVaultKey:beforeCommit:)`` saves.
    package borrowing func changingPassphrase(
        to new: SharedSecret, cost: PassphraseKey.Cost, reissuingVaultKey: Bool
    ) throws -> SlotChange {
        try renewedDataKey(
            passphrase: new, cost: cost, keeping: reissuingVaultKey ? [] : vouchedSlots,
            reissuingVaultKey: reissuingVaultKey)
    }

    /// The only slots to which the next data key may be sealed.
    private var vouchedSlots: [Header.MachineSlot] {
        header.machineSlots.filter { !unvouchedKeyNames.contains($0.name) }
    }

    private borrowing func renewedDataKey(
        passphrase: SharedSecret, cost: PassphraseKey.Cost, keeping slots: [Header.MachineSlot],
        reissuingVaultKey: Bool
    ) throws -> SlotChange {
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
        return SlotChange(
            old: header, new: changed, dataKey: SharedSecret(renewed.takeDataKey()))
    }

    /// Saves a change, if the slots on disk are still those that were opened.
    ///
    /// The expensive key derivations are already done, so none happens while the lock is held.
    package borrowing func save(
        _ change: SlotChange, beforeCommit: () throws -> Void = {}
    ) throws {
        guard !vault.isShared else { throw UnpreparedSharing() }
        let save = try VaultSave(path: path, warn: vault.warn, waiting: UnlockedVault.defaultWait)
        // Somebody has begun to share it.
        if SharedReading.aheadPath(ofVaultAt: save.target) != nil {
            throw VaultError.changedMeanwhile
        }
        let old: VaultReader
        do {
            old = try vault.reader(at: save.target)
        } catch VaultError.wrongDataKey {
            throw VaultError.changedMeanwhile
        }
        guard change.applies(to: old.header) else { throw VaultError.changedMeanwhile }
        let state = try save.replace(
            old, with: change.new, dataKey: change.dataKey, verifying: true,
            beforeCommit: beforeCommit)
        marks?.remember(state, vaultID: header.vaultID)
    }
}
