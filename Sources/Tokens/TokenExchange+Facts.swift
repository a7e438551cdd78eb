import Entries
import Graph
import Sodium
import Vault

extension TokenExchange {
    /// What Meta says of a new token.
    private struct Facts {
        var inspection: TokenInspection?
        var identity: Identity?
        /// Why not all could be asked.
        var failure: GraphRequestError?

        /// Whose the token is.
        ///
        /// `me` answers a system user's and a page's token too, with nothing that tells them from a user's:
        /// it alone counts where there is no app secret to ask more with.
        func owner(kind: Reference.Kind, hasAppSecret: Bool) -> Reference? {
            if inspection == nil, hasAppSecret { return nil }
            if let owner = inspection?.owner { return owner }
            let isSystemUser = inspection?.type == "SYSTEM_USER" || kind == .system
            return identity.flatMap { Reference(isSystemUser ? .system : .user, $0.id) }
        }

        /// `metadata` of the entry `reference` with what is known now, and whether it is not its own.
        func added(
            to metadata: Metadata, of reference: Reference, at now: Timestamp
        ) -> (metadata: Metadata, mismatch: TokenMismatch?) {
            var metadata = metadata
            let mismatch = inspection.flatMap { metadata.update(from: $0, of: reference, at: now) }
            if mismatch == nil { metadata.update(name: identity?.name) }
            return (metadata, mismatch)
        }
    }

    /// Asks what the new token is and whose, and saves the answers with it.
    ///
    /// `expected` is whose the token is that it was exchanged for, if that is known.
    func identify(
        _ stored: Entry, _ token: SharedSecret, expecting expected: Reference? = nil
    ) async throws -> ExchangeResult {
        let facts = await ask(about: token)
        // What Meta does not accept takes no living one's place.
        let isRefused = facts.inspection?.isValid == false
        let asked = stored
        var stored = stored
        if stored.reference.kind != .pending,
            facts.inspection.flatMap({ TokenMismatch($0, of: stored.reference, app: app.id) })
                != nil
        {
            stored = try setAside(stored, token)
        }
        let named = facts.owner(kind: stored.reference.kind, hasAppSecret: credentials != nil)
        let mismatch = facts.inspection.flatMap { TokenMismatch($0, of: named, app: app.id) }
        // Of another app's token nothing is known but that.
        let owner = isRefused || mismatch?.isOfOtherApp == true ? nil : named
        if stored.reference.kind == .pending, owner != expected {
            try await approve(owner, of: token, pending: stored)
        }
        var result: ExchangeResult
        do {
            result = try save(facts, of: stored, owner: owner, token: token)
        } catch {
            throw ExchangeError.answersNotSaved(
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
                throw ExchangeError.ownerNotAsked(
                    stored: reference, because: failure, next: next.resume(for: app))
            }
            result.warnings.append(.incomplete(because: failure))
        } else if reference.kind == .pending {
            throw ExchangeError.ownerUnknown(stored: reference, next: next.inspect(reference))
        } else if result.mismatch == nil, let owner, owner != expected ?? reference {
            let isGone = stored.reference != asked.reference
            result.warnings.append(
                .ofOther(owner: owner, emptied: isGone ? asked.reference : nil))
            if expected != nil { result.isOfOther = true }
        }
        return result
    }

    /// That Meta does not accept the token of `entry`: for good, or until the person has settled something.
    private func refusal(of entry: Entry, isDead: Bool) -> ExchangeError {
        let reference = entry.reference
        let reason = entry.metadata.reason ?? ""
        return isDead
            ? .dead(stored: reference, reason: reason)
            : .notAccepted(stored: reference, reason: reason, next: nextStep(for: reference))
    }

    /// What goes on with a token that is stored, though not everything about it.
    private func nextStep(for stored: Reference) -> CommandText {
        stored.kind == .pending ? next.resume(for: app) : next.check(stored)
    }

    private func ask(about token: SharedSecret) async -> Facts {
        var facts = Facts()
        do throws(GraphError) {
            facts.inspection = try await client.inspect(token, app: credentials)
        } catch {
            facts.failure = GraphRequestError(error, asking: question)
        }
        do throws(GraphError) {
            facts.identity = try await client.identity(of: token, appSecret: credentials?.secret)
        } catch {
            facts.failure = facts.failure ?? GraphRequestError(error, asking: question)
        }
        return facts
    }

    /// Saves what was learnt; a token whose owner has become known gets its name.
    private func save(
        _ facts: Facts, of stored: Entry, owner: Reference?, token: SharedSecret
    ) throws -> ExchangeResult {
        let now = now()
        let app = app
        var result = ExchangeResult(entry: stored)
        try vault.change { reader in
            // Another process may have stored another token meanwhile.
            let isThere = try reader.holds(token, as: stored.reference)
            guard stored.reference.kind == .pending, let owner else {
                return [
                    EntryChange(stored.reference) { old in
                        guard let old, isThere else { return .keep }
                        let (metadata, mismatch) = facts.added(
                            to: old, of: stored.reference, at: now)
                        result.entry.metadata = metadata
                        result.mismatch = mismatch
                        return .describe(metadata)
                    }
                ]
            }
            var metadata = stored.metadata
            metadata.user = nil
            let (known, mismatch) = facts.added(to: metadata, of: owner, at: now)
            result.mismatch = mismatch
            var changes = isThere ? [EntryChange(stored.reference) { _ in .remove }] : []
            changes.append(
                EntryChange(owner) { old in
                    if let old, old.isBetter(than: known, at: now) {
                        result.entry = Entry(reference: owner, metadata: old)
                        result.warnings.append(
                            .dropped(pending: stored.reference, owner: owner))
                        return .keep
                    }
                    if let old, old.valid != false, let other = old.app, other != app {
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
    /// Whether a token with this metadata is newer than one with `other`, alive and lasts longer.
    fileprivate func isBetter(than other: Metadata, at now: Timestamp) -> Bool {
        guard valid != false, !expiresAt.isOver(at: now), let changedAt else { return false }
        let isNewer = other.changedAt.map { changedAt.seconds > $0.seconds } ?? false
        return isNewer && !other.expiresAt.outlasts(expiresAt)
    }

    /// Takes over all that belongs to the secret of `other`.
    fileprivate mutating func take(over other: Metadata) {
        addedAt = addedAt ?? other.addedAt
        changedAt = other.changedAt
        checkedAt = other.checkedAt
        expiresAt = other.expiresAt
        dataAccessExpiresAt = other.dataAccessExpiresAt
        valid = other.valid
        reason = other.reason
        scopes = other.scopes
        user = other.user ?? user
        machineID = other.machineID ?? machineID
        update(name: other.name)
    }
}
