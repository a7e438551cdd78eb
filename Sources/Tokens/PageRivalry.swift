import Entries
import Vault

/// Which of two people's tokens for the same page a vault keeps: the one that can do more.
enum PageRivalry {
    /// Whether the stored token of a page, described by `old`, stays in spite of another person's, of
    /// which `tasks`, `scopes` and `expiry` are known.
    static func keeps(
        _ old: Metadata, over tasks: [String]?, scopes: [String]?, expiry: Expiry,
        at now: Timestamp
    ) -> Bool {
        let isAlive =
            old.valid != false && !old.isUnverified && !old.expiresAt.isOver(at: now)
            && !old.dataAccessExpiresAt.isOver(at: now)
        guard isAlive else { return false }
        let (lasts, ends) = (old.expiresAt.outlasts(expiry), expiry.outlasts(old.expiresAt))
        // What ends soon is worth little, whatever it can do.
        let endsSoon = { (end: Expiry) in end.isOver(at: now + EntryStatus.defaultSpan) }
        if ends, endsSoon(old.expiresAt) { return false }
        if lasts, endsSoon(expiry) { return true }
        // Of a page that was asked for by number Meta does not say the tasks: what is known counts more.
        if old.tasks != nil, tasks == nil { return true }
        let byTasks = compareTasks(old.tasks.map(abilities), tasks.map(abilities))
        let byScopes = compareScopes(old.scopes.map(pageScopes), scopes.map(pageScopes))
        let differences = [byTasks, byScopes].filter { $0 != 0 }
        // Of a token that was added nobody has said what it may do: what is known counts more.
        if differences.isEmpty { return lasts || old.scopes != nil && scopes == nil }
        // Where one can do more here and the other there, what scripts rely on stays.
        return differences.contains { $0 > 0 }
    }

    /// The scopes that matter for a page; others, such as that of a person's e-mail address, do not.
    private static func pageScopes(_ scopes: [String]) -> Set<String> {
        let prefixes = [
            "pages_", "instagram_", "business_management", "leads_", "read_insights", "ads_",
            "catalog_", "publish_", "whatsapp_",
        ]
        return Set(scopes.filter { scope in prefixes.contains { scope.hasPrefix($0) } })
    }

    /// 1 if what was there is more than what comes, -1 if it is less, 0 if neither is known to be more:
    /// the most important task that only one of them has decides.
    private static func compareTasks(_ had: Set<String>?, _ has: Set<String>?) -> Int {
        guard let had, let has, had != has else { return 0 }
        if had.isSuperset(of: has) { return 1 }
        if has.isSuperset(of: had) { return -1 }
        let only = had.symmetricDifference(has)
        guard let task = ranks.first(where: only.contains) else { return 1 }
        return had.contains(task) ? 1 : -1
    }

    /// The same for scopes.
    ///
    /// All count equally; unless the new token has every old scope, the old one stays.
    private static func compareScopes(_ had: Set<String>?, _ has: Set<String>?) -> Int {
        guard let had, let has, had != has else { return 0 }
        return has.isSuperset(of: had) ? -1 : 1
    }

    /// Tasks, that which can do most first.
    private static let ranks = [
        "MANAGE", "CREATE_CONTENT", "MODERATE", "MESSAGING", "ADVERTISE", "ANALYZE",
    ]

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
