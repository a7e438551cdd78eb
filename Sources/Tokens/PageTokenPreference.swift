import Entries
import Vault

/// The choice between two users' tokens for one page: the vault keeps the one that can do more.
enum PageTokenPreference {
    /// Returns whether to keep the stored page token with the metadata `old`.
    ///
    /// The alternative is a token of another user with `tasks`, `scopes` and `expiry`.
    static func keeps(
        _ old: Metadata, over tasks: [String]?, scopes: [String]?, expiry: Expiry,
        at now: Timestamp
    ) -> Bool {
        let isAlive =
            !old.validity.isInvalid && !old.validity.isUnverified && !old.expiresAt.isOver(at: now)
            && !old.dataAccessExpiresAt.isOver(at: now)
        guard isAlive else { return false }
        let (lasts, ends) = (old.expiresAt.outlasts(expiry), expiry.outlasts(old.expiresAt))
        // A token that expires soon is worth little, whatever it can do.
        let endsSoon = { (end: Expiry) in end.isOver(at: now + EntryStatus.defaultSpan) }
        if ends, endsSoon(old.expiresAt) { return false }
        if lasts, endsSoon(expiry) { return true }
        // Meta does not return the tasks of a page requested by ID: prefer known tasks.
        if old.tasks != nil, tasks == nil { return true }
        let byTasks = compareTasks(old.tasks.map(abilities), tasks.map(abilities))
        let byScopes = compareScopes(old.scopes.map(pageScopes), scopes.map(pageScopes))
        let differences = [byTasks, byScopes].filter { $0 != 0 }
        // The scopes of a token added by hand are unknown: prefer known scopes.
        if differences.isEmpty { return lasts || old.scopes != nil && scopes == nil }
        // If each can do something that the other cannot, keep the token that scripts rely on.
        return differences.contains { $0 > 0 }
    }

    /// Returns the scopes that matter for a page; others, such as `email`, do not.
    private static func pageScopes(_ scopes: [String]) -> Set<String> {
        let prefixes = [
            "pages_", "instagram_", "business_management", "leads_", "read_insights", "ads_",
            "catalog_", "publish_", "whatsapp_",
        ]
        return Set(scopes.filter { scope in prefixes.contains { scope.hasPrefix($0) } })
    }

    /// Returns 1 if the old tasks are preferred, -1 if the new ones are, 0 if unknown or equal.
    ///
    /// The most important task that only one of them has decides.
    private static func compareTasks(_ had: Set<String>?, _ has: Set<String>?) -> Int {
        guard let had, let has, had != has else { return 0 }
        if had.isSuperset(of: has) { return 1 }
        if has.isSuperset(of: had) { return -1 }
        let only = had.symmetricDifference(has)
        guard let task = ranks.first(where: only.contains) else { return 1 }
        return had.contains(task) ? 1 : -1
    }

    /// Returns 1 if the old scopes are preferred, -1 if the new ones are, 0 if unknown or equal.
    ///
    /// All scopes count equally: the new ones are preferred only if they include all old ones.
    private static func compareScopes(_ had: Set<String>?, _ has: Set<String>?) -> Int {
        guard let had, let has, had != has else { return 0 }
        return has.isSuperset(of: had) ? -1 : 1
    }

    /// The tasks, most powerful first.
    private static let ranks = [
        "MANAGE", "CREATE_CONTENT", "MODERATE", "MESSAGING", "ADVERTISE", "ANALYZE",
    ]

    /// Returns whether `tasks` allow everything on a page.
    static func canManage(_ tasks: [String]) -> Bool { abilities(tasks).contains("MANAGE") }

    /// Returns the tasks by their classic names, as those of the New Pages Experience differ.
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
