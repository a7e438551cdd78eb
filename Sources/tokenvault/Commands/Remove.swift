import ArgumentParser
import Vault

struct Remove: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove entries: all that are named or, if one is not there, none.",
        discussion: """
            The tokens themselves live on at Meta.

            Example:
              tokenvault remove page:1020000000000001
            """)

    @Argument(help: ArgumentHelp("The entries, as kind:id or kind:name.", valueName: "ref"))
    var references: [String]

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let vault = try vault.access.unlock(in: world)
        var named: Set<Reference> = []
        try vault.change { reader in
            named = Set(try references.map { try reader.reference($0) })
            return named.map { reference in
                EntryChange(reference) { old in
                    guard old != nil else { throw VaultError.noEntry(reference) }
                    return .remove
                }
            }
        }
        if output.json {
            try world.terminal.print(
                try JSONDocument.text(["removed": named.sorted().map(\.description)]))
        } else {
            for reference in named.sorted() { output.note("removed \(reference)", in: world) }
        }
        return .done
    }
}
