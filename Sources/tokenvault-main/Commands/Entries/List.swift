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
        let copy =
            output.json ? CopyState(ofVaultAt: try vault.access.resolvedPath(in: world)) : nil
        let isEmpty = try vault.access.read(in: world) { reader in
            var listing = EntryListing(json: output.json, copy: copy, in: world)
            var entries: [Entry] = []
            try reader.forEachStoredEntry { entry, position in
                guard isListed(entry) else { return }
                if tree { entries.append(entry.decoded) } else { listing.add(entry, at: position) }
            }
            let isEmpty = listing.isEmpty && entries.isEmpty
            guard !isEmpty || isKnown else { throw ListMessage.unknownKind }
            if tree {
                try EntryListing.printTree(entries, in: world)
            } else {
                try listing.print { start, body in
                    try reader.forEachStoredEntry(from: start) { entry, _ in
                        if isListed(entry) { try body(entry) }
                    }
                }
            }
            return isEmpty
        }
        if isEmpty, !output.json {
            output.note("no entries\(kind == nil ? "" : " of that kind")", in: world)
        }
        return .done
    }

    private func isListed(_ entry: StoredEntry) -> Bool {
        kind == nil || kind == entry.reference.kind.description
    }

    /// Whether `kind` is one of this version.
    ///
    /// A vault may contain kinds of a later version; any other unknown kind is a mistake.
    private var isKnown: Bool {
        kind.map { kind in Reference.Kind.addable.contains { "\($0)" == kind } } ?? true
    }
}
