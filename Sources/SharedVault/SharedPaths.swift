package import Platform
internal import Sharing
internal import Vault

/// Where the files of a shared vault are: all next to the vault itself.
///
/// - `<vault>.ahead`: the newest state on this machine, as long as the store does not have it.
/// - `<vault>.sent`: the state that is being committed; usually a second name of `.ahead`.
/// - `<vault>.lock`: the lock of these files, held for local steps alone.
/// - `<vault>.sync.lock`: the committer's lock, held while the network is waited for.
/// - `<vault>.sync`: when the store was last read, and with what result.
/// - `<vault>.remote`: the settings of the store. Without it, the vault is not shared.
package struct SharedPaths: Sendable {
    /// The vault, with symbolic links resolved.
    package let vault: String

    /// Finds the files of the vault at `path`, which must exist.
    package init(vault path: String) throws(SystemCallFailure) {
        vault = try Directory.resolve(path)
    }

    package var ahead: String { "\(vault).ahead" }
    package var sent: String { "\(vault).sent" }
    package var lock: String { "\(vault).lock" }
    package var syncLock: String { "\(vault).sync.lock" }
    package var sync: String { "\(vault).sync" }
    package var remote: String { "\(vault).remote" }

    /// Whether the vault is shared.
    package var isShared: Bool { Directory.holdsAnything(at: remote) }

    func path(of file: LocalFile) -> String {
        switch file {
        case .vault: vault
        case .ahead: ahead
        case .sent: sent
        }
    }

    /// Takes the lock of the files.
    ///
    /// - Throws: `VaultError.busy` if it is not free within `seconds`.
    package func takeFileLock(
        waiting seconds: Double = UnlockedVault.defaultWait
    ) throws -> FileLock {
        do {
            return try FileLock(path: lock, for: vault, waiting: seconds)
        } catch is FileLock.Held {
            throw VaultError.busy
        }
    }

    /// Takes the committer's lock.
    ///
    /// - Throws: `VaultError.busy` if it is not free within `seconds`.
    func takeCommitterLock(waiting seconds: Double) throws -> FileLock {
        do {
            return try FileLock(path: syncLock, for: vault, waiting: seconds)
        } catch is FileLock.Held {
            throw VaultError.busy
        }
    }
}
