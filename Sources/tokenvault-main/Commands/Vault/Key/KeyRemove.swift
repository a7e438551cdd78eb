import ArgumentParser
import Console
import Vault

struct KeyRemove: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a machine key, so that it no longer unlocks the vault.",
        discussion: """
            The machine may have kept what it could read so far, but it cannot read anything saved after \
            this. Needs the passphrase.

            Example:
              tokenvault key remove web1
            """)

    @Argument(help: "The name of the machine.")
    var name: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let owner = try await sharing.unlockAsOwner(
            vault.access, in: world, over: network)
        guard owner.machineKeyNames.contains(name) else {
            throw MachineKeyMessage.noneOfThatName
        }
        let change = try owner.removingMachineKey(named: name)
        try await network.sharing.save(change, by: owner)
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
