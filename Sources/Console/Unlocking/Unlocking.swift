import Platform
package import Sodium
package import Vault

/// Finds what opens a vault: the first source that is present, and no other.
package struct Unlocking {
    private let access: VaultAccess
    private let world: World
    private let sources: PassphraseSources

    package init(_ access: VaultAccess, world: World) {
        self.access = access
        self.world = world
        sources = PassphraseSources(
            world: world, noInput: access.noInput,
            vaultPath: (try? access.resolvedPath(in: world)) ?? "")
    }

    /// The key for `vault`, which lies at `path`.
    package func key(for vault: borrowing VaultFile, at path: String) throws -> VaultFile.Key {
        do {
            if let key = try keyFromOptions() { return key }
            if let key = sessionKey(for: vault) { return key }
            if let key = try keyFromEnvironment() { return key }
        } catch let failure as UnusablePassphrase {
            throw Failure(.locked, failure.message)
        }
        return .passphrase(try sources.ask(for: path))
    }

    /// The passphrase of the vault at `path`: keys of sessions and machines are passed over.
    package func passphrase(for path: String) throws -> SharedSecret {
        do {
            if case .passphrase(let passphrase)? = try keyFromOptions() { return passphrase }
            if let passphrase = try passphraseFromEnvironment() { return passphrase }
        } catch let failure as UnusablePassphrase {
            throw Failure(.locked, failure.message)
        }
        return try sources.askOwner(for: path)
    }

    /// The passphrase for a new vault at `path`: from the same sources, but asked twice.
    package func newPassphrase(for path: String) throws -> SharedSecret {
        do {
            switch try keyFromOptions(use: .firstPassphrase)
                ?? keyFromEnvironment(use: .firstPassphrase)
            {
            case .passphrase(let passphrase): return passphrase
            case .machineKey, .dataKey, .checkedDataKey:
                throw Failure.usage("a new vault needs a passphrase, not a machine key")
            case nil: break
            }
        } catch let failure as UnusablePassphrase {
            throw Failure.usage(failure.message)
        }
        return try sources.askNew(for: path)
    }

    private func keyFromOptions(use: SecretFile.Use = .passphrase) throws -> VaultFile.Key? {
        let given = [
            access.keyFile, access.passphraseFile, access.passphraseDescriptor,
            access.passphraseCommand,
        ]
        guard given.compactMap({ $0 }).count <= 1 else {
            throw Failure.usage("more than one way to unlock; name one")
        }
        if let path = access.keyFile { return .machineKey(try sources.machineKey(path)) }
        if let path = access.passphraseFile {
            return .passphrase(try sources.read(file: path, as: use))
        }
        if let command = access.passphraseCommand {
            return .passphrase(try sources.read(command: command))
        }
        if let text = access.passphraseDescriptor {
            return .passphrase(try sources.read(descriptor: text))
        }
        return nil
    }

    /// The session's key, if it opens the vault: a key that does not is passed over.
    private func sessionKey(for vault: borrowing VaultFile) -> VaultFile.Key? {
        guard let key = world.session.key(vault.header.vaultID), let checked = vault.check(key)
        else { return nil }
        return .checkedDataKey(checked)
    }

    private func keyFromEnvironment(
        use: SecretFile.Use = .passphrase
    ) throws -> VaultFile.Key? {
        if let path = world.variable("TOKENVAULT_KEY_FILE") {
            return .machineKey(try sources.machineKey(path))
        }
        if let passphrase = try passphraseFromVariables(use: use) { return .passphrase(passphrase) }
        // systemd hands credentials over in a directory that it guards itself.
        if let path = credential("tokenvault-key") {
            return .machineKey(try sources.machineKey(path, isGuarded: true))
        }
        if let passphrase = try passphraseFromCredentials() { return .passphrase(passphrase) }
        return nil
    }

    private func passphraseFromEnvironment() throws -> SharedSecret? {
        try passphraseFromVariables() ?? passphraseFromCredentials()
    }

    private func passphraseFromVariables(
        use: SecretFile.Use = .passphrase
    ) throws -> SharedSecret? {
        if let path = world.variable("TOKENVAULT_PASSPHRASE_FILE") {
            return try sources.read(file: path, as: use)
        }
        if let command = world.variable("TOKENVAULT_PASSPHRASE_COMMAND") {
            return try sources.read(command: command)
        }
        return try world.passphrase.take().map { try sources.checked($0, "TOKENVAULT_PASSPHRASE") }
    }

    private func passphraseFromCredentials() throws -> SharedSecret? {
        try credential("tokenvault-passphrase").map { try sources.read(file: $0, isGuarded: true) }
    }

    /// A file that the environment names to unlock with.
    package struct NamedFile {
        package let path: String
        package let isMachineKey: Bool
        /// Whether systemd guards it.
        package let isGuarded: Bool
        /// A command that makes it count no more.
        package let reset: String
    }

    /// The files that would be read for the first key, and for the first passphrase, in the environment.
    package var filesOfEnvironment: [NamedFile] {
        var files: [NamedFile] = []
        func name(_ path: String, _ isMachineKey: Bool, variable: String, isGuarded: Bool = false) {
            files.append(
                NamedFile(
                    path: path, isMachineKey: isMachineKey, isGuarded: isGuarded,
                    reset: "unset \(variable)"))
        }
        let keyVariable = "TOKENVAULT_KEY_FILE"
        let passphraseVariable = "TOKENVAULT_PASSPHRASE_FILE"
        let key = world.variable(keyVariable)
        if let key { name(key, true, variable: keyVariable) }
        if let path = world.variable(passphraseVariable) {
            name(path, false, variable: passphraseVariable)
        } else if world.variable("TOKENVAULT_PASSPHRASE_COMMAND") == nil,
            !world.passphrase.isWaiting
        {
            let directory = "CREDENTIALS_DIRECTORY"
            if key == nil, let path = credential("tokenvault-key") {
                name(path, true, variable: directory, isGuarded: true)
            }
            if let path = credential("tokenvault-passphrase") {
                name(path, false, variable: directory, isGuarded: true)
            }
        }
        return files
    }

    /// Reads such a file as commands do, and throws what they would refuse it for.
    ///
    /// Pipes and terminals are left alone: they answer once. Returns the machine key.
    package func examine(_ file: NamedFile) throws -> MachineKey? {
        let path = try world.path(file.path)
        let isDirectory = Directory.holdsAnything(at: "\(path)/")
        if let status = try? FileStatus(of: path), !status.isRegular, !isDirectory { return nil }
        do {
            if file.isMachineKey {
                return try sources.machineKey(file.path, isGuarded: file.isGuarded)
            }
            _ = try sources.read(file: file.path, isGuarded: file.isGuarded)
            return nil
        } catch let failure as UnusablePassphrase {
            throw Failure(.locked, failure.message)
        }
    }

    /// Throws what the passphrase in `TOKENVAULT_PASSPHRASE` would be refused for, where it counts.
    package func examineVariable() throws {
        guard world.variable("TOKENVAULT_PASSPHRASE_FILE") == nil,
            world.variable("TOKENVAULT_PASSPHRASE_COMMAND") == nil,
            let passphrase = world.passphrase.take()
        else { return }
        do {
            _ = try sources.checked(passphrase, "TOKENVAULT_PASSPHRASE")
        } catch let failure as UnusablePassphrase {
            throw Failure(.locked, failure.message)
        }
    }

    /// A key that is there without a prompt: the session's, or a machine key that the environment names.
    package func keyWithoutAsking(for vault: borrowing VaultFile) throws -> VaultFile.Key? {
        if let key = sessionKey(for: vault) { return key }
        for file in filesOfEnvironment where file.isMachineKey {
            if let key = try examine(file) { return .machineKey(key) }
        }
        return nil
    }

    private func credential(_ name: String) -> String? {
        guard let directory = world.variable("CREDENTIALS_DIRECTORY") else { return nil }
        let path = "\(directory)/\(name)"
        return Directory.holdsAnything(at: path) ? path : nil
    }
}
