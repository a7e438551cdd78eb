import Entries
package import Graph
package import Vault

extension Metadata {
    /// Whether Meta has called the token valid, and its entry's own, since it was stored.
    var isConfirmed: Bool {
        guard valid == true, let checkedAt, let since = changedAt ?? addedAt else { return false }
        return checkedAt >= since
    }

    /// Takes over what `debug_token` said at `now` of the token of `reference`.
    ///
    /// Of somebody else's token nothing is taken over but that it is one, which is returned.
    @discardableResult
    mutating func update(
        from inspection: TokenInspection, of reference: Reference, at now: Timestamp
    ) -> TokenMismatch? {
        checkedAt = now
        if let mismatch = TokenMismatch(
            inspection, of: reference, app: app?.id ?? inspection.viewingAppID)
        {
            valid = false
            reason = mismatch.reason
            return mismatch
        }
        adopt(inspection)
        return nil
    }

    /// Takes over what `debug_token` said of the token, whosever it is.
    package mutating func adopt(_ inspection: TokenInspection) {
        valid = inspection.isValid
        reason = inspection.isValid ? nil : Self.reason(inspection)
        if let end = inspection.expiresAt { expiresAt = Self.expiry(end) }
        if let end = inspection.dataAccessExpiresAt { dataAccessExpiresAt = Self.expiry(end) }
        app = inspection.appID.flatMap { Reference(.app, $0) } ?? app
        // Of a dead token Meta may tell less than is known, and a token without any scope does not exist.
        if inspection.isValid, let said = inspection.scopes, !said.isEmpty { scopes = said }
        // Of a system user Meta says no more than the number.
        if inspection.type == "PAGE", let id = inspection.userID, user?.id != id {
            user = Reference(.user, id) ?? user
        }
    }

    /// Unix time as Graph has it: 0 for never.
    private static func expiry(_ seconds: Int64) -> Expiry {
        seconds == 0 ? .never : .at(Timestamp(seconds))
    }

    private static func reason(_ inspection: TokenInspection) -> String {
        guard let refusal = inspection.refusal else { return "Meta says that it is not valid" }
        if refusal.code == 0 { return "Meta says: \(refusal.message)" }
        return refusal.message.isEmpty
            ? "Meta's error \(refusal.number)"
            : "Meta's error \(refusal.number): \(refusal.message)"
    }
}

extension EntryChange {
    /// Adds what `debug_token` said of the token of `entry` to what is stored by then, unless another
    /// process has replaced the token itself.
    init(updatingFrom inspection: TokenInspection, of entry: Entry, at now: Timestamp) {
        self.init(describing: entry) { $0.update(from: inspection, of: entry.reference, at: now) }
    }

    /// Changes what is said of `entry`, unless another process has replaced the token itself.
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
    /// Whether Meta calls the token dead, in one of the ways that no wait and nobody's doing undoes.
    var isDead: Bool { !isValid && refusal?.classification.isDeadToken == true }
}
