import Platform
package import Sodium
package import Vault

/// The places that a passphrase or a machine key is read from.
package struct PassphraseSources {
    package let world: World
    package let noInput: Bool
    /// The vault that is opened or made.
    package let vaultPath: String

    package init(
        world: World, noInput: Bool, vaultPath: String
    ) {
        self.world = world
        self.noInput = noInput
        self.vaultPath = vaultPath
    }

    package static let limit = 1024

    /// A passphrase as it came, if it is one: 1 to 1024 bytes without NUL.
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
        try lessLineBreak(
            try content(of: path, limit: Self.limit + 2, isGuarded: isGuarded, as: use), .file(path)
        )
    }

    /// The number of a descriptor that is open since the program was started.
    package static func descriptor(_ text: String, in world: World) throws -> Int32 {
        guard let number = Int32(text), number >= 0 else {
            throw PassphraseMessage.descriptorNoNumber
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
            return try lessLineBreak(
                try world.terminal.readDescriptor(number, Self.limit + 2), source)
        } catch let failure as SystemCallFailure {
            throw PassphraseMessage.unreadable(source, reason: failure.reason)
        }
    }

    package func read(command: String) throws -> SharedSecret {
        do {
            let output = try ChildProcess.secretOutput(
                of: command, environment: world.environmentForChildren, limit: Self.limit + 2)
            return try lessLineBreak(SharedSecret(output), .command)
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

    /// Asks for the passphrase of the vault at `path`, which a key would do as well as.
    package func ask(for path: String) throws -> SharedSecret {
        let answer = try ask("Passphrase for \(shown(path)): ", orElse: .locked)
        guard answer.count > 0 else { throw PassphraseMessage.notGiven }
        return answer
    }

    /// Asks for the passphrase of the vault at `path`, which nothing else stands in for.
    package func askOwner(for path: String) throws -> SharedSecret {
        let answer = try ask("Passphrase for \(shown(path)): ", orElse: .passphraseNeeded)
        guard answer.count > 0 else { throw PassphraseMessage.notGiven }
        return answer
    }

    /// Asks for a passphrase that is to be, twice; three times at the most where the two differ.
    package func askNew(for path: String) throws -> SharedSecret {
        for attempt in 1...3 {
            let first = try ask(
                "New passphrase for \(shown(path)): ", orElse: .newPassphraseNeeded, isNew: true)
            guard first.count > 0 else { throw PassphraseMessage.newIsEmpty }
            let second = try ask(
                "Repeat the passphrase: ", orElse: .newPassphraseNeeded, isNew: true)
            let equal = first.withSecret { one in second.withSecret { one.isEqual(to: $0) } }
            if equal { return first }
            if attempt < 3 { world.terminal.note("the two differ; once more") }
        }
        throw PassphraseMessage.differed
    }

    private func ask(
        _ question: String, orElse noWay: UnlockMessage, isNew: Bool = false
    ) throws -> SharedSecret {
        guard !noInput else { throw noWay }
        do {
            return try world.terminal.ask(question, Self.limit)
        } catch TerminalPrompt.Failure.noTerminal {
            throw noWay
        } catch TerminalPrompt.Failure.tooLong(let limit) {
            throw UnusablePassphrase(.tooLong(limit: limit), isNew: isNew)
        } catch TerminalPrompt.Failure.severalLines {
            throw UnusablePassphrase(.severalLines, isNew: isNew)
        }
    }

    /// The passphrase in a source that may end with one line break, which is no part of it.
    private func lessLineBreak(
        _ content: SharedSecret?, _ source: PassphraseSource
    ) throws -> SharedSecret {
        guard let content else { throw tooLong(source) }
        return try checked(SharedSecret(content.duplicate().withoutLineBreak()), source)
    }

    private func tooLong(_ source: PassphraseSource) -> UnusablePassphrase {
        UnusablePassphrase(.tooLong(limit: Self.limit), from: source)
    }

    /// The whole file, or nil when it is longer than `limit`.
    private func content(
        of path: String, limit: Int, isGuarded: Bool, as use: SecretFile.Use
    ) throws -> SharedSecret? {
        let path = try world.path(path)
        do {
            let file = try File(reading: path)
            let status = try file.status()
            // A path such as /dev/fd/3 that nobody opened leads to a file of this program's own.
            if let vault = try? FileStatus(of: vaultPath), status.isOfSameFile(as: vault) {
                throw SecretFileMessage.isVault(path: path)
            }
            // As with a descriptor that is named by its number.
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

extension Secret {
    /// The same without one line break at its end, `\n` or `\r\n`.
    package consuming func withoutLineBreak() -> Secret {
        var text = self
        let kept = text.withBytes { bytes in
            guard let last = bytes.indices.last, bytes[last] == UInt8(ascii: "\n") else {
                return bytes.count
            }
            let isPair = last > 0 && bytes[last - 1] == UInt8(ascii: "\r")
            return isPair ? last - 1 : last
        }
        text.truncate(to: kept)
        return text
    }
}
