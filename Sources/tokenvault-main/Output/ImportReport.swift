import Console
import Entries
import JSON
import Tokens
import Vault

/// What an import stored or would store, and what not.
struct ImportReport {
    let plan: ImportPlan
    let entries: [Entry]
    /// Whether nothing was stored yet.
    let isRehearsal: Bool

    /// As a JSON document.
    func json(at now: Timestamp) -> [UInt8] {
        var document = JSONWriter()
        document.begin("{")
        document.member("dry_run", isRehearsal)
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

    /// Says what is not in the table.
    func tellRest(in world: World, note: (String) -> Void) {
        for left in plan.leftOut { world.warn(left.words.text) }
        let short = plan.secrets.first { $0.isShortLived }?.reference
        if let short, short.kind == .user {
            note(
                "\(short) lasts an hour or two; for 60 days: "
                    + world.command("tokenvault exchange \(short)"))
        }
        if isRehearsal { note("nothing was stored: --dry-run") }
    }
}
