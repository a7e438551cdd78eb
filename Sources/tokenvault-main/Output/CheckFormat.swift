import ArgumentParser
import Console
import Entries
import Vault

/// The output formats of `check`.
enum CheckFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case prometheus

    /// Prints entries that are in memory, and returns the report.
    func print(
        _ entries: [Entry], _ context: CheckReport.Context, ofOtherApps: Set<Reference> = [],
        in world: World
    ) throws -> CheckReport {
        var report = CheckReport(
            context, ofOtherApps: ofOtherApps, hasTable: self == .table, in: world)
        let lines = entries.map { report.line(StoredEntry($0)) }.sorted { one, other in
            (one.urgency, one.entry.reference) < (other.urgency, other.entry.reference)
        }
        for line in lines { report.add(line, in: world) }
        try print(report, in: world) { print in
            for line in lines { try print(line) }
        }
        return report
    }

    /// Prints the tokens of a vault that `isChecked` selects, after all have been authenticated, and
    /// returns the report.
    func print(
        _ vault: borrowing VaultReader, _ context: CheckReport.Context, in world: World,
        where isChecked: (Reference) -> Bool
    ) throws -> CheckReport {
        var report = CheckReport(context, hasTable: self == .table, in: world)
        var order = UrgencyOrder()
        try vault.forEachStoredEntry { entry, position in
            guard isChecked(entry.reference) else { return }
            let line = report.line(entry)
            report.add(line, in: world)
            order.add(entry, at: position, urgency: line.urgency)
        }
        order.sort()
        try print(report, in: world) { print in
            try order.forEachEntry(in: vault) { try print(report.line($0)) }
        }
        return report
    }

    private func print(
        _ report: CheckReport, in world: World, _ lines: CheckReport.Lines
    ) throws {
        switch self {
        case .table: try report.printTable(lines, in: world)
        case .json: try report.printJSON(lines, in: world)
        case .prometheus: try report.printPrometheus(lines, now: world.now(), in: world)
        }
    }
}
