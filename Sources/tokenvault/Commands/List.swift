import ArgumentParser
import Vault

struct List: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what is stored, without the secrets.",
        discussion: """
            Example:
              tokenvault list --kind page
            """)

    @Option(help: "Only entries of this kind: app, user, page, system or client.")
    var kind: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var entries = try vault.access.read(in: world) { try $0.entries() }
        if let kind {
            entries.removeAll { $0.reference.kind.description != kind }
            // A vault may hold kinds of a later version; a word that is none of these is a mistake.
            if entries.isEmpty, !Reference.Kind.addable.contains(where: { "\($0)" == kind }) {
                throw Failure.usage("--kind needs app, user, page, system or client")
            }
        }
        try world.terminal.print(
            try EntryListing(entries, in: world).text(json: output.json))
        if entries.isEmpty, !output.json {
            output.note("nothing stored\(kind == nil ? "" : " of that kind")", in: world)
        }
        return .done
    }
}

/// Entries as `list` and `pages` show them.
struct EntryListing {
    private let entries: [Entry]
    private let world: World

    init(_ entries: [Entry], in world: World) {
        self.entries = entries
        self.world = world
    }

    func text(json: Bool) throws -> String {
        let now = world.now()
        if json {
            return try JSONDocument.text(
                entries.map { EntryDocument(entry: $0, status: EntryStatus($0, at: now)) })
        }
        guard !entries.isEmpty else { return "" }
        let time = TimeText(now: now, in: world)
        let hasPages = entries.contains { $0.reference.kind == .page }
        var table = Table(
            columns: [
                Table.Column(title: "ENTRY"),
                Table.Column(title: "NAME", canShrink: true, canGo: true),
                Table.Column(title: "STATUS"), Table.Column(title: "EXPIRES", canShrink: true),
            ]
                + (hasPages
                    ? [
                        Table.Column(title: "CATEGORY", canShrink: true, canGo: true),
                        Table.Column(title: "TASKS", canShrink: true, canGo: true),
                    ] : []))
        for entry in entries {
            let metadata = entry.metadata
            let expiry = entry.reference.kind.isToken ? time.text(metadata.expiresAt) : "-"
            var row = [
                entry.reference.description, metadata.name ?? "",
                EntryStatus(entry, at: now).rawValue, expiry,
            ]
            if hasPages {
                row += [metadata.category ?? "", (metadata.tasks ?? []).joined(separator: " ")]
            }
            table.rows.append(row)
        }
        return table.lines(width: world.terminal.outputColumns()).joined(separator: "\n") + "\n"
    }
}
