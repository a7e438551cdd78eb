import Vault

/// Which of two people's tokens for the same page a vault keeps: the one that can do more.
enum PageRivalry {
    /// Whether the stored token of a page, described by `old`, stays in spite of another person's, of
    /// which `tasks` and `expiry` are known.
    static func keeps(_ old: Metadata, over tasks: [String]?, expiry: Expiry, at now: Timestamp)
        -> Bool
    {
        let isAlive =
            old.valid != false && !old.isSuspect && !old.expiresAt.isOver(at: now)
            && !old.dataAccessExpiresAt.isOver(at: now)
        guard isAlive else { return false }
        let (lasts, ends) = (old.expiresAt.outlasts(expiry), expiry.outlasts(old.expiresAt))
        // What ends soon is worth little, whatever it can do.
        let endsSoon = { (end: Expiry) in end.isOver(at: now + EntryStatus.defaultSpan) }
        if ends, endsSoon(old.expiresAt) { return false }
        if lasts, endsSoon(expiry) { return true }
        if let had = old.tasks.map(abilities), let has = tasks.map(abilities), had != has {
            if had.isSuperset(of: has) { return true }
            if has.isSuperset(of: had) { return false }
            if had.count != has.count { return had.count > has.count }
        }
        return lasts
    }

    /// What tasks amount to: those of the new Pages experience have other names.
    private static func abilities(_ tasks: [String]) -> Set<String> {
        let prefix = "PROFILE_PLUS_"
        var abilities = Set(
            tasks.map { task in
                let name = task.uppercased()
                return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
            })
        if abilities.remove("FULL_CONTROL") != nil {
            abilities.formUnion([
                "ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE",
            ])
        }
        return abilities
    }
}
