public import Platform
public import Sodium

/// A vault that this process can read and change: its place and its data key.
public struct UnlockedVault: Sendable {
    /// The file, or a symbolic link to it.
    public let path: String
    /// What opens it.
    public let dataKey: SharedSecret
    /// 16 bytes that stay the vault's for life.
    public let vaultID: [UInt8]
    /// The machine keys whose slots the owner did not make for this data key: added by an earlier
    /// version, or planted.
    ///
    /// Only who opens the vault with the passphrase can tell; otherwise empty.
    public private(set) var unvouchedKeyNames: [String] = []
    /// Seconds for which a change waits for other processes that save.
    public static let usualWait = 10.0

    let marks: HighWaterMarks?
    let warn: SaveWarning
    /// What opened it, which may open it still after another process has changed the data key.
    private let key: VaultFile.Key

    /// Opens the vault at `path` with `key`, whatever that costs, and holds it against the mark of the
    /// newest state seen.
    public init(
        path: String, key: VaultFile.Key, marks: HighWaterMarks? = nil,
        warn: @escaping SaveWarning = { _ in }
    ) throws {
        self = try Self.opening(
            try VaultFile(path: path), at: path, key: key, marks: marks, warn: warn
        ) { $1 }
    }

    /// Unlocks `file`, which was opened at `path`, and lends its content, with what opens it again.
    ///
    /// For who reads once: nothing is opened twice.
    public static func opening<Result>(
        _ file: consuming VaultFile, at path: String, key: VaultFile.Key, marks: HighWaterMarks?,
        warn: @escaping SaveWarning, _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        if case .passphrase(let passphrase) = key {
            let header = file.header
            let keys = try passphrase.withSecret { passphrase throws(VaultError) in
                try KeySlot.open(header, passphrase: passphrase)
            }
            return try opening(
                file, at: path, keys: keys, passphrase: passphrase, marks: marks, warn: warn, body)
        }
        let reader = try file.unlock(with: key)
        let vault = UnlockedVault(path: path, reader: reader, key: key, marks: marks, warn: warn)
        return try body(try vault.checked(reader, at: path), vault)
    }

    /// The same with what the passphrase slot holds, which also shows whose the other slots are.
    static func opening<Result>(
        _ file: consuming VaultFile, at path: String, keys: borrowing KeySlot.MasterKeys,
        passphrase: SharedSecret, marks: HighWaterMarks?, warn: @escaping SaveWarning,
        _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        let reader = try file.unlock(withKeyOfSlot: SharedSecret(keys.dataKey.duplicate()))
        var vault = UnlockedVault(
            path: path, reader: reader, key: .passphrase(passphrase), marks: marks, warn: warn)
        let current = try vault.checked(reader, at: path)
        for slot in current.header.machineSlots
        where !KeySlot.isVouchedFor(slot, in: current.header, keys) {
            vault.unvouchedKeyNames.append(slot.name)
        }
        return try body(current, vault)
    }

    private init(
        path: String, reader: borrowing VaultReader, key: VaultFile.Key, marks: HighWaterMarks?,
        warn: @escaping SaveWarning
    ) {
        self.path = path
        self.key = key
        self.warn = warn
        dataKey = reader.dataKey
        vaultID = reader.header.vaultID
        self.marks = marks
    }

    /// Lends the content as it is on the disk now.
    public func read<Result>(_ body: (borrowing VaultReader) throws -> Result) throws -> Result {
        try withCurrentKey { vault in try body(try vault.reader(at: path)) }
    }

    /// Makes changes in one save: all of them or, when anything fails, none.
    ///
    /// `plan` sees the content under the lock and says what to change. Neither it nor a change may
    /// wait for a person or the network. Waits for so many seconds at most while other processes save.
    public func change(
        waiting seconds: Double = usualWait,
        _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        try withCurrentKey { try $0.changeOnce(waiting: seconds, plan) }
    }

    private func changeOnce(
        waiting seconds: Double, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        let save = try VaultSave(path: path, warn: warn, waiting: seconds)
        let old = try reader(at: save.target)
        let changes = try plan(old)
        guard !changes.isEmpty else { return }
        let state = try save.replace(old, with: old.header, dataKey: dataKey, changes: changes)
        marks?.remember(state, vaultID: vaultID)
    }

    /// Runs `body` with this vault or, if another process has changed the data key, with the vault as the
    /// same passphrase or machine key opens it now: what Meta issued meanwhile must not be lost.
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

    /// The vault as it is now, or `nil` if what opened it does not do that any more.
    private func reopened() -> UnlockedVault? {
        switch key {
        case .dataKey, .checkedDataKey: return nil
        case .passphrase, .machineKey: break
        }
        let renewed = try? UnlockedVault(path: path, key: key, marks: marks, warn: warn)
        return renewed?.vaultID == vaultID ? renewed : nil
    }

    /// The content of the file at `path`, which must be this vault's.
    ///
    /// - Throws: `VaultError.wrongDataKey` if the data key was changed.
    func reader(at path: String) throws -> VaultReader {
        try checked(try open(path), at: path)
    }

    private func open(_ path: String) throws -> VaultReader {
        let file = try VaultFile(path: path)
        guard file.header.vaultID == vaultID else { throw VaultError.changedMeanwhile }
        return try file.unlock(with: .dataKey(dataKey))
    }

    /// Another process may have saved, and raised the mark, since `reader` was opened.
    ///
    /// So what seems too old gets a second look, at the mark first and then at the path anew.
    private func checked(_ reader: consuming VaultReader, at path: String) throws -> VaultReader {
        guard let marks else { return reader }
        if try marks.admits(reader.state, vaultID: vaultID) { return reader }
        let mark = try marks.mark(of: vaultID)
        let again = try open(path)
        if let rollback = mark.flatMap({ again.state.rollback(from: $0) }) {
            throw VaultError.rolledBack(rollback)
        }
        marks.remember(again.state, vaultID: vaultID)
        return again
    }
}

extension VaultReader {
    var state: HighWaterMarks.State {
        HighWaterMarks.State(epoch: header.epoch, generation: header.generation, saveID: saveID)
    }
}
