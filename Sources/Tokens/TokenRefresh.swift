package import Entries
package import Graph
import Sodium
package import Vault

/// Renews a user or system user token.
///
/// An issued token is saved immediately, next to the old one with the suffix `new`. It replaces the
/// old one if something is gained and nothing lost. If Meta does not report which of them lasts
/// longer, both are kept. After an interruption, the next refresh continues from there.
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

    /// A token with its entry.
    private struct Candidate {
        let entry: Entry
        let token: SharedSecret
    }

    /// Renews the token of `entry`; throws an error only if the vault fails.
    package func run(_ entry: Entry) async throws -> RefreshResult {
        if let token = try vault.read({ try $0.entryIfAny(entry.reference) })?.secret {
            do throws(PairingError) {
                _ = try MetaPlatform.of(entry, token)
            } catch {
                return .failed(error)
            }
        }
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
            let context = GraphCallContext(
                host: client.endpoint.host, app: reference, token: entry.reference)
            let failure = GraphRequestError(error, in: context)
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
        let (token, leftover) = try vault.read { reader in
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
            try record(before, of: entry)
            return mismatch.isOfOtherApp
                ? .failed(RefreshError.ofOtherApp(mismatch)) : .needsLogin(.mismatch(mismatch))
        }
        if !before.isValid { try record(before, of: entry) }
        // A token saved by an interrupted refresh must not be lost either.
        if let leftover {
            let after = try await inspect(new: leftover, app: app)
            let choice = Self.choice(old, leftover, before: before, after: after)
            // One derived from an earlier token can no longer be compared with the old token.
            let isObsolete =
                (leftover.entry.metadata.changedAt?.seconds ?? 0)
                < (entry.metadata.changedAt?.seconds ?? 0)
            if choice.result.isRenewed || choice.keepsBoth && !isObsolete {
                return try settle(old, leftover, before: before, after: after)
            }
            if choice.keepsBoth { try setAside(leftover) }
        }
        let issued = try await issue(for: old, app: app, as: name, replacing: leftover)
        let after = try await inspect(new: issued, app: app)
        return try settle(old, issued, before: before, after: after)
    }

    /// Inspects the new token; a refusal must not be reported as one of the old token.
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

    /// Records the inspection of an invalid token; the exchange that follows reports its own error.
    private func record(_ inspection: TokenInspection, of entry: Entry) throws {
        let now = now()
        try vault.change { reader in
            [EntryChange(updatingFrom: inspection, of: entry, at: now)]
                + (try UnverifiedPages(after: [(entry, inspection)], in: reader)).changes
        }
    }

    /// Moves a token that is not known to be dead to a pending entry, to make room for another.
    private func setAside(_ leftover: Candidate) throws {
        let now = now()
        try vault.change { reader in
            guard try reader.holds(leftover.token, as: leftover.entry.reference) else { return [] }
            let pending = try reader.freePendingReference(at: now)
            return [
                EntryChange(leftover.entry.reference) { _ in .remove },
                EntryChange(pending) { _ in .store(leftover.token, leftover.entry.metadata) },
            ]
        }
    }

    /// Exchanges the token and saves the new one as `name`.
    ///
    /// If another process has saved a token there since `leftover` was read, the new one is saved
    /// in a pending entry instead: an issued token is never overwritten.
    private func issue(
        for old: Candidate, app: AppCredentials, as name: Reference, replacing leftover: Candidate?
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
                !Self.isSame(other, leftover?.token ?? issued.token)
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

    /// Keeps the better one of the tokens, or both if it is not known which one that is.
    private func settle(
        _ old: Candidate, _ new: Candidate, before: TokenInspection, after: TokenInspection
    ) throws -> RefreshResult {
        let choice = Self.choice(old, new, before: before, after: after)
        let now = now()
        let (reference, name) = (old.entry.reference, new.entry.reference)
        var isReplaced = false
        var isNewStored = false
        try vault.change { reader in
            // If another process has replaced either token, change neither.
            let isOldStored = try reader.holds(old.token, as: reference)
            isNewStored = try reader.holds(new.token, as: name)
            isReplaced = !(isOldStored && isNewStored)
            if isReplaced { return [] }
            let update = EntryChange(reference) { stored in
                guard let stored else { return .keep }
                guard choice.result.isRenewed else {
                    var checked = stored
                    checked.update(from: before, of: reference, at: now)
                    return .describe(checked)
                }
                var metadata = stored.withNewSecret(at: now)
                // Keep the values of the old token that Meta does not report for the new one.
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
        return .kept(.replacedMeanwhile(stored: isNewStored ? name : nil))
    }

    /// The decision which of the two tokens to keep.
    private struct Choice {
        let result: RefreshResult
        var keepsBoth = false
    }

    /// Decides by Meta's information about both tokens or, without it, by the stored metadata.
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
        // An expiry computed from a remaining lifetime is only approximate.
        let isLater = end > oldEnd && (end == .max || end - oldEnd > 60)
        return Choice(result: isLater ? .renewed : .notExtended)
    }

    private static func both(_ reason: KeptTokenReason) -> Choice {
        Choice(result: .kept(reason), keepsBoth: true)
    }

    private static func isSame(_ one: SharedSecret, _ other: SharedSecret) -> Bool {
        one.withSecret { one in other.withSecret { one.isEqual(to: $0) } }
    }

    /// Returns the expiry in seconds since 1970, `.max` for never, or `nil` if it is unknown.
    private static func end(_ inspection: TokenInspection, _ entry: Entry) -> Int64? {
        if let end = inspection.expiresAt { return end <= 0 ? .max : end }
        return switch entry.metadata.expiresAt {
        case .unknown: nil
        case .never: .max
        case .at(let end): max(1, end.seconds)
        }
    }
}
