import Sodium
import Synchronization
package import Vault

/// Which vault a command works on, and what it was told about opening it.
package struct VaultAccess: Sendable {
    package var path: String?
    package var passphraseFile: String?
    package var passphraseDescriptor: String?
    package var passphraseCommand: String?
    package var keyFile: String?
    package var noInput = false
    package var acceptsRollback = false

    package init(
        path: String? = nil, passphraseFile: String? = nil, passphraseDescriptor: String? = nil,
        passphraseCommand: String? = nil, keyFile: String? = nil, noInput: Bool = false,
        acceptsRollback: Bool = false
    ) {
        self.path = path
        self.passphraseFile = passphraseFile
        self.passphraseDescriptor = passphraseDescriptor
        self.passphraseCommand = passphraseCommand
        self.keyFile = keyFile
        self.noInput = noInput
        self.acceptsRollback = acceptsRollback
    }

    /// What the option of an unlock method says.
    func value(for source: UnlockMethod.Source) -> String? {
        switch source {
        case .keyFile: keyFile
        case .passphraseFile: passphraseFile
        case .passphraseCommand: passphraseCommand
        case .passphraseDescriptor: passphraseDescriptor
        case .passphrase: nil
        }
    }

    /// Whether an option names where a passphrase comes from.
    package var namesPassphrase: Bool {
        passphraseFile != nil || passphraseDescriptor != nil || passphraseCommand != nil
    }

    /// The vault's path: the option, `TOKENVAULT_FILE`, or the place that the XDG rules give it.
    package func resolvedPath(in world: World) throws -> String {
        if let path {
            guard !path.isEmpty else { throw PathMessage.emptyVaultPath }
            return try world.path(path)
        }
        if let path = world.variable("TOKENVAULT_FILE") { return try world.path(path) }
        // A relative XDG_DATA_HOME is to be ignored, says its specification.
        if let data = world.variable("XDG_DATA_HOME"), data.hasPrefix("/") {
            return "\(data)/tokenvault/vault"
        }
        guard let home = world.home else { throw PathMessage.noPlaceForVault }
        return "\(home)/.local/share/tokenvault/vault"
    }

    /// Opens the vault with the first key that is offered, for changes or for several looks.
    package func unlock(in world: World) throws -> UnlockedVault {
        try opening(in: world) { reader, vault in
            warn(of: vault.unvouchedKeyNames, in: world)
            return vault
        }
    }

    /// Opens the vault with the first key that is offered, and lends its content for one look.
    package func read<Result>(
        in world: World, _ body: (borrowing VaultReader) throws -> Result
    ) throws -> Result {
        try opening(in: world) { reader, vault in
            warn(of: vault.unvouchedKeyNames, in: world)
            return try body(reader)
        }
    }

    /// As `read`, but machine keys that the owner did not add are an error, once `body` has returned.
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

    /// Tells of machine keys that the owner did not add, if there are any.
    package func warn(of unvouchedKeyNames: [String], in world: World) {
        if let keys = UnvouchedKeys(unvouchedKeyNames, access: self) { world.warn(keys.warning) }
    }

    /// A command of this program about the vault; nil where its path cannot be shown as a word of one.
    package func command(_ command: String) -> String? {
        guard let path, !command.contains(" --vault ") else { return command }
        return ShellWord.quoted(path).map { "\(command) --vault \($0)" }
    }

    private func opening<Result>(
        in world: World, _ body: (borrowing VaultReader, UnlockedVault) throws -> Result
    ) throws -> Result {
        let path = try resolvedPath(in: world)
        try requireDescriptor(in: world)
        // A missing or damaged file is said before anybody is asked for a passphrase.
        let file = try VaultFile(path: path)
        let vaultID = file.header.vaultID
        let key = try Unlocking(self, world: world).key(for: file, at: path)
        return try UnlockedVault.opening(
            file, at: path, key: key, marks: marks(in: world), warn: world.warnOfSave
        ) {
            if case .checkedDataKey = key {
            } else {
                dropStaleSession(vaultID, opened: $0, in: world)
            }
            return try body($0, $1)
        }
    }

    /// Fails where the passphrase's descriptor is not one of the caller's, before a file gets its number.
    private func requireDescriptor(in world: World) throws {
        guard let passphraseDescriptor else { return }
        _ = try PassphraseSources.descriptor(passphraseDescriptor, in: world)
    }

    /// A session key that another way of unlocking has shown to be no longer the vault's goes.
    private func dropStaleSession(
        _ vaultID: [UInt8], opened: borrowing VaultReader, in world: World
    ) {
        guard let kept = world.session.key(vaultID) else { return }
        let isCurrent = kept.withSecret { kept in
            opened.dataKey.withSecret { kept.isEqual(to: $0) }
        }
        if !isCurrent { _ = try? world.session.end(vaultID) }
    }

    /// Opens the vault with its passphrase, for changes of what opens it.
    package func unlockAsOwner(in world: World) throws -> VaultOwner {
        let path = try resolvedPath(in: world)
        try requireDescriptor(in: world)
        _ = try VaultFile(path: path)
        let passphrase = try Unlocking(self, world: world).passphrase(for: path)
        return try VaultOwner(
            path: path, passphrase: passphrase, marks: marks(in: world), warn: world.warnOfSave)
    }

    /// The marks of the newest states seen, or nil where there is no place for them.
    private func marks(in world: World) -> HighWaterMarks? {
        guard let directory = world.markDirectory else {
            world.remark("no rollback mark is kept: HOME is not set")
            return nil
        }
        let isTold = Once()
        return HighWaterMarks(
            directory: directory, acceptingRollback: acceptsRollback
        ) { failure in
            if isTold.isFirst {
                world.remark("no rollback mark is kept: \(Failure(failure).message)")
            }
        }
    }
}

extension World {
    /// Tells of a save that is done and may not be on the disk.
    package var warnOfSave: SaveWarning {
        { warn("saved, but it may not be on the disk yet: \(Failure($0).message)") }
    }

    /// Where the marks of the newest states seen are; nil where there is no place for them.
    package var markDirectory: String? {
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
            return "\(state)/tokenvault"
        }
        return home.map { "\($0)/.local/state/tokenvault" }
    }
}

/// For what is to be said once and not again.
private final class Once: Sendable {
    private let isOver = Mutex(false)

    /// True the first time.
    package var isFirst: Bool {
        isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
    }
}
