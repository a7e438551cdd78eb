import ArgumentParser
import Console
import Platform
import Vault

struct Status: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell whether the vault is unlocked.",
        discussion: """
            Exits with 0 when it is, 77 when it is locked, 66 when there is none.

            Example:
              tokenvault status
            """)

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        let state: String
        let status: ExitStatus
        var words: String?
        do {
            let file = try VaultFile(path: path)
            let key = world.session.key(file.header.vaultID)
            let isUnlocked = key.flatMap { file.check($0) } != nil
            state = isUnlocked ? "unlocked" : "locked"
            status = isUnlocked ? .done : .locked
        } catch VaultError.missing {
            state = "missing"
            status = .missing
            words = "no vault there"
        } catch VaultError.missingTarget(_, let link) {
            state = "missing"
            status = .missing
            words =
                "no vault there: \(shown(link.path)) is a symbolic link to \(shown(link.target)), "
                + "which does not exist"
        }
        try world.terminal.print(
            output.json
                ? try JSONDocument.text(["status": state, "vault": path])
                : "\(shown(path)): \(words ?? state)\n")
        return status
    }
}
