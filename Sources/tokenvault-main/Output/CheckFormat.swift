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

    /// Prints a report on a vault, whose lines are read again in `order`.
    func print(
        _ report: CheckReport, _ order: UrgencyOrder, of vault: borrowing VaultReader,
        in world: World
    ) throws {
        try print(report, in: world) { print in
            try order.forEachEntry(in: vault) { try print(report.line($0)) }
        }
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
