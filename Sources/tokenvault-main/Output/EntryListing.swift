import Console
import Entries
import JSON
import Vault

/// Entries as `list` and `pages` print them: a table, or JSON with one line per entry.
struct EntryListing {
    /// Whether the table shows which token was made from which.
    var isTree = false
    /// How old the copy of a shared vault is, for JSON.
    private let copy: CopyState?
    private let world: World
    private let now: Timestamp
    private var document: JSONWriter?
    private var entries: [Entry] = []
    private(set) var isEmpty = true

    init(json: Bool, copy: CopyState? = nil, in world: World) {
        self.world = world
        self.copy = copy
        now = world.now()
        guard json else { return }
        document = JSONWriter()
        document?.begin("[")
    }

    /// Creates a listing of `entries`.
    init(_ entries: [Entry], json: Bool, in world: World) {
        self.init(json: json, in: world)
        for entry in entries { add(entry) }
    }

    /// Adds an entry at the end.
    ///
    /// For JSON, it is written at once and not kept: a vault may have a hundred thousand of them.
    mutating func add(_ entry: Entry) {
        isEmpty = false
        if document == nil {
            entries.append(entry)
        } else {
            document?.beginLine()
            document?.entry(entry, status: EntryStatus(entry, at: now), copy: copy)
        }
    }

    /// Prints the listing.
    ///
    /// Consumes it, as copying so much text would cost more than writing it.
    consuming func print() throws {
        if !isEmpty { document?.newline() }
        document?.end("]")
        document?.newline()
        if let document {
            try world.terminal.writeOutput(document.bytes.span)
        } else if !isEmpty {
            try world.terminal.print(table())
        }
    }

    private func table() -> String {
        let time = TimeText(now: now, in: world)
        let hasPages = entries.contains { $0.reference.kind == .page }
        let hasAccounts = entries.contains { $0.metadata.instagramID != nil }
        var table = Table(
            columns: [
                Table.Column(title: "ENTRY"),
                Table.Column(title: "NAME", canShrink: true, canGo: true),
                Table.Column(title: "STATUS", paint: ANSIStyle(forOutputOf: world).status),
                Table.Column(title: "EXPIRES", canShrink: true),
            ]
                + (hasPages
                    ? [
                        Table.Column(title: "CATEGORY", canShrink: true, canGo: true),
                        Table.Column(title: "TASKS", canShrink: true, canGo: true),
                    ] : [])
                + (hasAccounts
                    ? [Table.Column(title: "INSTAGRAM", canShrink: true, canGo: true)] : []))
        // Most pages have the same tasks as the page before, so the joined text is reused.
        var last: (tasks: [String], words: String) = ([], "")
        func add(_ entry: Entry, branch: String) {
            let metadata = entry.metadata
            let expiry = entry.reference.kind.isToken ? time.text(metadata.expiresAt) : "-"
            var row = [
                branch + entry.reference.description, metadata.name ?? "",
                EntryStatus(entry, at: now).rawValue, expiry,
            ]
            if hasPages {
                let tasks = metadata.tasks ?? []
                if tasks != last.tasks { last = (tasks, tasks.joined(separator: " ")) }
                row += [metadata.category ?? "", last.words]
            }
            if hasAccounts { row.append(metadata.instagramUsername ?? metadata.instagramID ?? "") }
            table.rows.append(row)
        }
        if isTree {
            for (branch, entry) in EntryTree(entries).rows { add(entry, branch: branch) }
        } else {
            for entry in entries { add(entry, branch: "") }
        }
        let all =
            table.lines(width: world.terminal.outputColumns())
            + EntryWords.unverified(entries, in: world)
        return all.joined(separator: "\n") + "\n"
    }
}
