import Platform
package import Sodium
package import Vault

/// Finds the key or passphrase for a vault: the first source that is present is used, no other.
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

    /// An unlock method with the value of its option, variable or credential.
    package struct Named {
        package let method: UnlockMethod
        /// A path, a command or the number of a descriptor; empty for the passphrase itself.
        package let value: String
        /// The environment variable that the value comes from, or `nil` if it comes from an option.
        package var variable: String?
        /// Whether systemd protects the file.
        package var isGuarded = false
    }

    /// Returns the key or passphrase for `vault`, which is at `path`.
    package func key(for vault: borrowing VaultFile, at path: String) throws -> VaultFile.Key {
        if let named = try namedByOption() { return try read(named) }
        if let key = sessionKey(for: vault) { return key }
        if let named = namedByEnvironment.first { return try read(named) }
        return .passphrase(try sources.ask(for: path))
    }

    /// Returns the passphrase of the vault at `path`.
    ///
    /// Sessions and machine keys are ignored.
    package func passphrase(for path: String) throws -> SharedSecret {
        try namedPassphrase() ?? sources.askOwner(for: path)
    }

    /// Returns the passphrase that another machine gave the vault at `path`.
    package func newerPassphrase(for path: String) throws -> SharedSecret {
        try namedPassphrase() ?? sources.askNewer(for: path)
    }

    private func namedPassphrase() throws -> SharedSecret? {
        let named = [try namedByOption(), namedByEnvironment.first { !$0.method.isMachineKey }]
        for named in named.compactMap({ $0 }) {
            if case .passphrase(let passphrase) = try read(named) {
                return passphrase
            }
        }
        return nil
    }

    /// Returns the passphrase for a new vault at `path`, from the same sources, but the prompt asks
    /// for it twice.
    package func newPassphrase(for path: String) throws -> SharedSecret {
        guard let named = try namedByOption() ?? namedByEnvironment.first else {
            return try sources.askNew(for: path)
        }
        do {
            if case .passphrase(let passphrase) = try read(named, as: .firstPassphrase) {
                return passphrase
            }
        } catch let failure as UnusablePassphrase {
            throw failure.ofNewPassphrase
        }
        throw UnlockMessage.machineKeyForNewVault
    }

    private func namedByOption() throws -> Named? {
        let given = UnlockMethod.all.compactMap { method in
            access.given[method.source].map { Named(method: method, value: $0) }
        }
        guard given.count <= 1 else { throw UnlockMessage.severalMethods }
        return given.first
    }

    /// The unlock methods that the environment selects, in order of precedence.
    package var namedByEnvironment: [Named] {
        let byVariable = UnlockMethod.all.compactMap { method -> Named? in
            guard let variable = method.variable else { return nil }
            // The variable with the passphrase was removed from the environment at startup.
            if method.source == .passphrase {
                return world.passphrase.isAvailable
                    ? Named(method: method, value: "", variable: variable) : nil
            }
            return world.variable(variable).map {
                Named(method: method, value: $0, variable: variable)
            }
        }
        let directory = "CREDENTIALS_DIRECTORY"
        guard let credentials = world.variable(directory) else { return byVariable }
        return byVariable
            + UnlockMethod.all.compactMap { method in
                guard let name = method.credential else { return nil }
                let path = "\(credentials)/\(name)"
                guard Directory.holdsAnything(at: path) else { return nil }
                return Named(method: method, value: path, variable: directory, isGuarded: true)
            }
    }

    private func read(
        _ named: Named, as use: SecretFile.Use = .passphrase
    ) throws -> VaultFile.Key {
        switch named.method.source {
        case .keyFile:
            return .machineKey(try sources.machineKey(named.value, isGuarded: named.isGuarded))
        case .passphraseFile:
            return .passphrase(
                try sources.read(file: named.value, isGuarded: named.isGuarded, as: use))
        case .passphraseCommand: return .passphrase(try sources.read(command: named.value))
        case .passphraseDescriptor: return .passphrase(try sources.read(descriptor: named.value))
        case .passphrase:
            guard let passphrase = world.passphrase.take() else {
                throw ProgramFault.passphraseTakenTwice
            }
            return .passphrase(try sources.checked(passphrase, .variable(named.variable ?? "")))
        }
    }

    /// Returns the session's key, or `nil` if there is no session or its key does not open the
    /// vault.
    private func sessionKey(for vault: borrowing VaultFile) -> VaultFile.Key? {
        guard let key = world.session.key(vault.header.vaultID), let checked = vault.check(key)
        else { return nil }
        return .checkedDataKey(checked)
    }

    /// Returns the machine key that an option or the environment selects, or `nil` if another
    /// unlock method comes first.
    package func machineKey() throws -> MachineKey? {
        guard let named = try namedByOption() ?? namedByEnvironment.first,
            named.method.isMachineKey, case .machineKey(let key) = try read(named)
        else { return nil }
        return key
    }

    // MARK: For doctor

    /// The first unlock method of the environment if it is a machine key, and the first one that
    /// gives a passphrase.
    package var firstOfEnvironment: [Named] {
        let all = namedByEnvironment
        return all.prefix(1).filter(\.method.isMachineKey)
            + all.filter { !$0.method.isMachineKey }.prefix(1)
    }

    /// Reads the file or variable of an unlock method as commands do, with the same errors, and
    /// returns the machine key if it is one.
    ///
    /// Commands, descriptors, pipes and terminals are not read, because they can be read only once.
    package func examine(_ named: Named) throws -> MachineKey? {
        if named.method.isFile {
            let path = try world.path(named.value)
            let isDirectory = Directory.holdsAnything(at: "\(path)/")
            if let status = try? FileStatus(of: path), !status.isRegular, !isDirectory {
                return nil
            }
        } else if named.method.source != .passphrase {
            return nil
        }
        guard case .machineKey(let key) = try read(named) else { return nil }
        return key
    }

    /// Returns a key that is available without a prompt: that of the session, or a machine key that
    /// the environment selects.
    package func keyWithoutAsking(for vault: borrowing VaultFile) throws -> VaultFile.Key? {
        if let key = sessionKey(for: vault) { return key }
        for named in firstOfEnvironment where named.method.isMachineKey {
            if let key = try examine(named) { return .machineKey(key) }
        }
        return nil
    }
}
