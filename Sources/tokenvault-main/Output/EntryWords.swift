import Console
import Entries
import Tokens
import Vault

/// What is said of an entry to a person.
enum EntryWords {
    /// Why entries are not valid, or may not be: a line each.
    static func reasons(_ entries: [Entry], in world: World) -> [String] {
        entries.filter { !$0.metadata.isUnverified }.compactMap { entry in
            entry.metadata.reason.map { "\(entry.reference): \(DisplayText.clean($0))" }
        } + unverified(entries, in: world)
    }

    /// Which entries may be dead and why, a line for all of the same origin, with what tells.
    static func unverified(_ entries: [Entry], in world: World) -> [String] {
        let unverified = Dictionary(grouping: entries.filter(\.metadata.isUnverified)) {
            $0.metadata.reason ?? ""
        }
        return unverified.sorted { $0.key < $1.key }.map { reason, entries in
            let first = entries[0].reference
            let others = entries.count > 1 ? " and \(entries.count - 1) more" : ""
            let which = entries.count > 1 ? "" : " \(first)"
            return "\(first)\(others): \(DisplayText.clean(reason)); "
                + "Meta knows: \(world.command("tokenvault check --online\(which)"))"
        }
    }
}
