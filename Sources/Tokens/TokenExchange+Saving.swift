import Console
import Entries
import Graph
import Sodium
import Vault

// What Meta issued is on the disk before anything else is asked, and stays there whatever fails.
extension TokenExchange {
    /// Saves a new token, and removes the one that it was exchanged for.
    ///
    /// It has a name of its own while its owner is not known, or has a token that is alive: that is not given
    /// up for what Meta may call dead, or somebody else's, in a moment.
    func save(
        _ issued: IssuedToken, as owner: Reference?, expecting expected: Reference? = nil,
        replacing pending: (entry: Entry, token: SharedSecret)? = nil, machineID: String? = nil,
        otherwise remedy: String =
            "exchange again: the short-lived token is still good until it expires"
    ) throws -> Entry {
        let now = now()
        let app = app
        var stored: Entry?
        do {
            try vault.change(waiting: UnlockedVault.waitForIssuedToken) { reader in
                let old = try pending.flatMap { pending in
                    try reader.holds(pending.token, as: pending.entry.reference)
                        ? pending.entry.reference : nil
                }
                let isInUse = try owner.flatMap {
                    try reader.entryIfAny($0)?.entry.isAlive(at: now)
                }
                let name =
                    try (isInUse == true ? nil : owner) ?? old
                    ?? reader.freePendingReference(at: now)
                var changes = [
                    EntryChange(name) { old in
                        var metadata = (old ?? Metadata()).withNewSecret(at: now)
                        metadata.app = app
                        if name.kind == .pending { metadata.user = expected ?? metadata.user }
                        metadata.machineID = machineID ?? metadata.machineID
                        metadata.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
                        stored = Entry(reference: name, metadata: metadata)
                        return .store(issued.token, metadata)
                    }
                ]
                if let old, old != name { changes.append(EntryChange(old) { _ in .remove }) }
                return changes
            }
        } catch {
            let cause = Failure(error)
            throw Failure(
                cause.status,
                "Meta issued a new token but it could not be saved: \(cause.message); fix that and "
                    + remedy,
                hint: question.renewal)
        }
        guard let stored else { throw Failure(.internalFault, "no name for the new token") }
        return stored
    }

    /// What Meta says of a new token.
    private struct Facts {
        var inspection: TokenInspection?
        var identity: Identity?
        /// Why not all could be asked.
        var failure: Failure?

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
    ) async throws -> Outcome {
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
        var outcome: Outcome
        do {
            outcome = try save(facts, of: stored, owner: owner, token: token)
        } catch {
            let cause = Failure(error)
            throw Failure(
                cause.status,
                "the new token is stored as \(stored.reference), but what Meta says of it could not be "
                    + "saved: \(cause.message)",
                hint: stored.reference.kind == .pending
                    ? next.resume(for: app) : next.check(stored.reference))
        }
        let reference = outcome.entry.reference
        if isRefused { throw refusal(of: outcome.entry, isDead: facts.inspection?.isDead == true) }
        if reference.kind == .pending, let mismatch, mismatch.isOfOtherApp {
            throw Failure(
                mismatch.status,
                "the token stored as \(reference) does not belong to \(app): \(mismatch.reason)",
                hint: "tokenvault remove \(reference)")
        }
        if let mismatch = outcome.mismatch {
            outcome.warnings.append(Failure.mismatch(mismatch, of: reference).message)
        }
        if let failure = facts.failure {
            guard reference.kind != .pending else {
                throw Failure(
                    failure.status,
                    "the new token is stored as \(reference), but whose it is could not be asked: "
                        + "\(failure.message)",
                    hint: next.resume(for: app), kind: failure.kind, refusal: failure.refusal)
            }
            outcome.warnings.append(
                "the token is stored, but not all is known of it: \(failure.message)")
        } else if reference.kind == .pending {
            throw Failure(
                .invalidResponse,
                "the new token is stored as \(reference), but Meta does not say whose it is",
                hint: next.inspect(reference))
        } else if outcome.mismatch == nil, let owner, owner != expected ?? reference {
            let isGone = stored.reference != asked.reference
            outcome.warnings.append(
                "Meta says that the new token belongs to \(owner)"
                    + (isGone ? "; \(asked.reference) no longer has a token" : ""))
            if expected != nil { outcome.isOfOther = true }
        }
        return outcome
    }

    /// That Meta does not accept the token of `entry`: for good, or until the person has settled something.
    private func refusal(of entry: Entry, isDead: Bool) -> Failure {
        let reference = entry.reference
        let reason = entry.metadata.reason ?? ""
        guard !isDead else {
            return Failure(
                .tokenRefused, "the token stored as \(reference) is dead: \(reason)",
                hint: "tokenvault remove \(reference)")
        }
        return Failure(
            .tokenRefused,
            "the new token is stored as \(reference), but Meta does not accept it yet: \(reason)",
            hint: reference.kind == .pending ? next.resume(for: app) : next.check(reference))
    }

    /// Takes a token that Meta calls somebody else's out of the name under which it was saved.
    private func setAside(_ stored: Entry, _ token: SharedSecret) throws -> Entry {
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

    private func ask(about token: SharedSecret) async -> Facts {
        var facts = Facts()
        do throws(GraphError) {
            facts.inspection = try await client.inspect(token, app: credentials)
        } catch {
            facts.failure = Failure(error, asking: question)
        }
        do throws(GraphError) {
            facts.identity = try await client.identity(of: token, appSecret: credentials?.secret)
        } catch {
            facts.failure = facts.failure ?? Failure(error, asking: question)
        }
        return facts
    }

    /// Saves what was learnt; a token whose owner has become known gets its name.
    private func save(
        _ facts: Facts, of stored: Entry, owner: Reference?, token: SharedSecret
    ) throws -> Outcome {
        let now = now()
        let app = app
        var outcome = Outcome(entry: stored)
        try vault.change { reader in
            // Another process may have stored another token meanwhile.
            let isThere = try reader.holds(token, as: stored.reference)
            guard stored.reference.kind == .pending, let owner else {
                return [
                    EntryChange(stored.reference) { old in
                        guard let old, isThere else { return .keep }
                        let (metadata, mismatch) = facts.added(
                            to: old, of: stored.reference, at: now)
                        outcome.entry.metadata = metadata
                        outcome.mismatch = mismatch
                        return .describe(metadata)
                    }
                ]
            }
            var metadata = stored.metadata
            metadata.user = nil
            let (known, mismatch) = facts.added(to: metadata, of: owner, at: now)
            outcome.mismatch = mismatch
            var changes = isThere ? [EntryChange(stored.reference) { _ in .remove }] : []
            changes.append(
                EntryChange(owner) { old in
                    if let old, old.isBetter(than: known, at: now) {
                        outcome.entry = Entry(reference: owner, metadata: old)
                        outcome.warnings.append(
                            "\(owner) has a newer token that lasts longer; the one stored as "
                                + "\(stored.reference) was dropped")
                        return .keep
                    }
                    if let old, old.valid != false, let other = old.app, other != app {
                        outcome.warnings.append(
                            "the token of \(owner) was one for \(other) until now")
                    }
                    var kept = old ?? Metadata()
                    kept.take(over: known)
                    kept.app = known.app ?? app
                    outcome.entry = Entry(reference: owner, metadata: kept)
                    return .store(token, kept)
                })
            return changes
        }
        return outcome
    }
}

extension VaultReader {
    /// A name for a new token that has no other yet: the second in which it came or, if another token has
    /// that name, the next one that is free.
    func freePendingReference(at now: Timestamp) throws -> Reference {
        let taken = Set(try references(of: .pending).map(\.id))
        let first = max(1, now.seconds)
        let number = (first...).first { !taken.contains("\($0)") }
        guard let reference = number.flatMap({ Reference(.pending, "\($0)") }) else {
            throw Failure(.internalFault, "no name for the new token")
        }
        return reference
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
