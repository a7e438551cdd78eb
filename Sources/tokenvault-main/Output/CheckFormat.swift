import ArgumentParser
import Console
import Entries
import Vault

/// The output formats of `check`.
enum CheckFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case prometheus

    /// Prints a report whose lines are in memory.
    func print(_ report: CheckReport, _ lines: [CheckReport.Line], in world: World) throws {
        try print(report, in: world) { print in
            for line in lines { try print(line) }
        }
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
