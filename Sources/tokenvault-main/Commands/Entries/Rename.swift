import ArgumentParser
import Console
import Entries
import Vault

struct Rename: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Rename an entry.",
        discussion: """
            Example:
              tokenvault rename page:1020000000000001 bakery
              tokenvault get page:bakery
            """)

    @Argument(
        help: ArgumentHelp("The entry, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var reference: String

    @Argument(help: #"The new name; pass "" to go back to the name Meta reports."#)
    var name: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let name = try EntryName.checked(name) ?? ""
        let vault = try await sharing.unlock(vault.access, in: world, over: network)
        var renamed: Reference?
        try vault.change { reader in
            let reference = try reader.reference(reference)
            guard try reader.entryIfAny(reference) != nil else {
                throw try reader.notFound(reference)
            }
            renamed = reference
            return [
                EntryChange(reference) { old in
                    guard var metadata = old else { throw VaultError.noEntry(reference) }
                    metadata.choose(name: name)
                    return .describe(metadata)
                }
            ]
        }
        if let renamed {
            try output.report("renamed \(renamed)", ["renamed": "\(renamed)"], in: world)
        }
        return .done
    }
}
