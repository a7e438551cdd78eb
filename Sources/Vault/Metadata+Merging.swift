extension Metadata {
    /// Returns what two copies of an entry know about its secret.
    ///
    /// What Meta said is taken as a whole: from this copy, to which it was said later, or from
    /// `earlier` if only that has learned anything since `base`. Everything else is merged member by
    /// member. The name remains that of this copy.
    ///
    /// - Parameter base: What both copies started from, if that is known.
    package func merging(earlier: Metadata, base: Metadata?) -> Metadata {
        let base = base ?? Metadata()
        var merged = self
        if MetaReport(self) == MetaReport(base) { MetaReport(earlier).store(in: &merged) }
        merged.fill(\.app, from: earlier, base)
        merged.fill(\.user, from: earlier, base)
        merged.fill(\.addedAt, from: earlier, base)
        merged.fill(\.changedAt, from: earlier, base)
        merged.fill(\.machineID, from: earlier, base)
        let filled = merged
        merged.mergeOthers(earlier, base)
        // Two copies within the limit can exceed it together.
        if merged.text.count <= Self.limit { return merged }
        return filled.text.count <= Self.limit ? filled : self
    }

    private mutating func fill<Value: Equatable>(
        _ member: WritableKeyPath<Metadata, Value>, from other: Metadata, _ base: Metadata
    ) {
        if self[keyPath: member] == base[keyPath: member] {
            self[keyPath: member] = other[keyPath: member]
        }
    }

    /// Merges the members that this version does not know.
    private mutating func mergeOthers(_ other: Metadata, _ base: Metadata) {
        var merged = others.compactMap { member in
            let isOld = base.others.contains(member)
            return isOld ? other.others.first { $0.key == member.key } : member
        }
        merged += other.others.filter { member in
            !others.contains { $0.key == member.key } && !base.others.contains(member)
        }
        if merged != others { others = merged }
    }
}

/// What Meta said about a token, at one time.
private struct MetaReport: Equatable {
    let category: String?
    let scopes: [String]?
    let tasks: [String]?
    let expiresAt: Expiry
    let dataAccessExpiresAt: Expiry
    let checkedAt: Timestamp?
    let valid: Bool?
    let reason: String?
    let instagramID: String?
    let instagramUsername: String?

    init(_ metadata: Metadata) {
        category = metadata.category
        scopes = metadata.scopes
        tasks = metadata.tasks
        expiresAt = metadata.expiresAt
        dataAccessExpiresAt = metadata.dataAccessExpiresAt
        checkedAt = metadata.checkedAt
        valid = metadata.valid
        reason = metadata.reason
        instagramID = metadata.instagramID
        instagramUsername = metadata.instagramUsername
    }

    func store(in metadata: inout Metadata) {
        metadata.category = category
        metadata.scopes = scopes
        metadata.tasks = tasks
        metadata.expiresAt = expiresAt
        metadata.dataAccessExpiresAt = dataAccessExpiresAt
        metadata.checkedAt = checkedAt
        metadata.valid = valid
        metadata.reason = reason
        metadata.instagramID = instagramID
        metadata.instagramUsername = instagramUsername
    }
}
