package import Entries
package import Graph
import Sodium
package import Vault

/// Renews a token of Instagram or Threads, for which no app secret is required.
///
/// The new token replaces the old one in the same save, before anything else can fail: whatever the
/// platform issued is in the vault, and the platform may accept the old one no longer.
package struct PlatformRefresh: Sendable {
    private let vault: UnlockedVault
    private let client: PlatformClient
    private let now: @Sendable () -> Timestamp

    package init(
        vault: UnlockedVault, client: PlatformClient, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.client = client
        self.now = now
    }

    /// Renews the token of `entry`; throws an error only if the vault fails.
    package func run(_ entry: Entry) async throws -> RefreshResult {
        guard let stored = try vault.read({ try $0.entryIfAny(entry.reference) }) else {
            return .failed(RefreshError.removedMeanwhile(entry.reference))
        }
        do throws(PairingError) {
            // The entry's platform is that of the client.
            _ = try MetaPlatform.of(stored.entry, stored.secret)
        } catch {
            return .failed(error)
        }
        let end = stored.entry.metadata.expiresAt
        if end.isYoung(at: now()), !stored.entry.metadata.validity.isInvalid { return .tooYoung }
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.refresh(stored.secret)
        } catch {
            return try result(of: error, stored.entry)
        }
        let (saved, kept) = try save(issued, over: stored)
        if let kept { return kept }
        let new = try await reportedEnd(of: issued, in: saved) ?? saved.metadata.expiresAt
        return Self.isExtended(from: end, to: new) ? .renewed : .notExtended
    }

    /// Returns the result of a refused or failed refresh; records that a token is dead.
    private func result(of error: GraphError, _ entry: Entry) throws -> RefreshResult {
        var context = GraphCallContext(
            host: client.host, app: entry.metadata.app, token: entry.reference)
        context.renewal = try vault.read { try NextStep(in: $0).renewal(of: entry) }
        let failure = GraphRequestError(error, in: context)
        switch error.extent {
        case .app: return .stopped(failure, app: entry.metadata.app)
        case .everything: return .stopped(failure, app: nil)
        case .one: break
        }
        guard case .refused(let refusal) = error else { return .failed(failure) }
        switch refusal.classification {
        case .deadToken:
            let now = now()
            let inspection = TokenInspection(deadBecause: refusal)
            try vault.change { _ in
                [EntryChange(updatingFrom: inspection, of: entry, at: now)]
            }
            return .needsLogin(.refused(failure))
        case .person:
            return .needsLogin(.refused(failure))
        case .request:
            let saysTooYoung = refusal.message.contains("24 hours")
            return saysTooYoung ? .tooYoung : .failed(RefreshError.notRefreshable(failure))
        default:
            return .failed(failure)
        }
    }

    /// Returns when a new token expires, and records it, if only `debug_token` of Threads says so.
    private func reportedEnd(of issued: IssuedToken, in saved: Entry) async throws -> Expiry? {
        guard issued.lifetime == nil, client.platform == .threads,
            let verdict = try? await client.verdict(on: issued.token), verdict.inspection.isValid
        else { return nil }
        let now = now()
        var end: Expiry?
        try vault.change { reader in
            guard try reader.holds(issued.token, as: saved.reference) else { return [] }
            return [
                EntryChange(describing: saved) { metadata in
                    verdict.update(&metadata, of: saved.reference, at: now)
                    end = metadata.expiresAt
                }
            ]
        }
        return end
    }

    /// Stores the new token, or the new expiry if it is the same token.
    ///
    /// If another process has replaced or removed the old token since it was read, the new one is
    /// saved as a pending entry instead: no issued token is lost, and none is overwritten. Then the
    /// result is why the old one was kept.
    private func save(
        _ issued: IssuedToken, over old: (entry: Entry, secret: SharedSecret)
    ) throws -> (Entry, kept: RefreshResult?) {
        let now = now()
        let reference = old.entry.reference
        let isSame = old.secret.withSecret { one in
            issued.token.withSecret { one.isEqual(to: $0) }
        }
        // Without a new expiry, the known one of the same token remains true.
        let expiry =
            issued.lifetime.map { Expiry.at(now + $0) }
            ?? (isSame ? old.entry.metadata.expiresAt : .unknown)
        // A token of another platform would make the entry unusable.
        let recognized = MetaPlatform(ofToken: issued.token)
        let fits = recognized == nil || recognized == client.platform.platform
        var stored = old.entry
        var other: Reference?
        do {
            try vault.change(waiting: UnlockedVault.waitForIssuedToken) { reader in
                other = nil
                guard fits, try reader.holds(old.secret, as: reference) else {
                    let pending = try reader.freePendingReference(at: now)
                    other = pending
                    var metadata = old.entry.metadata.withNewSecret(at: now)
                    metadata.expiresAt = expiry
                    let kept = metadata
                    return [EntryChange(pending) { _ in .store(issued.token, kept) }]
                }
                return [
                    EntryChange(reference) { current in
                        var metadata = (current ?? old.entry.metadata).withNewSecret(at: now)
                        metadata.expiresAt = expiry
                        // The platform renews the grant as it is, and does not repeat it.
                        metadata.scopes = current?.scopes
                        metadata.dataAccessExpiresAt = current?.dataAccessExpiresAt ?? .unknown
                        stored.metadata = metadata
                        return .store(issued.token, metadata)
                    }
                ]
            }
        } catch {
            throw UnsavedTokenError(cause: error, remedy: .refresh)
        }
        guard let other else { return (stored, nil) }
        if let recognized, !fits {
            let error = PairingError.token(of: other, recognized, next: "tokenvault help add")
            return (stored, .failed(error))
        }
        return (stored, .kept(.replacedMeanwhile(stored: other)))
    }

    /// Returns whether the new expiry is later, or at least not known to be the same.
    ///
    /// Both are computed from a remaining lifetime, so they are only approximate.
    private static func isExtended(from old: Expiry, to new: Expiry) -> Bool {
        guard case .at(let old) = old, case .at(let new) = new else { return true }
        return new.seconds > old.seconds && new.seconds - old.seconds > 60
    }
}

extension Expiry {
    /// Whether a long-lived token of Instagram or Threads that expires then is too young to be
    /// refreshed: its age is the whole lifetime less what is left.
    fileprivate func isYoung(at now: Timestamp) -> Bool {
        guard case .at(let end) = self else { return false }
        return now + PlatformClient.longLife < end + PlatformClient.refreshableAge
    }
}
