import Entries
import Graph
import Sodium
import Vault

extension PlatformExchange {
    /// Asks Meta who owns the pending token, and moves it to that reference.
    func identify(_ pending: Entry, _ token: SharedSecret) async throws -> ExchangeResult {
        try requirePairing(pending, token)
        let resume = next.resume(for: app)
        let verdict: PlatformVerdict
        do throws(GraphError) {
            verdict = try await client.verdict(on: token)
        } catch {
            throw ExchangeError.ownerUnavailable(
                stored: pending.reference, because: GraphRequestError(error, in: context),
                next: resume)
        }
        guard verdict.inspection.isValid else {
            let now = now()
            var reason = ""
            try vault.change { _ in
                [
                    EntryChange(describing: pending) { metadata in
                        verdict.update(&metadata, of: pending.reference, at: now)
                        reason = metadata.validity.reason ?? ""
                    }
                ]
            }
            throw ExchangeError.dead(stored: pending.reference, reason: reason)
        }
        guard let account = verdict.account,
            let owner = Reference(client.platform.platform.accountKind, account.id)
        else {
            throw ExchangeError.ownerUnknown(
                stored: pending.reference, next: next.inspect(pending.reference))
        }
        try await approval?.approve(owner, pending: pending, in: vault, next: resume) {
            account.username
        }
        do {
            return try move(pending, token, to: owner, verdict)
        } catch {
            throw ExchangeError.factsNotSaved(
                stored: pending.reference, because: error, next: resume)
        }
    }

    /// Stores the pending token as that of `owner`, unless a better one is there.
    private func move(
        _ pending: Entry, _ token: SharedSecret, to owner: Reference, _ verdict: PlatformVerdict
    ) throws -> ExchangeResult {
        let now = now()
        let app = app
        var result = ExchangeResult(entry: pending)
        try vault.change { reader in
            result = ExchangeResult(entry: pending)
            // Another process may have stored another token in the meantime.
            let isStored = try reader.holds(token, as: pending.reference)
            var known = pending.metadata
            known.user = nil
            verdict.update(&known, of: owner, at: now)
            let facts = known
            var changes = isStored ? [EntryChange(pending.reference) { _ in .remove }] : []
            changes.append(
                EntryChange(owner) { old in
                    if let old, old.isBetter(than: facts, at: now) {
                        result.entry = Entry(reference: owner, metadata: old)
                        result.warnings.append(.dropped(pending: pending.reference, owner: owner))
                        return .keep
                    }
                    if let old, !old.validity.isInvalid, let other = old.app, other != app {
                        result.warnings.append(.replaced(owner: owner, app: other))
                    }
                    var kept = old ?? Metadata()
                    kept.take(over: facts)
                    kept.app = app
                    result.entry = Entry(reference: owner, metadata: kept)
                    return .store(token, kept)
                })
            return changes
        }
        return result
    }
}
