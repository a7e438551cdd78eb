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

/// An entry as it is stored, for commands that go through all of them.
package struct StoredEntry: Sendable {
    package let reference: Reference
    package let metadata: StoredMetadata

    package init(_ entry: Entry) {
        reference = entry.reference
        metadata = StoredMetadata(entry.metadata)
    }

    package init(_ record: borrowing Record) throws {
        reference = record.reference
        metadata = try record.storedMetadata()
    }

    /// The entry with all its values decoded.
    package var decoded: Entry { Entry(reference: reference, metadata: Metadata(metadata)) }
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
        let metadata = entry.metadata
        self.init(
            entry.reference, metadata.validity, end: metadata.expiresAt,
            endOfDataAccess: metadata.dataAccessExpiresAt, at: now, within: span)
    }

    package init(_ entry: StoredEntry, at now: Timestamp, within span: Int64 = defaultSpan) {
        self.init(
            entry.reference, entry.metadata.validity, end: entry.metadata.expiresAt,
            endOfDataAccess: entry.metadata.dataAccessExpiresAt, at: now, within: span)
    }

    private init(
        _ reference: Reference, _ validity: TokenValidity, end: Expiry, endOfDataAccess: Expiry,
        at now: Timestamp, within span: Int64
    ) {
        if validity.isInvalid {
            self = .invalid
        } else if end.isOver(at: now) || endOfDataAccess.isOver(at: now) {
            self = .expired
        } else if end.isOver(at: now + span) || endOfDataAccess.isOver(at: now + span) {
            self = .expiring
        } else if end == .unknown, reference.kind.isToken {
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
    package func forEachEntry(_ body: (Entry) throws -> Void) throws {
        try forEachStoredEntry { entry, _ in try body(entry.decoded) }
    }

    /// Calls `body` with each entry as it is stored and its position, as `forEachRecord` does.
    ///
    /// Passes over hidden records.
    package func forEachStoredEntry(
        from start: PayloadPosition = .start, _ body: (StoredEntry, PayloadPosition) throws -> Void
    ) throws {
        try forEachRecord(from: start) { record in
            if record.reference.isHidden { return }
            try body(StoredEntry(record), record.position)
        }
    }

    /// Returns an entry and its secret.
    package func entry(_ reference: Reference) throws -> (entry: Entry, secret: SharedSecret) {
        let (entry, secret) = try storedEntry(reference)
        return (entry.decoded, secret)
    }

    /// Returns an entry as it is stored, and its secret.
    package func storedEntry(
        _ reference: Reference
    ) throws -> (entry: StoredEntry, secret: SharedSecret) {
        do {
            return try stored(reference)
        } catch VaultError.noEntry {
            throw try notFound(reference)
        }
    }

    /// Returns an entry and its secret, or `nil` if there is no such entry.
    package func entryIfAny(_ reference: Reference) throws -> (entry: Entry, secret: SharedSecret)?
    {
        do {
            let (entry, secret) = try stored(reference)
            return (entry.decoded, secret)
        } catch VaultError.noEntry {
            return nil
        }
    }

    private func stored(
        _ reference: Reference
    ) throws -> (entry: StoredEntry, secret: SharedSecret) {
        try withRecord(reference) { record in
            (try StoredEntry(record), SharedSecret(record.withSecret { Secret(copying: $0) }))
        }
    }
}
