import Sodium
import Synchronization
package import Vault

/// The options that select a vault and determine how to unlock it.
package struct VaultAccess: Sendable {
    package var path: String?
    /// The values of the options that select an unlock method.
    package var given: [UnlockMethod.Source: String] = [:]
    package var noInput = false
    package var acceptsRollback = false

    package init(path: String? = nil) {
        self.path = path
    }

    /// Whether an option gives the source of a passphrase.
    package var namesPassphrase: Bool {
        UnlockMethod.all.contains { !$0.isMachineKey && given[$0.source] != nil }
    }

    /// Returns the vault's path: from the option, from `TOKENVAULT_FILE`, or the default location
    /// according to the XDG Base Directory Specification.
    package func resolvedPath(in world: World) throws -> String {
        if let path {
            guard !path.isEmpty else { throw PathMessage.emptyVaultPath }
            return try world.path(path)
        }
        if let path = world.variable("TOKENVAULT_FILE") { return try world.path(path) }
        // The specification says that a relative XDG_DATA_HOME must be ignored.
        if let data = world.variable("XDG_DATA_HOME"), data.hasPrefix("/") {
            return "\(data)/tokenvault/vault"
        }
        guard let home = world.home else { throw PathMessage.noDefaultLocation }
        return "\(home)/.local/share/tokenvault/vault"
    }

    /// Returns the paths of the passphrase and key files that options and variables name.
    package func unlockingFiles(in world: World) throws -> [String] {
        try UnlockMethod.all.filter(\.isFile).flatMap { method in
            [given[method.source], method.variable.flatMap { world.variable($0) }]
        }.compactMap(\.self).filter { !$0.isEmpty }.map { try world.path($0) }
    }

    /// Unlocks the vault with the first unlock method present, for changes or for reading more than
    /// once.
    package func unlock(in world: World) throws -> UnlockedVault {
        try opening(in: world) { reader, vault in
            warn(of: vault.unvouchedKeyNames, in: world)
            return vault
        }
    }

    /// Unlocks the vault with the first unlock method present, and passes its content to `body`.
    package func read<Result>(
        in world: World, _ body: (borrowing VaultReader) throws -> Result
    ) throws -> Result {
        try opening(in: world) { reader, vault in
            warn(of: vault.unvouchedKeyNames, in: world)
            return try body(reader)
        }
    }

    /// Reads as `read` does, but throws an error after `body` has returned if there are machine
    /// keys that the owner did not add.
    package func readStrictly<Result>(
        in world: World, _ body: (borrowing VaultReader) throws -> Result
    ) throws -> Result {
        try opening(in: world) { reader, vault in
            let result = try body(reader)
            if let keys = UnvouchedKeys(vault.unvouchedKeyNames, access: self) {
                throw keys.error
            }
            return result
        }
    }

    /// Warns about machine keys that the owner did not add, if there are any.
    package func warn(of unvouchedKeyNames: [String], in world: World) {
        if let keys = UnvouchedKeys(unvouchedKeyNames, access: self) { world.warn(keys.warning) }
    }

    /// Returns a command with the `--vault` option for this vault, or `nil` if the path cannot be
    /// shown as a word of a command.
    package func command(_ command: String) -> String? {
        guard let path, !VaultArgument.isNamed(in: command) else { return command }
        return ShellWord.quoted(path).map { "\(command) --vault \($0)" }
    }

    private func opening<Result>(
        in world: World, _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        let path = try resolvedPath(in: world)
        try requireDescriptor(in: world)
        // A missing or damaged file is reported before prompting for a passphrase.
        let file = try VaultFile(path: path)
        let vaultID = file.header.vaultID
        let key = try Unlocking(self, world: world).key(for: file, at: path)
        return try UnlockedVault.opening(
            file, at: path, key: key, marks: marks(in: world), noting: world.secretChanges,
            warn: world.warnOfSave
        ) {
            if case .checkedDataKey = key {
            } else {
                dropStaleSession(vaultID, opened: $0, in: world)
            }
            return try body($0, $1)
        }
    }

    /// Throws an error if the passphrase descriptor was not inherited.
    ///
    /// Otherwise a file that is opened later could get the same number.
    private func requireDescriptor(in world: World) throws {
        guard let descriptor = given[.passphraseDescriptor] else { return }
        _ = try PassphraseSources.descriptor(descriptor, in: world)
    }

    /// Ends the session if its key is no longer that of the vault, which another method unlocked.
    private func dropStaleSession(
        _ vaultID: [UInt8], opened: borrowing VaultReader, in world: World
    ) {
        guard let kept = world.session.key(vaultID) else { return }
        let isCurrent = kept.withSecret { kept in
            opened.dataKey.withSecret { kept.isEqual(to: $0) }
        }
        if !isCurrent { _ = try? world.session.end(vaultID) }
    }

    /// Unlocks the vault with its passphrase, for changing the passphrase or the machine keys.
    package func unlockAsOwner(in world: World) throws -> VaultOwner {
        let path = try resolvedPath(in: world)
        try requireDescriptor(in: world)
        _ = try VaultFile(path: path)
        let passphrase = try Unlocking(self, world: world).passphrase(for: path)
        return try VaultOwner(
            path: path, passphrase: passphrase, marks: marks(in: world), warn: world.warnOfSave)
    }

    /// Returns the high-water marks, or `nil` if their directory is unknown.
    private func marks(in world: World) -> HighWaterMarks? {
        let warning = "cannot save the high-water mark, so a rollback may go unnoticed"
        guard let directory = world.stateDirectory else {
            world.remark("\(warning): HOME is not set")
            return nil
        }
        let once = Once()
        return HighWaterMarks(
            directory: directory, acceptingRollback: acceptsRollback
        ) { failure in
            if once.isFirst { world.remark("\(warning): \(Failure(failure).message)") }
        }
    }
}

extension World {
    /// Warns that the vault was saved but may not be on disk yet.
    package var warnOfSave: SaveWarning {
        { warn("saved, but it may not be on disk yet: \(Failure($0).message)") }
    }

    /// The directory of the high-water marks and of what `check` has reported, or `nil` if it is
    /// unknown because HOME is not set.
    package var stateDirectory: String? {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
            return "\(state)/tokenvault"
        }
        return home.map { "\($0)/.local/state/tokenvault" }
    }
}

/// A flag for something that must happen only once.
private final class Once: Sendable {
    private let wasUsed = Mutex(false)

    /// Whether this is the first time that the property is read.
    package var isFirst: Bool {
        wasUsed.withLock { wasUsed in
            defer { wasUsed = true }
            return !wasUsed
        }
    }
}
