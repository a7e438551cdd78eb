import ArgumentParser
import Console
import Platform
import Sodium
import Vault

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
            throw MachineKeyMessage.malformedName
        }
        let owner = try vault.access.unlockAsOwner(in: world)
        vault.access.warn(of: owner.unvouchedKeyNames, in: world)
        guard !owner.machineKeyNames.contains(name) else {
            throw MachineKeyMessage.nameTaken(
                KeyName(name), isUnvouched: owner.unvouchedKeyNames.contains(name))
        }
        guard owner.machineKeyNames.count < Header.keySlotLimit else {
            throw MachineKeyMessage.tooMany
        }
        let path = try world.path(path)
        let (content, publicKey) = owner.makeMachineKey()
        guard try KeyFile.create(content, at: path, warn: world.warnOfSave) else {
            throw KeyFile.obstacle(at: path, to: owner)
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
