import ArgumentParser
import Console
import Vault

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
            throw MachineKeyMessage.noneOfThatName
        }
        try owner.removeMachineKey(named: name)
        let dropped = owner.unvouchedKeyNames.filter { $0 != name }
        for line in UnvouchedKeys(dropped, access: vault.access)?.shutOut ?? [] {
            output.warn(line, in: world)
        }
        try output.report(
            "removed; the vault has a new data key", ["removed": name], in: world)
        output.endSession(of: owner.vaultID, in: world)
        return .done
    }
}
