import Entries
import Vault

extension Removal {
    /// The question to ask before the removal.
    var question: String {
        let list = Self.list(references)
        return consequence.map { "\($0). Remove \(list) anyway?" } ?? "Remove \(list)?"
    }

    /// Which entries depend on the removed ones, or `nil` if there are none.
    var consequence: String? {
        guard !dependents.isEmpty else { return nil }
        let verb = dependents.count == 1 ? "depends" : "depend"
        return "\(Self.list(dependents)) \(verb) on \(Self.list(references))"
    }

    private static func list(_ references: [Reference]) -> String {
        let shown = references.count > 4 ? references.prefix(3) : references[...]
        let rest = references.count - shown.count
        return shown.map(\.description).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }
}
