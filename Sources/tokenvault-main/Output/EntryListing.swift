import Console
import Entries
import JSON
import Vault

/// Entries as `list` and `pages` print them: a table, or JSON with one line per entry.
///
/// Nothing is printed before the last entry was added, and then the vault is authentic. A vault may
/// have a million entries, so most are not kept, but read again to be printed.
struct EntryListing {
    /// Passes the entries from a position on to its argument.
    typealias Source = (PayloadPosition, _ body: @escaping (StoredEntry) throws -> Void) throws ->
        Void

    /// How old the copy of a shared vault is, for JSON.
    private let copy: CopyState?
    private let world: World
    private let now: Timestamp
    private(set) var isEmpty = true
    private var table: Table
    private var unverified = UnverifiedEntries()
    /// The beginning of the document, with as many entries as may be kept.
    private var document: JSONWriter?
    /// The first entry that is not in `document`.
    private var rest: PayloadPosition?

    /// The size of the document up to which entries are kept, in bytes.
    var keptSize = 24 << 20

    init(json: Bool, copy: CopyState? = nil, in world: World) {
        self.world = world
        self.copy = copy
        now = world.now()
        table = Table(columns: [
            Table.Column(title: "ENTRY"),
            Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "STATUS", paint: ANSIStyle(forOutputOf: world).status),
            Table.Column(title: "EXPIRES", canShrink: true),
            Table.Column(title: "CATEGORY", canShrink: true, canGo: true),
            Table.Column(title: "TASKS", canShrink: true, canGo: true),
            Table.Column(title: "INSTAGRAM", canShrink: true, canGo: true),
        ])
        for column in Self.pageColumns + [Self.instagramColumn] {
            table.columns[column].isHidden = true
        }
        if json {
            document = JSONWriter()
            document?.begin("[")
        }
    }

    private static let pageColumns = [4, 5]
    private static let instagramColumn = 6

    /// Prints entries that are in memory.
    static func print(_ entries: [Entry], json: Bool, in world: World) throws {
        var listing = EntryListing(json: json, in: world)
        if json {
            for entry in entries { listing.write(entry) }
            return try listing.printJSON()
        }
        for entry in entries { listing.measure(entry) }
        try listing.printTable { body in
            for entry in entries { try body(listing.row(entry)) }
        }
    }

    /// Prints entries as a tree of apps, users and pages.
    static func printTree(_ entries: [Entry], in world: World) throws {
        var listing = EntryListing(json: false, in: world)
        for entry in entries { listing.measure(entry) }
        let rows = EntryTree(entries).rows.map { listing.row($0.entry, branch: $0.branch) }
        for row in rows { listing.table.measure(row) }
        try listing.printTable { body in
            for row in rows { try body(row) }
        }
    }

    /// Adds the entry at `position`, which is read again from there if it cannot be kept.
    mutating func add(_ entry: StoredEntry, at position: PayloadPosition) {
        // Not bound to a constant, which would make the document be copied when it grows.
        guard let size = document?.bytes.count else { return measure(entry.decoded) }
        if size < keptSize {
            write(entry)
        } else if rest == nil {
            rest = position
        }
    }

    private mutating func write(_ entry: some ListedEntry) {
        isEmpty = false
        document?.beginLine()
        document?.entry(entry, status: entry.status(at: now), copy: copy)
    }

    private mutating func measure(_ entry: Entry) {
        isEmpty = false
        if entry.reference.kind == .page {
            for column in Self.pageColumns { table.columns[column].isHidden = false }
        }
        if entry.metadata.instagramID != nil {
            table.columns[Self.instagramColumn].isHidden = false
        }
        table.measure(row(entry))
        unverified.add(entry.reference, entry.metadata.validity)
    }

    /// Prints what was added.
    mutating func print(_ entries: Source) throws {
        if document != nil { return try printJSON(entries) }
        let listing = self
        try printTable { body in
            try entries(.start) { try body(listing.row($0.decoded)) }
        }
    }

    private mutating func printJSON(_ entries: Source = { _, _ in }) throws {
        guard var document = document.take() else { return }
        if let rest {
            let (terminal, now, copy) = (world.terminal, now, copy)
            try entries(rest) { entry in
                try document.drain(to: terminal)
                document.beginLine()
                document.entry(entry, status: entry.status(at: now), copy: copy)
            }
        }
        if !isEmpty { document.newline() }
        document.end("]")
        document.newline()
        try document.drain(to: world.terminal, from: 0)
    }

    private func printTable(
        _ rows: (_ body: @escaping ([String]) throws -> Void) throws -> Void
    ) throws {
        if isEmpty { return }
        var output = BufferedOutput(world.terminal)
        let layout = table.layout(width: world.terminal.outputColumns())
        try output.writeLine(layout.title)
        try rows { try output.writeLine(layout.line($0)) }
        for line in unverified.lines(in: world) { try output.writeLine(line) }
        try output.flush()
    }

    private func row(_ entry: Entry, branch: String = "") -> [String] {
        let metadata = entry.metadata
        let time = TimeText(now: now, in: world)
        return [
            branch + entry.reference.description, metadata.name ?? "",
            EntryStatus(entry, at: now).rawValue,
            entry.reference.kind.isToken ? time.text(metadata.expiresAt) : "-",
            metadata.category ?? "", metadata.tasks?.joined(separator: " ") ?? "",
            metadata.instagramUsername ?? metadata.instagramID ?? "",
        ]
    }
}
