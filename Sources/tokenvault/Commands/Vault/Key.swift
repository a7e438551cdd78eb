import ArgumentParser
import Platform
import Sodium
import Vault

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Open the vault to machines, without a passphrase.",
        discussion: """
            Example:
              tokenvault key add web1 web1.key
              TOKENVAULT_KEY_FILE=web1.key tokenvault get page:1020000000000001
            """,
        subcommands: [KeyAdd.self, KeyList.self, KeyRemove.self])
}

struct KeyAdd: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a machine key; its private half goes into a new file.",
        discussion: """
            Whoever has the file can read the vault and change its entries. Needs the passphrase.

            Example:
              tokenvault key add web1 web1.key
            """)

    @Argument(help: "What to call the machine.")
    var name: String

    @Argument(
        help: ArgumentHelp("The file to make; it must not exist.", valueName: "file"),
        completion: .file())
    var path: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        guard Header.isKeyName(name) else {
            throw Failure.usage(
                "a key's name is 1 to 64 of a-z, 0-9, dot, dash and underscore, and begins with a "
                    + "letter or digit")
        }
        let owner = try vault.access.unlockAsOwner(in: world)
        vault.access.warn(of: owner.unvouchedKeyNames, in: world)
        guard !owner.machineKeyNames.contains(name) else {
            throw Failure(
                .exists, "there is a machine key of that name already",
                hint: owner.unvouchedKeyNames.contains(name)
                    ? "tokenvault key remove \(name)" : "tokenvault key list")
        }
        guard owner.machineKeyNames.count < Header.keySlotLimit else {
            throw Failure.usage(
                "a vault takes \(Header.keySlotLimit) machine keys at the most",
                hint: "tokenvault key list")
        }
        let path = try world.path(path)
        let (content, publicKey) = owner.makeMachineKey()
        guard try KeyFile.create(content, at: path, warn: world.warnOfSave) else {
            throw KeyFile.failure(at: path, of: owner)
        }
        do {
            try owner.addMachineKey(named: name, publicKey: publicKey)
        } catch {
            // A key that opens nothing must not lie about.
            KeyFile.remove(path)
            throw error
        }
        try output.report(
            "made \(shown(path)), which opens the vault", ["name": name, "file": path], in: world)
        return .done
    }
}

struct KeyList: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the machine keys.",
        discussion: """
            Example:
              tokenvault key list
            """)

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        let name: String
        let publicKey: String

        private enum CodingKeys: String, CodingKey {
            case name
            case publicKey = "public_key"
        }
    }

    func run(in world: World) throws -> ExitStatus {
        let slots = try vault.access.read(in: world) { $0.header.machineSlots }
        let keys = slots.map { slot in
            Document(
                name: slot.name,
                publicKey: String(decoding: Base64.encode(slot.publicKey.span), as: UTF8.self))
        }
        if output.json {
            try world.terminal.print(try JSONDocument.text(keys))
        } else if keys.isEmpty {
            output.note("no machine keys", in: world)
        } else {
            var table = Table(columns: [
                Table.Column(title: "NAME"), Table.Column(title: "PUBLIC KEY"),
            ])
            table.rows = keys.map { [$0.name, $0.publicKey] }
            let lines = table.lines(width: world.terminal.outputColumns())
            try world.terminal.print(lines.joined(separator: "\n") + "\n")
        }
        return .done
    }
}

struct KeyRemove: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Shut the vault to a machine.",
        discussion: """
            What the machine could read so far it may have kept; what is saved from now on it cannot \
            read. Needs the passphrase.

            Example:
              tokenvault key remove web1
            """)

    @Argument(help: "What the machine is called.")
    var name: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let owner = try vault.access.unlockAsOwner(in: world)
        guard owner.machineKeyNames.contains(name) else {
            throw Failure(.missing, "no machine key of that name", hint: "tokenvault key list")
        }
        try owner.removeMachineKey(named: name)
        _ = try? world.session.end(owner.vaultID)
        let dropped = owner.unvouchedKeyNames.filter { $0 != name }
        for line in UnvouchedKeys(dropped, access: vault.access)?.shutOut ?? [] {
            output.warn(line, in: world)
        }
        try output.report(
            "removed; the vault has a new data key", ["removed": name], in: world)
        return .done
    }
}

/// The file of a machine key.
private enum KeyFile {
    /// Returns false when there is a file already.
    static func create(
        _ content: SharedSecret, at path: String, warn: SaveWarning
    ) throws(SystemCallFailure) -> Bool {
        guard let file = try newFile(at: path) else { return false }
        do throws(SystemCallFailure) {
            try content.withBytes { bytes throws(SystemCallFailure) in try file.write(bytes) }
            try file.synchronise()
        } catch {
            // A part of a key opens nothing.
            remove(path)
            throw error
        }
        do throws(SystemCallFailure) {
            try Directory.synchronise(Directory.parent(of: path))
        } catch {
            warn(error)
        }
        return true
    }

    private static func newFile(at path: String) throws(SystemCallFailure) -> File? {
        do throws(SystemCallFailure) {
            return try File(creating: path)
        } catch {
            guard error.isExisting else { throw error }
            return nil
        }
    }

    /// Why a file at `path` stands in the way.
    ///
    /// A key that opens nothing is not taken up again, though a `key add` that was killed leaves one:
    /// it may as well be one that was removed because somebody else has it.
    static func failure(at path: String, of owner: borrowing VaultOwner) -> Failure {
        func inTheWay(_ what: String, isUseless: Bool) -> Failure {
            Failure(
                .exists, "there is \(what) already; it was left as it is",
                hint: isUseless ? ShellWord.quoted(path).map { "rm \($0)" } : nil, kind: .file)
        }
        let content = content(of: path)
        if content?.count == 0 {
            return inTheWay("an empty file at \(shown(path))", isUseless: true)
        }
        let key = content.flatMap { $0.withSecret { try? MachineKey(file: $0) } }
        switch key.map({ owner.standing(of: $0) }) {
        case .opens(let name):
            return inTheWay(
                "a file at \(shown(path)), the key of the machine \(name),", isUseless: false)
        case .opensNothing:
            return inTheWay(
                "a file at \(shown(path)), a key of this vault that opens nothing (it was removed, or "
                    + "adding it was never finished),", isUseless: true)
        case .foreign, nil:
            return inTheWay("a file at \(shown(path))", isUseless: false)
        }
    }

    private static func content(of path: String) -> SharedSecret? {
        guard let file = try? File(reading: path), (try? file.status())?.isRegular == true,
            let content = try? file.readSecret(limit: MachineKey.fileLimit)
        else { return nil }
        return SharedSecret(content)
    }

    static func remove(_ path: String) {
        Directory.remove(path)
    }
}
