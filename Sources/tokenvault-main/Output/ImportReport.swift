import Console
import Entries
import JSON
import Tokens
import Vault

/// What an import stored or would store, and what it left out.
struct ImportReport {
    let plan: ImportPlan
    let entries: [Entry]
    /// Whether the import only shows what it would store.
    let isDryRun: Bool

    /// Returns the report as a JSON document.
    func json(at now: Timestamp) -> [UInt8] {
        var document = JSONWriter()
        document.begin("{")
        document.member("dry_run", isDryRun)
        document.name("stored")
        document.begin("[")
        for entry in entries {
            document.beginLine()
            document.entry(entry, status: EntryStatus(entry, at: now))
        }
        document.end("]")
        document.name("left_out")
        document.begin("[")
        for left in plan.leftOut {
            document.beginLine()
            document.begin("{")
            document.member("source", left.source.textInMessage)
            document.member("reason", left.cause.words.text)
            document.member("hint", left.hint?.text)
            document.end("}")
        }
        document.end("]")
        document.end("}")
        document.newline()
        return document.bytes
    }

    func table(in world: World) -> String {
        guard !entries.isEmpty else { return "" }
        let time = TimeText(now: world.now(), in: world)
        let sources = Dictionary(
            plan.secrets.map { ($0.reference, $0.source.textInMessage) },
            uniquingKeysWith: { one, _ in one })
        var table = Table(columns: [
            Table.Column(title: "ENTRY"), Table.Column(title: "FROM", canShrink: true),
            Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "EXPIRES", canShrink: true),
        ])
        table.rows = entries.map { entry in
            [
                entry.reference.description, sources[entry.reference] ?? "",
                entry.metadata.name ?? "",
                entry.reference.kind.isToken ? time.text(entry.metadata.expiresAt) : "-",
            ]
        }
        return table.lines(width: world.terminal.outputColumns()).joined(separator: "\n") + "\n"
    }

    /// Prints what is not in the table.
    func printNotes(in world: World, note: (String) -> Void) {
        for left in plan.leftOut { world.warn(left.words.text) }
        let short = plan.secrets.first { $0.isShortLived }?.reference
        if let short, short.kind == .user {
            note(
                "\(short) lasts only an hour or two; for a token that lasts 60 days, run "
                    + "`\(world.command("tokenvault exchange \(short)"))`")
        }
        if isDryRun { note("dry run: nothing was stored") }
    }
}
