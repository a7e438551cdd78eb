import ArgumentParser
import Console
import Entries
import Vault

struct Remove: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove entries from the vault.",
        discussion: """
            If one of the entries does not exist, none is removed. Asks for confirmation at a terminal, \
            unless --force is given. The tokens themselves remain valid at Meta.

            Examples:
              tokenvault remove page:1020000000000001
              tokenvault remove --force user:10200000000000009 app:1234567890123456
            """)

    @Argument(
        help: ArgumentHelp("The entries, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var references: [String]

    @Flag(name: [.long, .customShort("f")], help: "Do not ask for confirmation.")
    var force = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let vault = try await sharing.unlock(vault.access, in: world, over: network)
        let removal = try vault.read { try Removal(of: references, in: $0) }
        let confirmation = Confirmation(world: world, noInput: self.vault.noInput)
        if !force, confirmation.canAsk {
            try confirmation.ask(removal.question, orElse: .nothingRemoved)
        } else if let consequence = removal.consequence {
            output.warn(consequence, in: world)
        }
        try vault.change { _ in
            removal.references.map { reference in
                EntryChange(reference) { old in
                    guard old != nil else { throw VaultError.noEntry(reference) }
                    return .remove
                }
            }
        }
        if output.json {
            try world.terminal.print(
                try JSONDocument.text(["removed": removal.references.map(\.description)]))
        } else {
            for reference in removal.references { output.note("removed \(reference)", in: world) }
        }
        return .done
    }
}
