import ArgumentParser
import Console
import Platform
import Sodium
import Vault

struct KeyAdd: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Create a machine key and write its private half to a new file.",
        discussion: """
            Anyone who has the file can read the vault and change its entries. Needs the passphrase.

            Example:
              tokenvault key add web1 web1.key
            """)

    @Argument(help: "A name for the machine.")
    var name: String

    @Argument(
        help: ArgumentHelp("The file to create; it must not exist.", valueName: "file"),
        completion: .file())
    var path: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        guard Header.isKeyName(name) else {
            throw MachineKeyMessage.malformedName
        }
        let owner = try await sharing.unlockAsOwner(
            vault.access, in: world, over: network)
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
            let change = try owner.addingMachineKey(named: name, publicKey: publicKey)
            try await network.sharing.save(change, by: owner)
        } catch {
            // Do not leave a key behind that opens nothing.
            KeyFile.remove(path)
            throw error
        }
        try output.report(
            "created \(shown(path)), which unlocks the vault", ["name": name, "file": path],
            in: world)
        return .done
    }
}
