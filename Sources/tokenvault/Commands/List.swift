import ArgumentParser
import Vault

struct List: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what is stored, without the secrets.",
        discussion: """
            Example:
              tokenvault list --kind page
            """)

    @Option(
        help: "Only entries of this kind: app, user, page, system or client.",
        completion: .list(Reference.Kind.addable.map(\.description)))
    var kind: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        // A vault may hold kinds of a later version; a word that is none of these is a mistake.
        var isKnown =
            kind.map { kind in Reference.Kind.addable.contains { "\($0)" == kind } } ?? true
        var listing = EntryListing(json: output.json, in: world)
        try vault.access.read(in: world) { reader in
            try reader.forEachEntry { entry in
                guard kind == nil || kind == entry.reference.kind.description else { return }
                isKnown = true
                listing.add(entry)
            }
        }
        guard isKnown else {
            throw Failure.usage("--kind needs app, user, page, system or client")
        }
        try listing.print()
        if listing.isEmpty, !output.json {
            output.note("nothing stored\(kind == nil ? "" : " of that kind")", in: world)
        }
        return .done
    }
}
