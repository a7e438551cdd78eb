import Entries
import Vault

/// The words about what is to be removed.
extension Removal {
    /// What to ask beforehand.
    var question: String {
        let subject = "Remove \(Self.list(references))?"
        return consequence.map { "\($0). \(subject)" } ?? subject
    }

    /// What the others lose; nil where there are none.
    var consequence: String? {
        guard !dependents.isEmpty else { return nil }
        let verb = dependents.count == 1 ? "hangs" : "hang"
        return "\(Self.list(dependents)) \(verb) on what is removed"
    }

    private static func list(_ references: [Reference]) -> String {
        let shown = references.count > 4 ? references.prefix(3) : references[...]
        let rest = references.count - shown.count
        return shown.map(\.description).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }
}
