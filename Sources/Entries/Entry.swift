package import Sodium
package import Vault

/// An entry of a vault without its secret.
package struct Entry: Sendable {
    package let reference: Reference
    package var metadata: Metadata

    package init(reference: Reference, metadata: Metadata) {
        self.reference = reference
        self.metadata = metadata
    }
}

extension Entry {
    /// Returns whether the token is neither expired nor known to be invalid.
    package func isAlive(at now: Timestamp) -> Bool {
        ![.invalid, .expired].contains(EntryStatus(self, at: now))
    }

    /// Returns whether the token belongs to the same user and app as that of `user`, so that both
    /// become invalid together.
    package func endsWith(_ user: Entry) -> Bool {
        let isTheirs =
            reference.kind == .user && reference.id == user.reference.id
            || metadata.user == user.reference && reference.kind.isToken
        let apps = Set([metadata.app, user.metadata.app].compactMap { $0 })
        return isTheirs && apps.count < 2
    }
}

extension Expiry {
    /// Returns whether this expiry is later than `other`.
    ///
    /// A known expiry counts as later than an unknown one.
    package func outlasts(_ other: Expiry) -> Bool {
        switch (self, other) {
        case (.unknown, _), (_, .never): false
        case (_, .unknown), (.never, _): true
        case (.at(let end), .at(let otherEnd)): end.seconds > otherEnd.seconds
        }
    }
}

/// The status of an entry at a given time, according to both its expiry and its data access.
package enum EntryStatus: String {
    case ok
    case expiring
    case expired
    case invalid
    case unknown

    /// The default time within which a token counts as expiring: 14 days, in seconds.
    package static let defaultSpan: Int64 = 14 * 86_400

    package init(_ entry: Entry, at now: Timestamp, within span: Int64 = defaultSpan) {
        let end = entry.metadata.expiresAt
        let endOfDataAccess = entry.metadata.dataAccessExpiresAt
        if entry.metadata.validity.isInvalid {
            self = .invalid
        } else if end.isOver(at: now) || endOfDataAccess.isOver(at: now) {
            self = .expired
        } else if end.isOver(at: now + span) || endOfDataAccess.isOver(at: now + span) {
            self = .expiring
        } else if entry.reference.kind.isToken, entry.metadata.expiresAt == .unknown {
            self = .unknown
        } else {
            self = .ok
        }
    }
}

extension VaultReader {
    /// Returns all entries, in the order of their references.
    package func entries() throws -> [Entry] {
        var entries: [Entry] = []
        try forEachEntry { entries.append($0) }
        return entries
    }

    /// Calls `body` with each entry, in the order of their references, as `forEachRecord` does.
    ///
    /// Passes over hidden records.
    package func forEachEntry(_ body: (Entry) throws -> Void) throws {
        try forEachRecord { record in
            if record.reference.isHidden { return }
            try body(Entry(reference: record.reference, metadata: try record.metadata()))
        }
    }

    /// Returns an entry and its secret.
    package func entry(_ reference: Reference) throws -> (entry: Entry, secret: SharedSecret) {
        guard let found = try entryIfAny(reference) else { throw try notFound(reference) }
        return found
    }

    /// Returns an entry and its secret, or `nil` if there is no such entry.
    package func entryIfAny(_ reference: Reference) throws -> (entry: Entry, secret: SharedSecret)?
    {
        do {
            return try stored(reference)
        } catch VaultError.noEntry {
            return nil
        }
    }

    private func stored(_ reference: Reference) throws -> (entry: Entry, secret: SharedSecret) {
        try withRecord(reference) { record in
            (
                Entry(reference: reference, metadata: try record.metadata()),
                SharedSecret(record.withSecret { Secret(copying: $0) })
            )
        }
    }
}
