import Platform
package import Sodium
package import Vault

/// Reads passphrases and machine keys from their sources.
package struct PassphraseSources {
    package let world: World
    package let noInput: Bool
    /// The path of the vault to open or create.
    package let vaultPath: String

    package init(world: World, noInput: Bool, vaultPath: String) {
        self.world = world
        self.noInput = noInput
        self.vaultPath = vaultPath
    }

    /// The maximum number of bytes in a passphrase.
    package static let limit = 1024

    /// Returns `passphrase` unchanged, or throws an error unless it is 1 to 1024 bytes without NUL.
    package func checked(
        _ passphrase: SharedSecret, _ source: PassphraseSource
    ) throws -> SharedSecret {
        guard passphrase.count > 0 else { throw UnusablePassphrase(.empty, from: source) }
        guard passphrase.count <= Self.limit else { throw tooLong(source) }
        guard passphrase.withBytes({ $0.firstIndex(of: 0) }) == nil else {
            throw UnusablePassphrase(.nulByte, from: source)
        }
        return passphrase
    }

    package func read(
        file path: String, isGuarded: Bool = false,
        as use: SecretFile.Use = .passphrase
    ) throws -> SharedSecret {
        try withoutLineBreak(
            try content(of: path, limit: Self.limit + 2, isGuarded: isGuarded, as: use), .file(path)
        )
    }

    /// Returns the number of a descriptor that the program inherited.
    package static func descriptor(_ text: String, in world: World) throws -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw PassphraseMessage.descriptorNotANumber
        }
        guard ![1, 2].contains(number) else { throw PassphraseMessage.descriptorForOutput }
        guard world.terminal.inheritsDescriptor(number) else {
            throw PassphraseMessage.descriptorClosed(number)
        }
        return number
    }

    package func read(descriptor text: String) throws -> SharedSecret {
        let number = try Self.descriptor(text, in: world)
        let source = PassphraseSource.descriptor(number)
        do {
            return try withoutLineBreak(
                try world.terminal.readDescriptor(number, Self.limit + 2), source)
        } catch let failure as SystemCallFailure {
            throw PassphraseMessage.unreadable(source, reason: failure.reason)
        }
    }

    package func read(command: String) throws -> SharedSecret {
        do {
            let output = try ChildProcess.secretOutput(
                of: command, environment: world.environmentForChildren, limit: Self.limit + 2)
            return try withoutLineBreak(SharedSecret(output), .command)
        } catch ChildProcess.Failure.tooLong {
            throw tooLong(.command)
        } catch ChildProcess.Failure.ended(let status) {
            throw PassphraseMessage.commandFailed(status: status)
        } catch ChildProcess.Failure.notStarted(let reason) {
            throw PassphraseMessage.commandNotStarted(reason: reason)
        }
    }

    package func machineKey(_ path: String, isGuarded: Bool = false) throws -> MachineKey {
        guard
            let content = try content(
                of: path, limit: MachineKey.fileLimit, isGuarded: isGuarded, as: .machineKey)
        else { throw VaultError.wrongMachineKey(.malformedKeyFile) }
        return try content.withSecret { content throws(VaultError) in
            try MachineKey(file: content)
        }
    }

    /// Returns the content of a file with a password, or `nil` if it exceeds `limit` bytes.
    ///
    /// Nobody else may read or change the file, as with a passphrase.
    package func password(file path: String, limit: Int) throws -> SharedSecret? {
        try content(of: path, limit: limit, isGuarded: false, as: .password)
    }

    /// Prompts for the passphrase of the vault at `path`, where a key would do as well.
    package func ask(for path: String) throws -> SharedSecret {
        let answer = try ask("Passphrase for \(shown(path)): ", orElse: .locked)
        guard answer.count > 0 else { throw PassphraseMessage.notGiven }
        return answer
    }

    /// Prompts for the passphrase that another machine gave the vault at `path`.
    package func askNewer(for path: String) throws -> SharedSecret {
        let question = "New passphrase for \(shown(path)), as changed on another machine: "
        let answer = try ask(question, orElse: .locked)
        guard answer.count > 0 else { throw PassphraseMessage.notGiven }
        return answer
    }

    /// Prompts for the passphrase of the vault at `path`, where a key would not do.
    package func askOwner(for path: String) throws -> SharedSecret {
        let answer = try ask("Passphrase for \(shown(path)): ", orElse: .passphraseNeeded)
        guard answer.count > 0 else { throw PassphraseMessage.notGiven }
        return answer
    }

    /// Prompts for a new passphrase and its repetition, up to three times if the two differ.
    package func askNew(for path: String) throws -> SharedSecret {
        for attempt in 1...3 {
            let first = try ask(
                "New passphrase for \(shown(path)): ", orElse: .newPassphraseNeeded, isNew: true)
            guard first.count > 0 else { throw PassphraseMessage.newIsEmpty }
            let second = try ask(
                "Repeat the passphrase: ", orElse: .newPassphraseNeeded, isNew: true)
            let equal = first.withSecret { one in second.withSecret { one.isEqual(to: $0) } }
            if equal { return first }
            if attempt < 3 {
                world.terminal.note("the passphrases do not match; try again")
            }
        }
        throw PassphraseMessage.differed
    }

    private func ask(
        _ question: String, orElse failure: UnlockMessage, isNew: Bool = false
    ) throws -> SharedSecret {
        guard !noInput else { throw failure }
        do {
            return try world.terminal.ask(question, Self.limit)
        } catch TerminalPrompt.Failure.noTerminal {
            throw failure
        } catch TerminalPrompt.Failure.tooLong(let limit) {
            throw UnusablePassphrase(.tooLong(limit: limit), isNew: isNew)
        } catch TerminalPrompt.Failure.severalLines {
            throw UnusablePassphrase(.severalLines, isNew: isNew)
        }
    }

    /// Returns the passphrase in `content`, without a line break at its end.
    private func withoutLineBreak(
        _ content: SharedSecret?, _ source: PassphraseSource
    ) throws -> SharedSecret {
        guard let content else { throw tooLong(source) }
        return try checked(SharedSecret(content.duplicate().withoutLineBreak()), source)
    }

    private func tooLong(_ source: PassphraseSource) -> UnusablePassphrase {
        UnusablePassphrase(.tooLong(limit: Self.limit), from: source)
    }

    /// Returns the content of a file, or `nil` if it exceeds `limit` bytes.
    private func content(
        of path: String, limit: Int, isGuarded: Bool, as use: SecretFile.Use
    ) throws -> SharedSecret? {
        let path = try world.path(path)
        do {
            let file = try File(reading: path)
            let status = try file.status()
            // A path such as /dev/fd/3 that the caller did not open may be one of the files that
            // this program has opened itself.
            if let vault = try? FileStatus(of: vaultPath), status.isOfSameFile(as: vault) {
                throw SecretFileMessage.isVault(path: path)
            }
            // A path such as /dev/fd/3 names a descriptor, and no other program may read it again.
            defer { StandardStream.withholdAll(of: status) }
            if !isGuarded {
                let secretFile = SecretFile(path: path, status: status, use: use)
                if let refusal = secretFile.refusal(vaultPath: vaultPath) { throw refusal }
            }
            guard let content = try file.readSecret(limit: limit) else { return nil }
            return SharedSecret(content)
        } catch let failure as SystemCallFailure {
            throw SecretFileMessage.unreadable(path: path, reason: failure.reason)
        }
    }
}
