internal import Platform
public import Sodium

/// A vault that this process can read and change: its place and its data key.
public struct UnlockedVault: Sendable {
    /// The file, or a symbolic link to it.
    public let path: String
    /// What opens it.
    public let dataKey: SharedSecret
    private let vaultID: [UInt8]

    /// Opens the vault at `path` with `key`, whatever that costs.
    public init(path: String, key: VaultFile.Key) throws {
        let reader = try VaultFile(path: path).unlock(with: key)
        self.path = path
        dataKey = reader.dataKey
        vaultID = reader.header.vaultID
    }

    /// Lends the content as it is on the disk now.
    public func read<Result>(_ body: (borrowing VaultReader) throws -> Result) throws -> Result {
        try body(try reader(at: path))
    }

    /// Makes changes in one save: all of them or, when anything fails, none.
    ///
    /// `plan` sees the content under the lock and says what to change. Neither it nor a change may
    /// wait for a person or the network.
    public func change(_ plan: (borrowing VaultReader) throws -> [EntryChange]) throws {
        let target = try resolvedPath()
        let lock = try VaultLock(path: target)
        defer { withExtendedLifetime(lock) {} }
        let old = try reader(at: target)
        let changes = try plan(old)
        guard !changes.isEmpty else { return }

        var header = old.header
        header.generation += 1
        var writer = try dataKey.withSecret { dataKey in
            try PayloadWriter(path: target, header: header, dataKey: dataKey)
        }
        try writer.append(old, changedBy: changes)
        let expected = old.mac
        try writer.finish().commit {
            guard let now = try? VaultFile(path: target).mac, now == expected else {
                throw VaultError.changedMeanwhile
            }
        }
    }

    private func reader(at path: String) throws -> VaultReader {
        let file = try VaultFile(path: path)
        guard file.header.vaultID == vaultID else { throw VaultError.changedMeanwhile }
        do {
            return try file.unlock(with: .dataKey(dataKey))
        } catch VaultError.wrongDataKey {
            throw VaultError.changedMeanwhile
        }
    }

    private func resolvedPath() throws -> String {
        do throws(SystemCallFailure) {
            return try Directory.resolve(path)
        } catch {
            guard error.isMissing else { throw error }
            throw VaultError.missing(path: path)
        }
    }
}

/// The lock that every save holds, in a file beside the vault.
struct VaultLock: ~Copyable {
    private let lock: FileLock

    /// `path` is the vault's own, not that of a symbolic link to it.
    init(path: String) throws {
        lock = try Self.take("\(path).lock")
    }

    private static func take(_ path: String) throws -> FileLock {
        do {
            return try FileLock(path: path)
        } catch is FileLock.Held {
            throw VaultError.busy
        }
    }
}
