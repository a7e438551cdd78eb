public import Platform
public import Sodium

/// A vault opened with its passphrase, which alone gives out the vault's private key: who holds it may
/// change the passphrase and the machine keys.
public struct VaultOwner: ~Copyable {
    private let path: String
    private let passphrase: SharedSecret
    private let marks: HighWaterMarks?
    private let header: Header
    private let keys: KeySlot.MasterKeys
    private let vault: UnlockedVault

    /// Opens the vault at `path`; takes what the derivation costs.
    public init(
        path: String, passphrase: SharedSecret, marks: HighWaterMarks?,
        warn: @escaping SaveWarning = { _ in }
    ) throws {
        let file = try VaultFile(path: path)
        let named = file.header
        let keys = try passphrase.withSecret { passphrase throws(VaultError) in
            try KeySlot.open(named, passphrase: passphrase)
        }
        (header, vault) = try UnlockedVault.opening(
            file, at: path, keys: keys, passphrase: passphrase, marks: marks, warn: warn
        ) { ($0.header, $1) }
        self.path = path
        self.passphrase = passphrase
        self.marks = marks
        self.keys = keys
    }

    /// 16 bytes that stay the vault's for life.
    public var vaultID: [UInt8] { header.vaultID }

    /// What deriving the key from the passphrase costs now.
    public var cost: PassphraseKey.Cost { header.passphraseSlot.cost }

    /// The machine keys, in order of addition.
    public var machineKeyNames: [String] { header.machineSlots.map(\.name) }

    /// The machine keys that were added by an earlier version, or planted: they are never given another
    /// data key.
    public var unvouchedKeyNames: [String] { vault.unvouchedKeyNames }

    /// A new machine key for this vault: what its file is to hold, and its public half.
    public borrowing func makeMachineKey() -> (file: SharedSecret, publicKey: [UInt8]) {
        let pair = Box.makeKeyPair()
        var content = pair.privateKey.duplicate()
        content.append(header.publicKey.span)
        let text = content.withBytes { bytes in Base64.encodeSecret(bytes) }
        let mark = MachineKey.mark
        var line = Secret(copying: mark.span)
        text.withBytes { line.append($0) }
        line.append(UInt8(ascii: "\n"))
        return (SharedSecret(line), pair.publicKey)
    }

    /// Whether a key is one of this vault and which machine's.
    public enum Standing: Equatable, Sendable {
        /// It opens the vault.
        case opens(name: String)
        /// It is made for this vault, which has no slot for it: it was removed, or adding it was never
        /// finished.
        case opensNothing
        /// It is for another vault, or for this one before its own keys were made anew.
        case foreign
    }

    /// What the vault has to do with a key.
    public borrowing func standing(of key: MachineKey) -> Standing {
        guard key.vaultPublicKey == header.publicKey else { return .foreign }
        let slot = header.machineSlots.first { $0.publicKey == key.publicKey }
        return slot.map { .opens(name: $0.name) } ?? .opensNothing
    }

    /// Opens the vault to a machine; the data key stays.
    public borrowing func addMachineKey(named name: String, publicKey: [UInt8]) throws {
        var changed = header
        changed.machineSlots.append(
            try KeySlot.seal(keys, for: name, publicKey: publicKey, header: header))
        try save(changed, dataKey: vault.dataKey)
    }

    /// Takes a machine's access away, and that of `unvouchedKeyNames`: what is saved from now on has
    /// another data key.
    public borrowing func removeMachineKey(named name: String) throws {
        try renewDataKey(
            passphrase: passphrase, cost: cost, keeping: vouchedSlots.filter { $0.name != name },
            reissuingVaultKey: false)
    }

    /// Gives the vault another passphrase and another data key, which `unvouchedKeyNames` do not get.
    ///
    /// `reissuingVaultKey` makes a new key pair for the vault as well and drops all machine keys, for
    /// when the old passphrase is in wrong hands. `lastly` is called before the new file replaces the
    /// old one, and stops that by throwing.
    public borrowing func changePassphrase(
        to new: SharedSecret, cost: PassphraseKey.Cost, reissuingVaultKey: Bool,
        lastly: () throws -> Void = {}
    ) throws {
        try renewDataKey(
            passphrase: new, cost: cost, keeping: reissuingVaultKey ? [] : vouchedSlots,
            reissuingVaultKey: reissuingVaultKey, lastly: lastly)
    }

    /// The only slots that the next data key may be sealed to.
    private var vouchedSlots: [Header.MachineSlot] {
        header.machineSlots.filter { !unvouchedKeyNames.contains($0.name) }
    }

    private borrowing func renewDataKey(
        passphrase: SharedSecret, cost: PassphraseKey.Cost, keeping slots: [Header.MachineSlot],
        reissuingVaultKey: Bool, lastly: () throws -> Void = {}
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
        // Once more with the new passphrase, before anything depends on it.
        let opened = try passphrase.withSecret { passphrase throws(VaultError) in
            try KeySlot.open(changed, passphrase: passphrase)
        }
        precondition(opened.dataKey.isEqual(to: renewed.dataKey))
        try save(changed, dataKey: SharedSecret(renewed.takeDataKey()), lastly: lastly)
    }

    /// Saves under `changed`, if the slots on the disk are still those that were opened.
    ///
    /// The costly derivations lie behind: none happens under the lock.
    private borrowing func save(
        _ changed: Header, dataKey: SharedSecret, lastly: () throws -> Void = {}
    ) throws {
        let save = try VaultSave(path: path, warn: vault.warn, waiting: UnlockedVault.usualWait)
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
            old, with: changed, dataKey: dataKey, verifying: true, lastly: lastly)
        marks?.remember(state, vaultID: header.vaultID)
    }
}
