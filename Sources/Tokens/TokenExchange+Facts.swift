import Entries
import Graph
import Sodium
import Vault

extension TokenExchange {
    /// The information from Meta about a new token.
    private struct Facts {
        var inspection: TokenInspection?
        var identity: Identity?
        /// The reason why some of the information could not be requested.
        var failure: GraphRequestError?

        /// Returns the owner of the token.
        ///
        /// `me` also accepts tokens of system users and pages, and its response does not
        /// distinguish them from users. It is used alone only if there is no app secret for
        /// `debug_token`.
        func owner(kind: Reference.Kind, hasAppSecret: Bool) -> Reference? {
            if inspection == nil, hasAppSecret { return nil }
            if let owner = inspection?.owner { return owner }
            let isSystemUser = inspection?.type == "SYSTEM_USER" || kind == .system
            return identity.flatMap { Reference(isSystemUser ? .system : .user, $0.id) }
        }

        /// Returns `metadata` of the entry `reference` updated with these facts, and any mismatch.
        func merged(
            into metadata: Metadata, of reference: Reference, at now: Timestamp
        ) -> (metadata: Metadata, mismatch: TokenMismatch?) {
            var metadata = metadata
            let mismatch = inspection.flatMap { metadata.update(from: $0, of: reference, at: now) }
            if mismatch == nil { metadata.update(name: identity?.name) }
            return (metadata, mismatch)
        }
    }

    /// Requests the type and owner of the new token, and saves the information with it.
    ///
    /// `expected` is the owner of the token that was exchanged, if known.
    func identify(
        _ stored: Entry, _ token: SharedSecret, expecting expected: Reference? = nil
    ) async throws -> ExchangeResult {
        try requirePairing(stored, token)
        let facts = await requestFacts(about: token)
        // A token that Meta does not accept must not replace a valid one.
        let isRefused = facts.inspection?.isValid == false
        let original = stored
        var stored = stored
        if stored.reference.kind != .pending,
            facts.inspection.flatMap({ TokenMismatch($0, of: stored.reference, app: app.id) })
                != nil
        {
            stored = try setAside(stored, token)
        }
        let reported = facts.owner(kind: stored.reference.kind, hasAppSecret: credentials != nil)
        let mismatch = facts.inspection.flatMap { TokenMismatch($0, of: reported, app: app.id) }
        // For a token of another app, nothing else is known.
        let owner = isRefused || mismatch?.isOfOtherApp == true ? nil : reported
        if stored.reference.kind == .pending, owner != expected {
            try await approve(owner, of: token, pending: stored)
        }
        var result: ExchangeResult
        do {
            result = try save(facts, of: stored, owner: owner, token: token)
        } catch {
            throw ExchangeError.factsNotSaved(
                stored: stored.reference, because: error, next: nextStep(for: stored.reference))
        }
        let reference = result.entry.reference
        if isRefused { throw refusal(of: result.entry, isDead: facts.inspection?.isDead == true) }
        if reference.kind == .pending, let mismatch, mismatch.isOfOtherApp {
            throw ExchangeError.wrongApp(stored: reference, app: app, mismatch)
        }
        if let mismatch = result.mismatch {
            result.warnings.append(.wrongToken(WrongTokenError(reference, mismatch)))
        }
        if let failure = facts.failure {
            guard reference.kind != .pending else {
                throw ExchangeError.ownerUnavailable(
                    stored: reference, because: failure, next: next.resume(for: app))
            }
            result.warnings.append(.incomplete(because: failure))
        } else if reference.kind == .pending {
            throw ExchangeError.ownerUnknown(stored: reference, next: next.inspect(reference))
        } else if result.mismatch == nil, let owner, owner != expected ?? reference {
            let isGone = stored.reference != original.reference
            result.warnings.append(
                .ofOther(owner: owner, emptied: isGone ? original.reference : nil))
            if expected != nil { result.isOfOther = true }
        }
        return result
    }

    /// Moves a token that, according to Meta, is someone else's to a pending entry.
    func setAside(_ stored: Entry, _ token: SharedSecret) throws -> Entry {
        let now = now()
        var moved = stored
        try vault.change(waiting: UnlockedVault.waitForIssuedToken) { reader in
            moved = stored
            guard try reader.holds(token, as: stored.reference) else { return [] }
            let pending = Entry(
                reference: try reader.freePendingReference(at: now), metadata: stored.metadata)
            moved = pending
            return [
                EntryChange(stored.reference) { _ in .remove },
                EntryChange(pending.reference) { _ in .store(token, pending.metadata) },
            ]
        }
        return moved
    }

    /// Returns the error for a token that Meta does not accept.
    ///
    /// The token is either dead or not accepted until the user has resolved something.
    private func refusal(of entry: Entry, isDead: Bool) -> ExchangeError {
        let reference = entry.reference
        let reason = entry.metadata.validity.reason ?? ""
        return isDead
            ? .dead(stored: reference, reason: reason)
            : .notAccepted(stored: reference, reason: reason, next: nextStep(for: reference))
    }

    /// Returns the command that continues with a stored token whose information is incomplete.
    private func nextStep(for stored: Reference) -> CommandText {
        stored.kind == .pending ? next.resume(for: app) : next.check(stored)
    }

    private func requestFacts(about token: SharedSecret) async -> Facts {
        var facts = Facts()
        do throws(GraphError) {
            facts.inspection = try await client.inspect(token, app: credentials)
        } catch {
            facts.failure = GraphRequestError(error, in: context)
        }
        do throws(GraphError) {
            facts.identity = try await client.identity(of: token, appSecret: credentials?.secret)
        } catch {
            facts.failure = facts.failure ?? GraphRequestError(error, in: context)
        }
        return facts
    }

    /// Saves the facts; a pending token whose owner is now known moves to the owner's reference.
    private func save(
        _ facts: Facts, of stored: Entry, owner: Reference?, token: SharedSecret
    ) throws -> ExchangeResult {
        let now = now()
        let app = app
        var result = ExchangeResult(entry: stored)
        try vault.change { reader in
            // Another process may have stored another token in the meantime.
            let isStored = try reader.holds(token, as: stored.reference)
            guard stored.reference.kind == .pending, let owner else {
                return [
                    EntryChange(stored.reference) { old in
                        guard let old, isStored else { return .keep }
                        let (metadata, mismatch) = facts.merged(
                            into: old, of: stored.reference, at: now)
                        result.entry.metadata = metadata
                        result.mismatch = mismatch
                        return .describe(metadata)
                    }
                ]
            }
            var metadata = stored.metadata
            metadata.user = nil
            let (known, mismatch) = facts.merged(into: metadata, of: owner, at: now)
            result.mismatch = mismatch
            var changes = isStored ? [EntryChange(stored.reference) { _ in .remove }] : []
            changes.append(
                EntryChange(owner) { old in
                    if let old, old.isBetter(than: known, at: now) {
                        result.entry = Entry(reference: owner, metadata: old)
                        result.warnings.append(
                            .dropped(pending: stored.reference, owner: owner))
                        return .keep
                    }
                    if let old, !old.validity.isInvalid, let other = old.app, other != app {
                        result.warnings.append(.replaced(owner: owner, app: other))
                    }
                    var kept = old ?? Metadata()
                    kept.take(over: known)
                    kept.app = known.app ?? app
                    result.entry = Entry(reference: owner, metadata: kept)
                    return .store(token, kept)
                })
            return changes
        }
        return result
    }
}

extension Metadata {
    /// Returns whether a token with this metadata is valid, newer and lasts longer than `other`.
    func isBetter(than other: Metadata, at now: Timestamp) -> Bool {
        guard !validity.isInvalid, !expiresAt.isOver(at: now), let changedAt else { return false }
        let isNewer = other.changedAt.map { changedAt.seconds > $0.seconds } ?? false
        return isNewer && !other.expiresAt.outlasts(expiresAt)
    }

    /// Copies everything that belongs to the secret of `other`.
    mutating func take(over other: Metadata) {
        addedAt = addedAt ?? other.addedAt
        changedAt = other.changedAt
        checkedAt = other.checkedAt
        expiresAt = other.expiresAt
        dataAccessExpiresAt = other.dataAccessExpiresAt
        validity = other.validity
        scopes = other.scopes
        user = other.user ?? user
        machineID = other.machineID ?? machineID
        update(name: other.name)
    }
}
