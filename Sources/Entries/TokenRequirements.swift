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
    package func check(
        _ entry: StoredEntry, in vault: borrowing VaultReader, now: Timestamp
    ) throws {
        guard let shortcoming = shortcoming(of: entry, at: now) else { return }
        let unfit = entry.decoded
        throw EntryError.unfit(
            unfit, shortcoming,
            renewal: try NextStep(in: vault).renewal(of: unfit, isAlive: unfit.isAlive(at: now)))
    }

    private func shortcoming(of entry: StoredEntry, at now: Timestamp) -> Shortcoming? {
        switch EntryStatus(entry, at: now) {
        case .invalid where !allowExpired: return .invalid
        case .expired where !allowExpired: return Self.end(of: entry.metadata, at: now)
        default: break
        }
        if !requiredScopes.isEmpty {
            let scopes = entry.metadata.strings(.scopes)
            if !requiredScopes.allSatisfy({ scopes?.contains($0) == true }) {
                if !entry.reference.kind.isToken { return .withoutScopes }
                return scopes == nil ? .unknownScopes : .lacksScope
            }
        }
        guard let validFor, entry.reference.kind.isToken else { return nil }
        if entry.metadata.expiresAt == .unknown { return .unknownExpiry }
        return EntryStatus(entry, at: now, within: validFor) == .ok ? nil : .expiresTooSoon
    }

    /// Returns which of the two has expired, the token itself or its data access.
    private static func end(of metadata: StoredMetadata, at now: Timestamp) -> Shortcoming {
        if case .at(let end) = metadata.expiresAt, end <= now {
            return .expired(secondsAgo: now.seconds - end.seconds)
        }
        guard case .at(let end) = metadata.dataAccessExpiresAt else {
            return .expired(secondsAgo: nil)
        }
        return .dataAccessExpired(secondsAgo: max(0, now.seconds - end.seconds))
    }
}
