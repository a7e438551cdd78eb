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
}

/// The entries that are unverified, grouped by the reason.
struct UnverifiedEntries {
    private var groups: [String: (first: Reference, urgency: Int64, count: Int)] = [:]

    /// Adds an entry if it is unverified; the first one with the lowest urgency is named.
    mutating func add(_ reference: Reference, _ validity: TokenValidity, urgency: Int64 = 0) {
        guard case .unverified(let reason) = validity else { return }
        var group = groups[reason] ?? (reference, urgency, 0)
        group.count += 1
        if urgency < group.urgency { (group.first, group.urgency) = (reference, urgency) }
        groups[reason] = group
    }

    /// Returns a line for each reason, with a command that checks its entries.
    func lines(in world: World) -> [String] {
        groups.sorted { $0.key < $1.key }.map { reason, group in
            let others = group.count > 1 ? " and \(group.count - 1) more" : ""
            let argument = group.count > 1 ? "" : " \(group.first)"
            return "\(group.first)\(others): \(DisplayText.clean(reason)); "
                + "run `\(world.command("tokenvault check --online\(argument)"))` to find out"
        }
    }
}
