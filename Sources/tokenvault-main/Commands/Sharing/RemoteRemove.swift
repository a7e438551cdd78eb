import ArgumentParser
import Console
import SharedVault
import Vault

struct RemoteRemove: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End sharing on this machine.",
        discussion: """
            The vault stays, with what was not shared yet. The store and the other machines keep theirs.

            Example:
              tokenvault remote remove
            """)

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let vault = try vault.access.unlock(in: world)
        guard vault.isShared else { throw SharingMessage.notShared }
        let keys = KeyRing(of: vault)
        if let kept = world.session.key(vault.vaultID) { keys.add(ofSession: kept) }
        try EndOfSharing.end(
            try SharedPaths(vault: vault.path), keys: keys, marks: vault.marks)
        try output.report(
            "the vault is no longer shared on this machine", ["status": "removed"], in: world)
        return .done
    }
}
