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

    /// The command that gets a new one.
    static func renewal(of reference: Reference) -> String {
        reference.kind == .page ? "tokenvault pages" : "tokenvault exchange"
    }
}
