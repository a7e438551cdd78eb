import Console
import Entries
import Graph
import Tokens
import Vault

/// What `check` finds, as of a given time.
///
/// A vault may have a million entries, so the report does not keep them: each is added once, for
/// what is printed before and after the entries, and read again to be printed.
struct CheckReport {
    struct Line {
        let entry: StoredEntry
        let status: EntryStatus
        /// The sort key: first invalid entries, then expired ones, then the next to expire.
        let urgency: Int64
        private let context: Context

        fileprivate init(_ entry: StoredEntry, _ context: Context) {
            self.entry = entry
            self.context = context
            status = EntryStatus(entry, at: context.moment, within: context.span)
            urgency =
                switch status {
                case .invalid: .min
                case .expired: .min + 1
                case .expiring, .ok, .unknown: RemainingLifeBar.end(of: entry)?.seconds ?? .max
                }
        }

        /// The order in which lines are printed.
        static func < (one: Line, other: Line) -> Bool {
            (one.urgency, one.entry.reference) < (other.urgency, other.entry.reference)
        }

        private var next: NextStep { context.next }

        /// The command to run next, or `nil` if nothing is wrong.
        var advice: CommandText? {
            switch status {
            case .ok where entry.metadata.validity.isUnverified,
                .expiring where entry.metadata.validity.isUnverified:
                next.check(entry.reference)
            case .ok: nil
            case .unknown: next.check(entry.reference)
            case .expiring: next.renewal(of: entry.decoded, isAlive: true)
            case .expired, .invalid: next.renewal(of: entry.decoded)
            }
        }

        /// Why the token is invalid.
        fileprivate var explanation: String? {
            guard case .invalid(let reason?) = entry.metadata.validity else { return nil }
            return "\(entry.reference): \(DisplayText.clean(reason))"
        }

        /// A warning about an Instagram or Threads token that expires soon or has expired.
        ///
        /// Unlike a Facebook token, it renews itself, and only while it is alive.
        fileprivate var deadline: String? {
            guard let platform = MetaPlatform(entry.reference.kind), platform != .facebook else {
                return nil
            }
            switch status {
            case .expiring:
                let renewal = next.renewal(of: entry.decoded, isAlive: true)
                return "\(entry.reference): run `\(renewal)` before "
                    + "it expires; after that it cannot be renewed, and a person must log in again"
            case .expired:
                return "\(entry.reference): expired, so it cannot be renewed; a person must log in "
                    + "again"
            case .ok, .invalid, .unknown:
                return nil
            }
        }
    }

    /// Calls its argument with each line, the most urgent first.
    typealias Lines = (_ body: @escaping (Line) throws -> Void) throws -> Void

    /// What all lines have in common.
    final class Context: Sendable {
        let moment: Timestamp
        let span: Int64
        let next: NextStep
        /// The versions in use of Meta's APIs.
        let versions: [APIVersion]
        /// How old the copy of a shared vault is, for Prometheus.
        let copy: CopyState?

        init(
            moment: Timestamp, span: Int64, next: NextStep, versions: [APIVersion],
            copy: CopyState? = nil
        ) {
            self.moment = moment
            self.span = span
            self.next = next
            self.versions = versions
            self.copy = copy
        }
    }

    let context: Context
    /// Entries with a token of another app, as Meta has just reported.
    private let ofOtherApps: Set<Reference>
    private(set) var isEmpty = true
    private var hasExpiring = false
    private var hasUnusable = false
    private var hasUnusableOfOtherApps = false
    private var hasExplanations = false
    private var hasDeadlines = false
    private var unverified = UnverifiedEntries()
    private var table: Table?

    /// Creates a report without lines; only a report for people has a table.
    init(
        _ context: Context, ofOtherApps: Set<Reference> = [], hasTable: Bool, in world: World
    ) {
        self.context = context
        self.ofOtherApps = ofOtherApps
        guard hasTable else { return }
        table = Table(columns: [
            Table.Column(title: "STATUS", paint: ANSIStyle(forOutputOf: world).status),
            Table.Column(title: "ENTRY"),
            Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "TIME LEFT", canGo: true),
            Table.Column(title: "EXPIRES", canShrink: true),
            Table.Column(title: "DATA ACCESS", canShrink: true, canGo: true),
        ])
    }

    func line(_ entry: StoredEntry) -> Line { Line(entry, context) }

    /// Adds entries that are in memory, and returns their lines, the most urgent first.
    mutating func add(_ entries: [Entry], in world: World) -> [Line] {
        let lines = entries.map { line(StoredEntry($0)) }.sorted(by: <)
        for line in lines { add(line, in: world) }
        return lines
    }

    /// Adds the tokens of a vault that `isChecked` selects, and returns the order in which to print
    /// them; `found` receives each line.
    ///
    /// Throws an error if any part of the vault is damaged.
    mutating func add(
        _ vault: borrowing VaultReader, in world: World, where isChecked: (Reference) -> Bool,
        _ found: (Line) -> Void
    ) throws -> UrgencyOrder {
        var order = UrgencyOrder()
        try vault.forEachStoredEntry { entry, position in
            guard isChecked(entry.reference) else { return }
            let line = line(entry)
            add(line, in: world)
            found(line)
            order.add(entry, at: position, urgency: line.urgency)
        }
        order.sort()
        return order
    }

    /// Adds a line, in any order.
    mutating func add(_ line: Line, in world: World) {
        isEmpty = false
        switch line.status {
        case .expired, .invalid:
            if ofOtherApps.contains(line.entry.reference) {
                hasUnusableOfOtherApps = true
            } else {
                hasUnusable = true
            }
        case .expiring: hasExpiring = true
        case .ok, .unknown: break
        }
        guard table != nil else { return }
        let row = row(line, in: world)
        table?.measure(row)
        hasExplanations = hasExplanations || line.explanation != nil
        hasDeadlines = hasDeadlines || line.deadline != nil
        unverified.add(
            line.entry.reference, line.entry.metadata.validity, urgency: line.urgency)
    }

    /// 0, 1 or 2, or 78 if the only expired or invalid tokens belong to another app.
    ///
    /// An unknown expiry is shown, but is not a failure.
    var status: ExitStatus {
        if hasUnusable { return .tokenRefused }
        if hasUnusableOfOtherApps { return .configuration }
        return hasExpiring ? .expiring : .done
    }

    /// Prints a table with a row for each token and a bar for the time left.
    func printTable(_ lines: Lines, in world: World) throws {
        var output = BufferedOutput(world.terminal)
        guard let table, !isEmpty else {
            try output.writeLine("no tokens in the vault")
            return try output.flush()
        }
        let layout = table.layout(width: world.terminal.outputColumns())
        try output.writeLine(layout.title)
        try lines { try output.writeLine(layout.line(row($0, in: world))) }
        if hasExplanations {
            try lines { if let text = $0.explanation { try output.writeLine(text) } }
        }
        for line in unverified.lines(in: world) { try output.writeLine(line) }
        if hasDeadlines {
            try lines { if let text = $0.deadline { try output.writeLine(text) } }
        }
        try output.flush()
    }

    private func row(_ line: Line, in world: World) -> [String] {
        let metadata = line.entry.metadata
        let time = TimeText(now: context.moment, in: world)
        let bar = RemainingLifeBar(line.entry, status: line.status, at: context.moment)
        return [
            line.status.rawValue, line.entry.reference.description, metadata.string(.name) ?? "",
            bar.text, time.text(metadata.expiresAt), time.text(metadata.dataAccessExpiresAt),
        ]
    }
}
