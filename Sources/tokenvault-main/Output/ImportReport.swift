import Console
import Entries
import JSON
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
            document.member("source", left.source)
            document.member("reason", left.reason)
            document.member("hint", left.hint)
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
            plan.secrets.map { ($0.reference, $0.source) }, uniquingKeysWith: { one, _ in one })
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
        for left in plan.leftOut { world.warn(Self.words(for: [left])) }
        let short = plan.secrets.first { $0.isShortLived }?.reference
        if let short, short.kind == .user {
            note(
                "\(short) lasts an hour or two; for 60 days: "
                    + world.command("tokenvault exchange \(short)"))
        }
        if isRehearsal { note("nothing was stored: --dry-run") }
    }

    /// One line, however many there are.
    static func words(for leftOut: [PlainSecrets.LeftOut]) -> String {
        let words = leftOut.prefix(5).map { left in
            "\(left.source) is not stored: \(left.reason)" + (left.hint.map { ": \($0)" } ?? "")
        }
        let more = leftOut.count > 5 ? ["and \(leftOut.count - 5) more"] : []
        return (words + more).joined(separator: "; ")
    }
}

extension PlainSecret {
    /// What the vault is to say of it.
    func described(replacing old: Metadata?, at now: Timestamp) -> Metadata {
        var stored = (old ?? Metadata()).withNewSecret(at: now)
        stored.update(name: metadata.name)
        stored.app = metadata.app ?? stored.app
        stored.user = metadata.user ?? stored.user
        stored.category = metadata.category ?? stored.category
        stored.tasks = metadata.tasks ?? stored.tasks
        stored.scopes = metadata.scopes
        stored.expiresAt = metadata.expiresAt
        stored.dataAccessExpiresAt = metadata.dataAccessExpiresAt
        stored.checkedAt = metadata.checkedAt
        stored.valid = metadata.valid
        return stored
    }

    /// The entry that it would become.
    func entry(replacing stored: [Reference: Metadata], at now: Timestamp) -> Entry? {
        reference.map { reference in
            Entry(reference: reference, metadata: described(replacing: stored[reference], at: now))
        }
    }
}
