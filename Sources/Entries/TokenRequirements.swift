package import Vault

/// Requirements that a token must meet before it is used.
package struct TokenRequirements {
    /// The number of seconds for which the token must remain valid.
    package var validFor: Int64?
    package var requiredScopes: [String] = []
    package var allowExpired = false

    package init(
        validFor: Int64? = nil, requiredScopes: [String] = [], allowExpired: Bool = false
    ) {
        self.validFor = validFor
        self.requiredScopes = requiredScopes
        self.allowExpired = allowExpired
    }

    /// The requirement that a token does not meet.
    package enum Shortcoming {
        case invalid
        /// It has expired, this many seconds ago if that is known.
        case expired(secondsAgo: Int64?)
        case dataAccessExpired(secondsAgo: Int64)
        case lacksScope
        case unknownScopes
        /// It is not an access token.
        case withoutScopes
        case unknownExpiry
        case expiresTooSoon
    }

    /// Checks the token of `entry`.
    ///
    /// - Throws: ``EntryError/unfit(_:_:renewal:)`` if it does not meet the requirements.
    package func check(_ entry: Entry, in vault: borrowing VaultReader, now: Timestamp) throws {
        guard let shortcoming = shortcoming(of: entry, at: now) else { return }
        throw EntryError.unfit(
            entry, shortcoming,
            renewal: try NextStep(in: vault).renewal(of: entry, isAlive: entry.isAlive(at: now)))
    }

    private func shortcoming(of entry: Entry, at now: Timestamp) -> Shortcoming? {
        switch EntryStatus(entry, at: now) {
        case .invalid where !allowExpired: return .invalid
        case .expired where !allowExpired: return Self.end(of: entry.metadata, at: now)
        default: break
        }
        for scope in requiredScopes where entry.metadata.scopes?.contains(scope) != true {
            if !entry.reference.kind.isToken { return .withoutScopes }
            return entry.metadata.scopes == nil ? .unknownScopes : .lacksScope
        }
        guard let validFor, entry.reference.kind.isToken else { return nil }
        if entry.metadata.expiresAt == .unknown { return .unknownExpiry }
        return EntryStatus(entry, at: now, within: validFor) == .ok ? nil : .expiresTooSoon
    }

    /// Returns which of the two has expired, the token itself or its data access.
    private static func end(of metadata: Metadata, at now: Timestamp) -> Shortcoming {
        if case .at(let end) = metadata.expiresAt, end <= now {
            return .expired(secondsAgo: now.seconds - end.seconds)
        }
        guard case .at(let end) = metadata.dataAccessExpiresAt else {
            return .expired(secondsAgo: nil)
        }
        return .dataAccessExpired(secondsAgo: max(0, now.seconds - end.seconds))
    }
}
