package import Entries
package import Graph
import Sodium
package import Vault

/// Renews one user's or system user's token and, with it, the page tokens made from it.
///
/// What Meta issues is on the disk at once, next to the old token under the suffix `new`; it takes the
/// old one's place when something was gained and nothing lost. While Meta does not say which of both
/// lasts longer, both stay. A refresh that was interrupted goes on from there.
package struct TokenRefresh: Sendable {
    private let vault: UnlockedVault
    private let client: GraphClient
    private let now: @Sendable () -> Timestamp

    package init(
        vault: UnlockedVault, client: GraphClient, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.client = client
        self.now = now
    }

    /// A token, and what is known of it.
    private struct Candidate {
        let entry: Entry
        let token: SharedSecret
    }

    /// Renews the token of `entry`; throws only when the vault itself fails.
    package func run(_ entry: Entry) async throws -> RefreshResult {
        let (reference, app) = try vault.read { reader in
            let reference = try reader.appReference(entry.metadata.app)
            return (reference, try reader.appCredentials(of: reference))
        }
        guard let app else {
            return .failed(
                reference.map { AppSecretError.notStored($0) } ?? AppSecretError.missing(for: entry)
            )
        }
        do {
            return try await renew(entry, app: app)
        } catch let error as GraphError {
            let question = GraphQuestion(
                host: client.endpoint.host, app: reference, token: entry.reference)
            let failure = GraphRequestError(error, asking: question)
            switch error.extent {
            case .one: return error.needsLogin ? .needsLogin(.refused(failure)) : .failed(failure)
            case .app: return .stopped(failure, app: reference)
            case .everything: return .stopped(failure, app: nil)
            }
        }
    }

    private func renew(_ entry: Entry, app: AppCredentials) async throws -> RefreshResult {
        guard let name = Reference(entry.reference.kind, entry.reference.id, suffix: "new")
        else { throw NoReferenceError() }
        let (token, left) = try vault.read { reader in
            (
                try reader.entryIfAny(entry.reference)?.secret,
                try reader.entryIfAny(name).map { Candidate(entry: $0.entry, token: $0.secret) }
            )
        }
        guard let token else {
            return .failed(RefreshError.removedMeanwhile(entry.reference))
        }
        let old = Candidate(entry: entry, token: token)
        let before = try await inspect(token, app: app)
        if let mismatch = TokenMismatch(
            before, of: entry.reference, app: entry.metadata.app?.id ?? app.id)
        {
            try remember(before, of: entry)
            return mismatch.isOfOtherApp
                ? .failed(RefreshError.ofOtherApp(mismatch)) : .needsLogin(.mismatch(mismatch))
        }
        if !before.isValid { try remember(before, of: entry) }
        // What an interrupted refresh left is not to be lost either.
        if let left {
            let after = try await inspect(new: left, app: app)
            let choice = Self.choice(old, left, before: before, after: after)
            // One that belongs to an earlier token has nothing to be held against any more.
            let isObsolete =
                (left.entry.metadata.changedAt?.seconds ?? 0)
                < (entry.metadata.changedAt?.seconds ?? 0)
            if choice.result.isRenewed || choice.keepsBoth && !isObsolete {
                return try settle(old, left, before: before, after: after)
            }
            if choice.keepsBoth { try setAside(left) }
        }
        let issued = try await issue(for: old, app: app, as: name, replacing: left)
        let after = try await inspect(new: issued, app: app)
        return try settle(old, issued, before: before, after: after)
    }

    /// What Meta says of the new token, which is not the one that a failure would be about.
    private func inspect(new: Candidate, app: AppCredentials) async throws -> TokenInspection {
        do {
            return try await inspect(new.token, app: app)
        } catch let error as GraphError where error.needsLogin {
            return .unclear
        }
    }

    private func inspect(
        _ token: SharedSecret, app: AppCredentials
    ) async throws -> TokenInspection {
        let verdict = await client.verdict(on: token, app: app)
        return try verdict.get()
    }

    /// Keeps that the token is dead; the exchange that follows says so in its own words.
    private func remember(_ inspection: TokenInspection, of entry: Entry) throws {
        let now = now()
        try vault.change { reader in
            [EntryChange(updatingFrom: inspection, of: entry, at: now)]
                + (try UnverifiedPages(after: [(entry, inspection)], in: reader)).changes
        }
    }

    /// Keeps a token that Meta did not call dead under a name of its own, and makes room for another.
    private func setAside(_ left: Candidate) throws {
        let now = now()
        try vault.change { reader in
            guard try reader.holds(left.token, as: left.entry.reference) else { return [] }
            let pending = try reader.freePendingReference(at: now)
            return [
                EntryChange(left.entry.reference) { _ in .remove },
                EntryChange(pending) { _ in .store(left.token, left.entry.metadata) },
            ]
        }
    }

    /// Exchanges the token and saves what comes under `name`, unless another process has saved one of its
    /// own there since `left` was read: nothing that Meta issued is overwritten.
    private func issue(
        for old: Candidate, app: AppCredentials, as name: Reference, replacing left: Candidate?
    ) async throws -> Candidate {
        let entry = old.entry
        let issued = try await client.exchange(
            old.token, app: app, renewingSystemUser: entry.reference.kind == .system)
        let now = now()
        var metadata = entry.metadata.withNewSecret(at: now)
        metadata.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
        let stored = metadata
        var reference = name
        func save(_ reader: borrowing VaultReader) throws -> [EntryChange] {
            if let other = try reader.entryIfAny(name)?.secret,
                !Self.isSame(other, left?.token ?? issued.token)
            {
                reference = try reader.freePendingReference(at: now)
            }
            return [EntryChange(reference) { _ in .store(issued.token, stored) }]
        }
        do {
            try vault.change(waiting: UnlockedVault.waitForIssuedToken, save)
        } catch {
            throw UnsavedTokenError(cause: error, remedy: .refresh)
        }
        return Candidate(entry: Entry(reference: reference, metadata: stored), token: issued.token)
    }

    /// Lets the better of both tokens stay, or both if it is not known which that is.
    private func settle(
        _ old: Candidate, _ new: Candidate, before: TokenInspection, after: TokenInspection
    ) throws -> RefreshResult {
        let choice = Self.choice(old, new, before: before, after: after)
        let now = now()
        let (reference, name) = (old.entry.reference, new.entry.reference)
        var isReplaced = false
        var isNewThere = false
        try vault.change { reader in
            // Another process may have put a token in the place of either: then neither is touched.
            let isOldThere = try reader.holds(old.token, as: reference)
            isNewThere = try reader.holds(new.token, as: name)
            isReplaced = !(isOldThere && isNewThere)
            if isReplaced { return [] }
            let update = EntryChange(reference) { stored in
                guard let stored else { return .keep }
                guard choice.result.isRenewed else {
                    var checked = stored
                    checked.update(from: before, of: reference, at: now)
                    return .describe(checked)
                }
                var metadata = stored.withNewSecret(at: now)
                // What Meta does not say of the new token is as it was with the old one.
                metadata.scopes = stored.scopes
                metadata.dataAccessExpiresAt = stored.dataAccessExpiresAt
                metadata.expiresAt = new.entry.metadata.expiresAt
                metadata.update(from: after, of: reference, at: now)
                return .store(new.token, metadata)
            }
            let candidate = EntryChange(name) { stored in
                guard var checked = stored, choice.keepsBoth else { return .remove }
                checked.update(from: after, of: name, at: now)
                return .describe(checked)
            }
            return [update, candidate]
        }
        guard isReplaced else { return choice.result }
        return .kept(.replacedMeanwhile(stored: isNewThere ? name : nil))
    }

    /// Which of both tokens stays.
    private struct Choice {
        let result: RefreshResult
        var keepsBoth = false
    }

    /// Decides by Meta's own word on both tokens or, where it says nothing, by what is known.
    private static func choice(
        _ old: Candidate, _ new: Candidate, before: TokenInspection, after: TokenInspection
    ) -> Choice {
        if after.isDead { return Choice(result: .kept(.newTokenDead)) }
        let stored = new.entry.reference
        if let mismatch = TokenMismatch(
            after, of: old.entry.reference, app: before.appID ?? old.entry.metadata.app?.id)
        {
            return both(.newTokenOfOther(mismatch, stored: stored))
        }
        guard after.isValid else { return both(.newTokenUnclear(stored: stored)) }
        guard before.isValid else { return Choice(result: .renewed) }
        if let had = before.scopes, let has = after.scopes, !has.isEmpty {
            let lost = Set(had).subtracting(has)
            guard lost.isEmpty else { return both(.scopesLost(lost.sorted(), stored: stored)) }
        }
        guard let end = end(after, new.entry) else {
            return isSame(old.token, new.token)
                ? Choice(result: .notExtended) : both(.endUnknown(stored: stored))
        }
        guard let oldEnd = self.end(before, old.entry) else { return Choice(result: .renewed) }
        // A lifetime that counts from now is known to the second alone.
        let isLater = end > oldEnd && (end == .max || end - oldEnd > 60)
        return Choice(result: isLater ? .renewed : .notExtended)
    }

    private static func both(_ reason: KeptTokenReason) -> Choice {
        Choice(result: .kept(reason), keepsBoth: true)
    }

    private static func isSame(_ one: SharedSecret, _ other: SharedSecret) -> Bool {
        one.withSecret { one in other.withSecret { one.isEqual(to: $0) } }
    }

    /// Seconds since 1970, the largest number for never, or nil if the end is not known.
    private static func end(_ inspection: TokenInspection, _ entry: Entry) -> Int64? {
        if let end = inspection.expiresAt { return end <= 0 ? .max : end }
        return switch entry.metadata.expiresAt {
        case .unknown: nil
        case .never: .max
        case .at(let end): max(1, end.seconds)
        }
    }
}
