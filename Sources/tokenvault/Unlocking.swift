import Platform
import Sodium
import Vault

/// Finds what opens a vault: the first source that is present, and no other (DESIGN, section 5).
struct Unlocking {
    static let passphraseLimit = 1024

    private let options: VaultAccess
    private let world: World

    init(_ options: VaultAccess, world: World) {
        self.options = options
        self.world = world
    }

    /// The key for the vault at `path`.
    func key(for path: String) throws -> VaultFile.Key {
        do {
            if let key = try keyFromOptions() ?? keyFromEnvironment() { return key }
        } catch let failure as UnusablePassphrase {
            throw Failure(.locked, failure.message)
        }
        return .passphrase(try askPassphrase("Passphrase for \(shown(path)): "))
    }

    /// The passphrase for a new vault at `path`: from the same sources, but asked twice.
    func newPassphrase(for path: String) throws -> SharedSecret {
        do {
            switch try keyFromOptions() ?? keyFromEnvironment() {
            case .passphrase(let passphrase): return passphrase
            case .machineKey, .dataKey:
                throw Failure.usage("a new vault needs a passphrase, not a machine key")
            case nil: break
            }
        } catch let failure as UnusablePassphrase {
            throw Failure.usage(failure.message)
        }
        for attempt in 1...3 {
            let first = try askPassphrase("New passphrase for \(shown(path)): ", isNew: true)
            let second = try askPassphrase("The same again: ", isNew: true)
            let equal = first.withSecret { one in second.withSecret { one.isEqual(to: $0) } }
            if equal { return first }
            if attempt < 3 { world.terminal.note("the two differ; once more") }
        }
        throw Failure.usage("the two passphrases differed three times")
    }

    private func keyFromOptions() throws -> VaultFile.Key? {
        let given = [options.keyFile, options.passphraseFile, options.passphraseDescriptor]
        guard given.compactMap({ $0 }).count <= 1 else {
            throw Failure.usage("more than one way to unlock; name one")
        }
        if let path = options.keyFile { return .machineKey(try machineKey(path)) }
        if let path = options.passphraseFile { return .passphrase(try passphrase(file: path)) }
        if let text = options.passphraseDescriptor {
            guard let number = Int32(text), number >= 0 else {
                throw Failure.usage("--passphrase-fd needs the number of an open descriptor")
            }
            return .passphrase(
                try passphrase("descriptor \(number)") { limit in
                    try world.terminal.readDescriptor(number, limit)
                })
        }
        return nil
    }

    private func keyFromEnvironment() throws -> VaultFile.Key? {
        if let path = world.variable("TOKENVAULT_KEY_FILE") {
            return .machineKey(try machineKey(path))
        }
        if let path = world.variable("TOKENVAULT_PASSPHRASE_FILE") {
            return .passphrase(try passphrase(file: path))
        }
        if let passphrase = world.passphrase {
            return .passphrase(try checked(passphrase, "TOKENVAULT_PASSPHRASE"))
        }
        // systemd hands credentials over in a directory that it guards itself.
        if let directory = world.variable("CREDENTIALS_DIRECTORY") {
            let key = "\(directory)/tokenvault-key"
            if Directory.holdsAnything(at: key) {
                return .machineKey(try machineKey(key, isGuarded: true))
            }
            let passphraseFile = "\(directory)/tokenvault-passphrase"
            if Directory.holdsAnything(at: passphraseFile) {
                return .passphrase(try passphrase(file: passphraseFile, isGuarded: true))
            }
        }
        return nil
    }

    private func machineKey(_ path: String, isGuarded: Bool = false) throws -> MachineKey {
        guard
            let content = try content(of: path, limit: MachineKey.fileLimit, isGuarded: isGuarded)
        else { throw VaultError.wrongMachineKey(.malformedKeyFile) }
        return try content.withSecret { content throws(VaultError) in
            try MachineKey(file: content)
        }
    }

    private func passphrase(file path: String, isGuarded: Bool = false) throws -> SharedSecret {
        try passphrase(shown(path)) { limit in
            try content(of: path, limit: limit, isGuarded: isGuarded)
        }
    }

    /// A passphrase from a source that may end with one line break.
    private func passphrase(
        _ source: String, read: (Int) throws -> SharedSecret?
    ) throws -> SharedSecret {
        let content: SharedSecret?
        do {
            content = try read(Self.passphraseLimit + 2)
        } catch let failure as SystemCallFailure {
            throw Failure(.locked, "cannot read the passphrase from \(source): \(failure.reason)")
        }
        guard let content else { throw tooLong(source) }
        return try checked(SharedSecret(content.duplicate().withoutLineBreak()), source)
    }

    private func checked(_ passphrase: SharedSecret, _ source: String) throws -> SharedSecret {
        guard passphrase.count > 0 else {
            throw UnusablePassphrase(message: "the passphrase from \(source) is empty")
        }
        guard passphrase.count <= Self.passphraseLimit else { throw tooLong(source) }
        guard passphrase.withBytes({ $0.firstIndex(of: 0) }) == nil else {
            throw UnusablePassphrase(message: "the passphrase from \(source) has a NUL byte in it")
        }
        return passphrase
    }

    /// No passphrase at all: that keeps a vault locked, and is wrong usage for a new one.
    private struct UnusablePassphrase: Error {
        let message: String
    }

    private func tooLong(_ source: String) -> UnusablePassphrase {
        UnusablePassphrase(
            message: "the passphrase from \(source) is longer than \(Self.passphraseLimit) bytes")
    }

    private func content(of path: String, limit: Int, isGuarded: Bool) throws -> SharedSecret? {
        do {
            let file = try File(reading: path)
            let status = try file.status()
            if !isGuarded, status.isRegular, status.isReadableByOthers {
                throw Failure(
                    .locked, "others can read \(shown(path)), so it is not used",
                    hint: "chmod 600 '\(shown(path))'")
            }
            guard let content = try file.readSecret(limit: limit) else { return nil }
            return SharedSecret(content)
        } catch let failure as SystemCallFailure {
            throw Failure(.locked, "cannot read \(shown(path)): \(failure.reason)")
        }
    }

    private func askPassphrase(_ question: String, isNew: Bool = false) throws -> SharedSecret {
        guard !options.noInput else { throw noWay }
        do {
            let answer = try world.terminal.ask(question, Self.passphraseLimit)
            guard answer.count > 0 else {
                throw isNew
                    ? Failure.usage("an empty passphrase protects nothing")
                    : Failure(.locked, "no passphrase was given")
            }
            return answer
        } catch HiddenPrompt.Failure.noTerminal {
            throw noWay
        } catch HiddenPrompt.Failure.tooLong(let limit) {
            throw Failure(
                isNew ? .usage : .locked, "the passphrase is longer than \(limit) bytes")
        }
    }

    private var noWay: Failure {
        Failure(
            .locked,
            "locked, and nobody to ask: give --passphrase-file, --passphrase-fd, --key-file, "
                + "TOKENVAULT_PASSPHRASE, TOKENVAULT_PASSPHRASE_FILE, TOKENVAULT_KEY_FILE or a "
                + "systemd credential")
    }
}

extension Secret {
    /// The same without one line break at its end, `\n` or `\r\n`.
    consuming func withoutLineBreak() -> Secret {
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
