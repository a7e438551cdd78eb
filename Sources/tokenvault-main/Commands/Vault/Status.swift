import ArgumentParser
import Console
import Platform
import Vault

struct Status: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the vault is unlocked.",
        discussion: """
            Exits with 0 if it is unlocked, 77 if it is locked, and 66 if there is no vault.

            Example:
              tokenvault status
            """)

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        let state: String
        let status: ExitStatus
        var description: String?
        do {
            let file = try VaultFile(path: path)
            let key = world.session.key(file.header.vaultID)
            let isUnlocked = key.flatMap { file.check($0) } != nil
            state = isUnlocked ? "unlocked" : "locked"
            status = isUnlocked ? .done : .locked
        } catch VaultError.missing {
            state = "missing"
            status = .missing
            description = "no vault found"
        } catch VaultError.missingTarget(_, let link) {
            state = "missing"
            status = .missing
            description =
                "no vault found: \(shown(link.path)) is a symbolic link to \(shown(link.target)), "
                + "which does not exist"
        }
        try world.terminal.print(
            output.json
                ? try JSONDocument.text(["status": state, "vault": path])
                : "\(shown(path)): \(description ?? state)\n")
        return status
    }
}
