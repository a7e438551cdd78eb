import Console
import Entries
import Graph
import Tokens
import Vault

/// What `check` found, as of a given time.
struct CheckReport {
    struct Line {
        let entry: Entry
        let status: EntryStatus
        /// The sort key: first invalid entries, then expired ones, then the next to expire.
        let urgency: Int64
        private let next: NextStep

        init(_ entry: Entry, at moment: Timestamp, within span: Int64, next: NextStep) {
            self.entry = entry
            self.next = next
            status = EntryStatus(entry, at: moment, within: span)
            urgency =
                switch status {
                case .invalid: .min
                case .expired: .min + 1
                case .expiring, .ok, .unknown: RemainingLifeBar.end(of: entry)?.seconds ?? .max
                }
        }

        /// The command to run next, or `nil` if nothing is wrong.
        var advice: CommandText? {
            switch status {
            case .ok where entry.metadata.validity.isUnverified,
                .expiring where entry.metadata.validity.isUnverified:
                next.check(entry.reference)
            case .ok: nil
            case .unknown: next.check(entry.reference)
            case .expiring: next.renewal(of: entry, isAlive: true)
            case .expired, .invalid: next.renewal(of: entry)
            }
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
                return "\(entry.reference): run `\(next.renewal(of: entry, isAlive: true))` before "
                    + "it expires; after that it cannot be renewed, and a person must log in again"
            case .expired:
                return "\(entry.reference): expired, so it cannot be renewed; a person must log in "
                    + "again"
            case .ok, .invalid, .unknown:
                return nil
            }
        }
    }

    let moment: Timestamp
    /// The lines, the most urgent first.
    let lines: [Line]
    /// Entries with a token of another app, as Meta has just reported.
    var ofOtherApps: Set<Reference> = []
    /// The versions in use of Meta's APIs.
    let versions: [APIVersion]
    /// How old the copy of a shared vault is.
    var copy: CopyState?

    init(
        entries: [Entry], at moment: Timestamp, within span: Int64, next: NextStep,
        versions: [APIVersion]
    ) {
        self.moment = moment
        self.versions = versions
        lines = entries.map { Line($0, at: moment, within: span, next: next) }
            .sorted { one, other in
                (one.urgency, one.entry.reference) < (other.urgency, other.entry.reference)
            }
    }

    /// 0, 1 or 2, or 78 if the only expired or invalid tokens belong to another app.
    ///
    /// An unknown expiry is shown, but is not a failure.
    var status: ExitStatus {
        let unusable = lines.filter { $0.status == .expired || $0.status == .invalid }
        if unusable.contains(where: { !ofOtherApps.contains($0.entry.reference) }) {
            return .tokenRefused
        }
        if !unusable.isEmpty { return .configuration }
        return lines.contains { $0.status == .expiring } ? .expiring : .done
    }

    /// The report as a JSON document.
    var json: CheckDocument {
        var document = CheckDocument(versions: versions)
        for line in lines { document.add(line) }
        return document
    }

    /// Returns a table with a row for each token and a bar for the time left.
    func table(in world: World) -> String {
        guard !lines.isEmpty else { return "no tokens in the vault\n" }
        let time = TimeText(now: moment, in: world)
        var table = Table(columns: [
            Table.Column(title: "STATUS", paint: ANSIStyle(forOutputOf: world).status),
            Table.Column(title: "ENTRY"),
            Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "TIME LEFT", canGo: true),
            Table.Column(title: "EXPIRES", canShrink: true),
            Table.Column(title: "DATA ACCESS", canShrink: true, canGo: true),
        ])
        for line in lines {
            let metadata = line.entry.metadata
            let bar = RemainingLifeBar(line.entry, status: line.status, at: moment)
            table.rows.append([
                line.status.rawValue, line.entry.reference.description, metadata.name ?? "",
                bar.text, time.text(metadata.expiresAt), time.text(metadata.dataAccessExpiresAt),
            ])
        }
        let all =
            table.lines(width: world.terminal.outputColumns())
            + EntryWords.reasons(lines.map(\.entry), in: world)
            + lines.compactMap(\.deadline)
        return all.joined(separator: "\n") + "\n"
    }
}
