import Console
import Entries
import Tokens
import Vault

/// Explanations of entries for people.
enum EntryWords {
    /// Returns the Instagram account that is linked to a page, or `nil` without one.
    static func instagram(_ metadata: Metadata) -> String? {
        guard let id = metadata.instagramID else { return nil }
        return metadata.instagramUsername.map { "\($0) (\(id))" } ?? id
    }

    /// Returns a line for each entry that is invalid or unverified, with the reason.
    static func reasons(_ entries: [Entry], in world: World) -> [String] {
        entries.filter { !$0.metadata.validity.isUnverified }.compactMap { entry in
            entry.metadata.validity.reason.map { "\(entry.reference): \(DisplayText.clean($0))" }
        } + unverified(entries, in: world)
    }

    /// Returns a line for each reason why entries are unverified, with a command that checks them.
    static func unverified(_ entries: [Entry], in world: World) -> [String] {
        let unverified = Dictionary(grouping: entries.filter(\.metadata.validity.isUnverified)) {
            $0.metadata.validity.reason ?? ""
        }
        return unverified.sorted { $0.key < $1.key }.map { reason, entries in
            let first = entries[0].reference
            let others = entries.count > 1 ? " and \(entries.count - 1) more" : ""
            let argument = entries.count > 1 ? "" : " \(first)"
            return "\(first)\(others): \(DisplayText.clean(reason)); "
                + "run `\(world.command("tokenvault check --online\(argument)"))` to find out"
        }
    }
}
