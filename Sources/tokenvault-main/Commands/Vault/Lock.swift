import ArgumentParser
import Console
import Platform
import Vault

struct Lock: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "End what unlock began.",
        discussion: """
            Examples:
              tokenvault lock
              tokenvault lock --all
            """)

    @Flag(help: "End the sessions of all your vaults, also of those that are gone.")
    var all = false

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let count: Int
        do {
            count = try all ? world.session.endAll() : world.session.end(vaultID(in: world)) ? 1 : 0
        } catch is SessionKeyring.Refused {
            // Where there are no keyrings, nothing can be unlocked.
            count = 0
        }
        let ended = all ? "locked; sessions ended: \(count)" : "locked"
        try output.report(
            count > 0 ? ended : "it was not unlocked", ["status": "locked"], in: world)
        return .done
    }

    /// The vault's id, be it damaged in other places.
    private func vaultID(in world: World) throws -> [UInt8] {
        let path = try vault.access.resolvedPath(in: world)
        do {
            return try VaultFile(path: path).header.vaultID
        } catch {
            if let vaultID = VaultFile.legibleVaultID(path: path) { return vaultID }
            throw VaultCommandMessage.unknownSession(because: Failure(error))
        }
    }
}
