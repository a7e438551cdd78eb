import Vault

/// What is said of an entry to a person.
enum EntryWords {
    /// Why a token does not serve.
    static func whyNot(_ entry: Entry, status: EntryStatus, now: Timestamp) -> String {
        let metadata = entry.metadata
        if status == .invalid {
            let reason = metadata.reason.map { ": \(DisplayText.clean($0))" } ?? ""
            return "\(entry.reference) is not valid\(reason)"
        }
        if case .at(let end) = metadata.expiresAt, end <= now {
            return "\(entry.reference) has expired, \(TimeText.distance(to: end, from: now))"
        }
        guard case .at(let end) = metadata.dataAccessExpiresAt else {
            return "\(entry.reference) has expired"
        }
        return "the data access of \(entry.reference) has expired, "
            + TimeText.distance(to: end, from: now)
    }

    /// Why entries are not valid, or may not be: a line each.
    static func reasons(_ entries: [Entry], in world: World) -> [String] {
        entries.filter { !$0.metadata.isSuspect }.compactMap { entry in
            entry.metadata.reason.map { "\(entry.reference): \(DisplayText.clean($0))" }
        } + suspicions(entries, in: world)
    }

    /// Which entries may be dead and why, a line for all of the same origin, with what tells.
    static func suspicions(_ entries: [Entry], in world: World) -> [String] {
        let suspects = Dictionary(grouping: entries.filter(\.metadata.isSuspect)) {
            $0.metadata.reason ?? ""
        }
        return suspects.sorted { $0.key < $1.key }.map { reason, entries in
            let first = entries[0].reference
            let others = entries.count > 1 ? " and \(entries.count - 1) more" : ""
            let which = entries.count > 1 ? "" : " \(first)"
            return "\(first)\(others): \(DisplayText.clean(reason)); "
                + "Meta knows: \(world.command("tokenvault check --online\(which)"))"
        }
    }
}
