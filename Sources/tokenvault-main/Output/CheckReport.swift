import Console
import Entries
import Tokens
import Vault

/// What `check` found, judged as of one moment.
struct CheckReport {
    struct Line {
        let entry: Entry
        let status: EntryStatus
        /// First what is dead, then what ends first.
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

        /// A command that helps, or nil where nothing is wrong.
        var advice: CommandText? {
            switch status {
            case .ok where entry.metadata.isUnverified, .expiring where entry.metadata.isUnverified:
                next.check(entry.reference)
            case .ok: nil
            case .unknown: next.check(entry.reference)
            case .expiring, .expired, .invalid: next.renewal(of: entry)
            }
        }
    }

    let moment: Timestamp
    /// The most urgent first.
    let lines: [Line]
    /// Entries that hold a token of another app, as Meta has just said.
    var ofOtherApps: Set<Reference> = []

    init(entries: [Entry], at moment: Timestamp, within span: Int64, next: NextStep) {
        self.moment = moment
        lines = entries.map { Line($0, at: moment, within: span, next: next) }
            .sorted { one, other in
                (one.urgency, one.entry.reference) < (other.urgency, other.entry.reference)
            }
    }

    /// 0, 1 or 2, or 78 if nothing is dead but what belongs to another app.
    ///
    /// That an expiry is not known is shown and is no failure.
    var status: ExitStatus {
        let dead = lines.filter { $0.status == .expired || $0.status == .invalid }
        if dead.contains(where: { !ofOtherApps.contains($0.entry.reference) }) {
            return .tokenRefused
        }
        if !dead.isEmpty { return .configuration }
        return lines.contains { $0.status == .expiring } ? .expiring : .done
    }

    /// As a JSON document.
    var json: CheckDocument {
        var document = CheckDocument()
        for line in lines { document.add(line) }
        return document
    }

    /// A row for each token, with the life that is left as a bar.
    func table(in world: World) -> String {
        guard !lines.isEmpty else { return "no tokens stored\n" }
        let time = TimeText(now: moment, in: world)
        var table = Table(columns: [
            Table.Column(title: "STATUS", paint: ANSIStyle(forOutputOf: world).status),
            Table.Column(title: "ENTRY"),
            Table.Column(title: "NAME", canShrink: true, canGo: true),
            Table.Column(title: "LIFE LEFT", canGo: true),
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
        return all.joined(separator: "\n") + "\n"
    }
}
