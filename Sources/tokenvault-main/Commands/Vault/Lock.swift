import ArgumentParser
import Console
import Platform
import Vault

struct Lock: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Lock the vault.",
        discussion: """
            Examples:
              tokenvault lock
              tokenvault lock --all
            """)

    @Flag(help: "Lock all your vaults, including those that no longer exist.")
    var all = false

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let count: Int
        do {
            count = try all ? world.session.endAll() : world.session.end(vaultID(in: world)) ? 1 : 0
        } catch is SessionKeyring.Refused {
            // Without a keyring, nothing can be unlocked.
            count = 0
        }
        let locked = all ? "locked; sessions ended: \(count)" : "locked"
        try output.report(
            count > 0 ? locked : "already locked", ["status": "locked"], in: world)
        return .done
    }

    /// Returns the vault's ID, even if other parts of the vault are damaged.
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
