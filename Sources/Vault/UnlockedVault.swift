public import Platform
public import Sodium

/// A vault that this process can read and change: its path and its data key.
public struct UnlockedVault: Sendable {
    /// The path of the file, or of a symbolic link to it.
    public let path: String
    /// The key that opens the file.
    public let dataKey: SharedSecret
    /// The epoch of the data key.
    package let epoch: UInt64
    /// The vault's ID: 16 bytes that never change.
    public let vaultID: [UInt8]
    /// The names of machine keys whose slots the owner did not make for this data key: an earlier
    /// version added them, or someone planted them.
    ///
    /// Known only if the passphrase opened the vault; otherwise empty.
    public private(set) var unvouchedKeyNames: [String] = []
    /// The time, in seconds, for which a change waits for saves by other processes.
    public static let defaultWait = 10.0

    package let marks: HighWaterMarks?
    let warn: SaveWarning
    /// Where each save notes what it does to secrets.
    private let secretChanges: SecretChanges?
    /// What opened the vault, and may still open it after another process has changed the data key.
    package let key: VaultFile.Key
    /// The path of `<vault>.ahead`, or `nil` if the vault is not shared.
    var ahead: String?
    /// What saves changes if the vault is shared, or will be by the time of the change; without it,
    /// a shared vault is not changed.
    package var sharedSaving: (any SharedSaving)?

    /// Whether the vault is shared with other machines.
    package var isShared: Bool { ahead != nil }

    /// Opens the vault at `path` with `key`, and checks it against the high-water mark.
    ///
    /// This may take a key derivation.
    public init(
        path: String, key: VaultFile.Key, marks: HighWaterMarks? = nil,
        noting secretChanges: SecretChanges? = nil, warn: @escaping SaveWarning = { _ in }
    ) throws {
        self = try Self.opening(
            try VaultFile(path: path), at: path, key: key, marks: marks, noting: secretChanges,
            warn: warn
        ) { $1 }
    }

    /// Unlocks `file`, which was opened at `path`, and lends its content, and a vault that can open
    /// it again, to `body`.
    ///
    /// For callers that read once: nothing is opened twice.
    public static func opening<Result>(
        _ file: consuming VaultFile, at path: String, key: VaultFile.Key, marks: HighWaterMarks?,
        noting secretChanges: SecretChanges? = nil, warn: @escaping SaveWarning,
        _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        if case .passphrase(let passphrase) = key {
            let header = file.header
            let keys = try passphrase.withSecret { passphrase throws(VaultError) in
                try KeySlot.open(header, passphrase: passphrase)
            }
            return try opening(
                file, at: path, keys: keys, passphrase: passphrase, marks: marks,
                noting: secretChanges, warn: warn, body)
        }
        let reader = try file.unlock(with: key)
        let vault = UnlockedVault(
            path: path, reader: reader, key: key, marks: marks, noting: secretChanges, warn: warn)
        return try body(try vault.checked(reader, at: path), vault)
    }

    /// Unlocks `file` with the keys from its passphrase slot, which also show who made the other
    /// slots.
    static func opening<Result>(
        _ file: consuming VaultFile, at path: String, keys: borrowing KeySlot.MasterKeys,
        passphrase: SharedSecret, marks: HighWaterMarks?,
        noting secretChanges: SecretChanges? = nil,
        warn: @escaping SaveWarning,
        _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        let reader = try file.unlock(withKeyOfSlot: SharedSecret(keys.dataKey.duplicate()))
        var vault = UnlockedVault(
            path: path, reader: reader, key: .passphrase(passphrase), marks: marks,
            noting: secretChanges, warn: warn)
        let current = try vault.checked(reader, at: path)
        for slot in current.header.machineSlots
        where !KeySlot.isVouchedFor(slot, in: current.header, keys) {
            vault.unvouchedKeyNames.append(slot.name)
        }
        return try body(current, vault)
    }

    private init(
        path: String, reader: borrowing VaultReader, key: VaultFile.Key, marks: HighWaterMarks?,
        noting secretChanges: SecretChanges?, warn: @escaping SaveWarning
    ) {
        self.path = path
        self.key = key
        ahead = reader.role?.ahead
        self.secretChanges = secretChanges
        self.warn = warn
        dataKey = reader.dataKey
        epoch = reader.header.epoch
        vaultID = reader.header.vaultID
        self.marks = marks
    }

    /// Lends the content that is on disk now.
    public func read<Result>(_ body: (borrowing VaultReader) throws -> Result) throws -> Result {
        try withCurrentKey { vault in try body(try vault.reader(at: path)) }
    }

    /// Makes changes in one save: all of them or, if anything fails, none.
    ///
    /// `plan` receives the content while the lock is held, and returns the changes. Neither `plan`
    /// nor a change may wait for a person or the network. Waits for at most `seconds` while other
    /// processes save.
    public func change(
        waiting seconds: Double = defaultWait,
        _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        do {
            try changeAsOpened(waiting: seconds, plan)
        } catch is SharingChange {
            // The change must not be lost: it may be a token that Meta has just issued.
            var vault = self
            vault.ahead = SharedReading.aheadPath(ofVaultAt: path)
            do {
                try vault.changeAsOpened(waiting: seconds, plan)
            } catch is SharingChange {
                throw VaultError.changedMeanwhile
            }
        }
    }

    private func changeAsOpened(
        waiting seconds: Double, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        if isShared {
            guard let sharedSaving else { throw UnpreparedSharing() }
            return try sharedSaving.change(waiting: seconds, plan)
        }
        try withCurrentKey { try $0.changeOnce(waiting: seconds, plan) }
    }

    private func changeOnce(
        waiting seconds: Double, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        let save = try VaultSave(path: path, warn: warn, waiting: seconds)
        if SharedReading.aheadPath(ofVaultAt: save.target) != nil { throw SharingChange.begun }
        let old = try reader(at: save.target)
        let changes = try plan(old)
        guard !changes.isEmpty else { return }
        let state = try save.replace(
            old, with: old.header, dataKey: dataKey, changes: changes, noting: secretChanges)
        marks?.remember(state, vaultID: vaultID)
    }

    /// Runs `body` with this vault, or reopens it if another process has changed the data key.
    ///
    /// The same passphrase or machine key then opens the vault again: a token that Meta issued in
    /// the meantime must not be lost.
    private func withCurrentKey<Result>(_ body: (UnlockedVault) throws -> Result) throws -> Result {
        do {
            return try body(self)
        } catch VaultError.wrongDataKey {
            guard let renewed = reopened() else { throw VaultError.changedMeanwhile }
            do {
                return try body(renewed)
            } catch VaultError.wrongDataKey {
                throw VaultError.changedMeanwhile
            }
        }
    }

    /// Returns the vault with the key that opens it now.
    package func renewed() throws -> UnlockedVault {
        try withCurrentKey { vault in
            _ = try vault.reader(at: path)
            return vault
        }
    }

    /// Returns the vault as it is now, or `nil` if what opened it no longer does.
    private func reopened() -> UnlockedVault? {
        switch key {
        case .dataKey, .checkedDataKey: return nil
        case .passphrase, .machineKey: break
        }
        let renewed = try? UnlockedVault.opening(
            try VaultFile.newest(of: path, ahead: ahead), at: path, key: key, marks: marks,
            noting: secretChanges, warn: warn
        ) { $1 }
        return renewed?.vaultID == vaultID ? renewed : nil
    }

    /// Returns the content of the file at `path`, which must be this vault's.
    ///
    /// - Throws: `VaultError.wrongDataKey` if the data key was changed.
    func reader(at path: String) throws -> VaultReader {
        try checked(try open(path), at: path)
    }

    private func open(_ path: String) throws -> VaultReader {
        let file = try VaultFile.newest(of: path, ahead: ahead)
        guard file.header.vaultID == vaultID else { throw VaultError.changedMeanwhile }
        return try file.unlock(with: .dataKey(dataKey))
    }

    /// Returns `reader`, or a new reader if `reader` looks older than the high-water mark.
    ///
    /// Another process may have saved, and raised the mark, since `reader` was opened. So if the
    /// state looks too old, the mark and then the file are read once more.
    private func checked(_ reader: consuming VaultReader, at path: String) throws -> VaultReader {
        guard let marks else { return reader }
        if try accepts(reader, marks) { return reader }
        let mark = try marks.mark(of: vaultID)
        let reopened = try open(path)
        if let rollback = mark.flatMap({ reopened.state.rollback(from: $0) }) {
            throw VaultError.rolledBack(rollback)
        }
        // The mark was read first this time, so the state is accepted even if it rises meanwhile.
        _ = try accepts(reopened, marks)
        return reopened
    }

    private func accepts(
        _ reader: borrowing VaultReader, _ marks: HighWaterMarks
    ) throws(VaultError) -> Bool {
        guard let role = reader.role else {
            return try marks.accepts(reader.state, vaultID: vaultID)
        }
        return try marks.accepts(reader.state, as: role, vaultID: vaultID)
    }
}

/// Saves the changes of a vault that is shared with other machines.
package protocol SharedSaving: Sendable {
    /// Makes changes in one save, as ``UnlockedVault/change(waiting:_:)`` describes.
    func change(
        waiting seconds: Double, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws
}

/// Another process has begun or ended to share the vault since it was opened.
package enum SharingChange: Error {
    case begun
    case ended
}

/// A bug: a command that does not know of sharing changed a shared vault.
package struct UnpreparedSharing: Error {}

extension VaultReader {
    /// The state of the file, for the high-water mark.
    package var state: HighWaterMarks.State {
        HighWaterMarks.State(epoch: header.epoch, generation: header.generation, saveID: saveID)
    }
}
