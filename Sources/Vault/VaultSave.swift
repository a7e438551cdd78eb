public import Platform
internal import Sodium

/// A callback that receives the reason why a completed save may not be on disk yet.
public typealias SaveWarning = @Sendable (SystemCallFailure) -> Void

/// A save in progress, which holds the vault's lock from before the content is read until the new
/// file is in place (SECURITY.md, "Saving").
struct VaultSave: ~Copyable {
    /// The vault's own path, with symbolic links resolved.
    let target: String
    private let lock: FileLock
    private let warn: SaveWarning

    /// Takes the lock of the vault at `path`, waiting for at most `seconds`.
    init(path: String, warn: @escaping SaveWarning, waiting seconds: Double) throws {
        let target = try Self.resolved(path)
        lock = try Self.lock(target, waiting: seconds)
        self.target = target
        self.warn = warn
    }

    /// Writes `old` with `changes` and the header `header`, raises the generation, and replaces the
    /// vault.
    ///
    /// `verifying` reads the new file back before it replaces the old one; after that,
    /// `beforeCommit` can still prevent the replacement by throwing. Once the new file is in place,
    /// its secrets are noted in `secretChanges`.
    ///
    /// - Returns: The new state.
    /// - Throws: `VaultError.changedMeanwhile` if another process replaced the file after `old` was
    /// read, even without taking the lock.
    func replace(
        _ old: borrowing VaultReader, with header: Header, dataKey: SharedSecret,
        changes: [EntryChange] = [], noting secretChanges: SecretChanges? = nil,
        verifying: Bool = false, beforeCommit: () throws -> Void = {}
    ) throws -> HighWaterMarks.State {
        var header = header
        if old.header.generation < UInt64(Int64.max) {
            header.generation = old.header.generation + 1
        } else {
            // Saving alone never gets the generation this far: someone with the data key wrote
            // that number. It must not keep the owner from revoking that key, and a higher epoch
            // outranks any generation, so counting starts again at 1.
            guard header.epoch > old.header.epoch else { throw VaultError.exhausted }
            header.generation = 1
        }
        var writer = try dataKey.withSecret { dataKey in
            try PayloadWriter(path: target, header: header, dataKey: dataKey)
        }
        let state = HighWaterMarks.State(
            epoch: header.epoch, generation: header.generation, saveID: writer.saveID)
        var notes = SaveNotes(for: secretChanges)
        try writer.append(old, changedBy: changes, &notes)
        let expected = old.saveID
        let failure = try writer.finish().commit { written in
            if verifying {
                try VaultFile(path: written).unlock(with: .dataKey(dataKey)).forEachRecord { _ in }
            }
            try beforeCommit()
            guard try Self.saveID(at: target) == expected else {
                throw VaultError.changedMeanwhile
            }
        }
        notes.confirm()
        if let failure { warn(failure) }
        return state
    }

    /// Returns the identifier of the save that is on disk, or `nil` if the file is no longer a
    /// vault.
    private static func saveID(at path: String) throws -> [UInt8]? {
        do {
            return try VaultFile(path: path).saveID
        } catch is VaultError {
            return nil
        }
    }

    private static func resolved(_ path: String) throws -> String {
        do throws(SystemCallFailure) {
            return try Directory.resolve(path)
        } catch {
            throw VaultError(error, at: path) ?? error
        }
    }

    /// Takes the lock next to a vault, which need not exist yet.
    static func lock(_ target: String, waiting seconds: Double = UnlockedVault.defaultWait) throws
        -> FileLock
    {
        do {
            return try FileLock(path: "\(target).lock", for: target, waiting: seconds)
        } catch is FileLock.Held {
            throw VaultError.busy
        }
    }
}
