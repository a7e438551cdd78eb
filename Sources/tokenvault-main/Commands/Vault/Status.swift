import ArgumentParser
import Console
import Platform
import Vault

struct Status: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the vault is unlocked.",
        discussion: """
            Exits with 0 if it is unlocked, 77 if it is locked, and 66 if there is no vault. For a shared \
            vault, also shows when it was last synced, and whether a change is not shared yet.

            Example:
              tokenvault status
            """)

    @OptionGroup var vault: VaultLocation
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        let status: String
        let vault: String
        let shared: Shared?

        struct Shared: Encodable {
            let syncedAt: String?
            let isAhead: Bool

            private enum CodingKeys: String, CodingKey {
                case syncedAt = "synced_at"
                case isAhead = "ahead"
            }
        }
    }

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
        let copy = status == .missing ? nil : CopyState(ofVaultAt: path)
        if output.json {
            let shared = copy.map {
                Document.Shared(syncedAt: $0.syncedAt?.description, isAhead: $0.isAhead)
            }
            try world.terminal.print(
                try JSONDocument.text(Document(status: state, vault: path, shared: shared)))
        } else {
            let words = copy.map { "shared: \($0.words(at: world.now()))\n" } ?? ""
            try world.terminal.print("\(shown(path)): \(description ?? state)\n\(words)")
        }
        return status
    }
}
