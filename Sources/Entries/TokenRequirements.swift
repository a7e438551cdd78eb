package import Vault

/// What a token must be like before it is used.
package struct TokenRequirements {
    /// Seconds that it must live on.
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

    /// How a token falls short.
    package enum Shortcoming {
        case invalid
        /// Its time is over, for so many seconds if that is known.
        case expired(secondsAgo: Int64?)
        case dataAccessExpired(secondsAgo: Int64)
        case lacksScope
        case unknownScopes
        case unknownExpiry
        case expiresTooSoon
    }

    /// Throws ``EntryError/unfit(_:_:renewal:)`` if the token does not serve.
    package func check(_ entry: Entry, in vault: borrowing VaultReader, now: Timestamp) throws {
        guard let shortcoming = shortcoming(of: entry, at: now) else { return }
        throw EntryError.unfit(
            entry, shortcoming, renewal: try NextStep(in: vault).renewal(of: entry))
    }

    private func shortcoming(of entry: Entry, at now: Timestamp) -> Shortcoming? {
        switch EntryStatus(entry, at: now) {
        case .invalid where !allowExpired: return .invalid
        case .expired where !allowExpired: return Self.end(of: entry.metadata, at: now)
        default: break
        }
        for scope in requiredScopes where entry.metadata.scopes?.contains(scope) != true {
            return entry.metadata.scopes == nil ? .unknownScopes : .lacksScope
        }
        guard let validFor, entry.reference.kind.isToken else { return nil }
        if entry.metadata.expiresAt == .unknown { return .unknownExpiry }
        return EntryStatus(entry, at: now, within: validFor) == .ok ? nil : .expiresTooSoon
    }

    /// Which of both clocks has run out.
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
