public import Platform
internal import Sodium

/// Is told why a save that is done may not be on the disk.
public typealias SaveWarning = @Sendable (SystemCallFailure) -> Void

/// A save in progress: holds the vault's lock from before the content is read until the new file is in
/// its place (SECURITY.md, "Saving").
struct VaultSave: ~Copyable {
    /// The vault's own path, not that of a symbolic link to it.
    let target: String
    private let lock: FileLock
    private let warn: SaveWarning

    /// Takes the lock of the vault at `path`, waiting for so many seconds at most.
    init(path: String, warn: @escaping SaveWarning, waiting seconds: Double) throws {
        let target = try Self.resolved(path)
        lock = try Self.lock(target, waiting: seconds)
        self.target = target
        self.warn = warn
    }

    /// Writes `old` with `changes` under `header`, whose generation is raised, and puts it in place.
    ///
    /// Nobody may have replaced the file since `old` was read, lock or no lock. `verifying` reads the new
    /// file once more before it replaces the old one, and `lastly` may still stop that. Returns the new state.
    func replace(
        _ old: borrowing VaultReader, with header: Header, dataKey: SharedSecret,
        changes: [EntryChange] = [], verifying: Bool = false, lastly: () throws -> Void = {}
    ) throws -> HighWaterMarks.State {
        var header = header
        if old.header.generation < UInt64(Int64.max) {
            header.generation = old.header.generation + 1
        } else {
            // No vault gets there by being saved: a holder of the data key wrote that number. It must not
            // keep the owner from taking the key away, and an epoch outranks every generation.
            guard header.epoch > old.header.epoch else { throw VaultError.exhausted }
            header.generation = 1
        }
        var writer = try dataKey.withSecret { dataKey in
            try PayloadWriter(path: target, header: header, dataKey: dataKey)
        }
        let state = HighWaterMarks.State(
            epoch: header.epoch, generation: header.generation, saveID: writer.saveID)
        try writer.append(old, changedBy: changes)
        let expected = old.saveID
        let doubt = try writer.finish().commit { written in
            if verifying {
                try VaultFile(path: written).unlock(with: .dataKey(dataKey)).forEachRecord { _ in }
            }
            try lastly()
            guard try Self.saveID(at: target) == expected else {
                throw VaultError.changedMeanwhile
            }
        }
        if let doubt { warn(doubt) }
        return state
    }

    /// Which save lies on the disk; nil for something that is no vault any more.
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

    /// Takes the lock beside a vault that may not be there yet.
    static func lock(_ target: String, waiting seconds: Double = UnlockedVault.usualWait) throws
        -> FileLock
    {
        do {
            return try FileLock(path: "\(target).lock", for: target, waiting: seconds)
        } catch is FileLock.Held {
            throw VaultError.busy
        }
    }
}
