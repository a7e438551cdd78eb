import Entries
package import Graph
package import Vault

extension Metadata {
    /// Whether Meta has confirmed that the stored token is valid and the entry's own.
    var isConfirmed: Bool {
        guard validity == .valid, let checkedAt, let since = changedAt ?? addedAt else {
            return false
        }
        return checkedAt >= since
    }

    /// Updates the metadata of `reference` with the result of `debug_token`, obtained at `now`.
    ///
    /// If the token is someone else's, only the mismatch is recorded and returned.
    @discardableResult
    mutating func update(
        from inspection: TokenInspection, of reference: Reference, at now: Timestamp
    ) -> TokenMismatch? {
        checkedAt = now
        if let mismatch = TokenMismatch(
            inspection, of: reference, app: app?.id ?? inspection.viewingAppID)
        {
            validity = .invalid(reason: mismatch.reason)
            return mismatch
        }
        adopt(inspection)
        return nil
    }

    /// Updates the metadata with the result of `debug_token` without checking the owner.
    package mutating func adopt(_ inspection: TokenInspection) {
        validity = inspection.isValid ? .valid : .invalid(reason: Self.reason(inspection))
        if let end = inspection.expiresAt { expiresAt = Self.expiry(end) }
        if let end = inspection.dataAccessExpiresAt { dataAccessExpiresAt = Self.expiry(end) }
        app = inspection.appID.flatMap { Reference(.app, $0) } ?? app
        // For a dead token, Meta may report less than is known. Every token has at least one scope.
        if inspection.isValid, let scopes = inspection.scopes, !scopes.isEmpty {
            self.scopes = scopes
        }
        // Meta does not report whether this is a system user, so keep a known user with this ID.
        if inspection.type == "PAGE", let id = inspection.userID, user?.id != id {
            user = Reference(.user, id) ?? user
        }
    }

    /// Returns the expiry for a Unix time from the Graph API, where 0 means never.
    private static func expiry(_ seconds: Int64) -> Expiry {
        seconds == 0 ? .never : .at(Timestamp(seconds))
    }

    private static func reason(_ inspection: TokenInspection) -> String {
        guard let refusal = inspection.refusal else { return "Meta reports it as invalid" }
        if refusal.code == 0 { return "Meta says: \(refusal.message)" }
        return refusal.message.isEmpty
            ? "Meta's error \(refusal.number)"
            : "Meta's error \(refusal.number): \(refusal.message)"
    }
}

extension EntryChange {
    /// Creates a change that updates the metadata of `entry` with the result of `debug_token`.
    ///
    /// It does nothing if another process has replaced the token in the meantime.
    init(updatingFrom inspection: TokenInspection, of entry: Entry, at now: Timestamp) {
        self.init(describing: entry) { $0.update(from: inspection, of: entry.reference, at: now) }
    }

    /// Creates a change of the metadata of `entry`.
    ///
    /// It does nothing if another process has replaced the token in the meantime.
    init(describing entry: Entry, _ change: @escaping (inout Metadata) -> Void) {
        self.init(entry.reference) { old in
            guard var metadata = old, metadata.changedAt == entry.metadata.changedAt else {
                return .keep
            }
            change(&metadata)
            return .describe(metadata)
        }
    }
}

extension TokenInspection {
    /// Whether Meta reports the token as dead, for a reason that cannot be undone.
    var isDead: Bool { !isValid && refusal?.classification.isDeadToken == true }
}
