import ArgumentParser
import Console
import Entries
import Vault

struct List: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the stored entries, without their secrets.",
        discussion: """
            Examples:
              tokenvault list --kind page
              tokenvault list --tree
            """)

    @Option(
        help: "Only entries of this kind, such as page or instagram.",
        completion: .list(Reference.Kind.addable.map(\.description)))
    var kind: String?

    @Flag(help: "Show the entries as a tree of apps, users and pages.")
    var tree = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        if tree, output.json { throw ListMessage.treeAsJSON }
        // A vault may contain kinds of a later version; any other unknown kind is a mistake.
        var isKnown =
            kind.map { kind in Reference.Kind.addable.contains { "\($0)" == kind } } ?? true
        let path = try vault.access.resolvedPath(in: world)
        var listing = EntryListing(
            json: output.json, copy: output.json ? CopyState(ofVaultAt: path) : nil, in: world)
        listing.isTree = tree
        try vault.access.read(in: world) { reader in
            try reader.forEachEntry { entry in
                guard kind == nil || kind == entry.reference.kind.description else { return }
                isKnown = true
                listing.add(entry)
            }
        }
        guard isKnown else { throw ListMessage.unknownKind }
        let isEmpty = listing.isEmpty
        try (consume listing).print()
        if isEmpty, !output.json {
            output.note("no entries\(kind == nil ? "" : " of that kind")", in: world)
        }
        return .done
    }
}
