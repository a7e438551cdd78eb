import Entries
package import Graph
package import Sodium
import Vault

/// An exchange or a login on one of the platforms, in steps that never lose a token.
package protocol MetaExchange {
    /// The confirmation required to store the token of an unexpected account.
    var approval: OwnerApproval? { get set }

    /// Exchanges a token that the user has, and stores the new one.
    func run(_ token: SharedSecret) async throws -> ExchangeResult

    /// Stores the token that Meta issued for a code, and exchanges it if it is short-lived.
    func keep(_ issued: IssuedToken) async throws -> ExchangeResult

    /// Finishes all exchanges for the app that ended before the owner of the token was known.
    ///
    /// A failure of one does not affect the others.
    func resume() async throws -> [Result<ExchangeResult, any Error>]
}

/// The steps that are the same on all platforms.
protocol ExchangeSteps: MetaExchange {
    var vault: UnlockedVault { get }
    var app: Reference { get }
    var next: NextStep { get }
    var now: @Sendable () -> Timestamp { get }
}

extension ExchangeSteps {
    /// Checks that a pending token looks like one of the app's platform.
    ///
    /// One that looks like another's stays pending, although the platform issued it: it must not be
    /// sent, and would make the entry of its account unusable.
    func requirePairing(_ pending: Entry, _ token: SharedSecret) throws(PairingError) {
        _ = try MetaPlatform.of(pending, token, app: app)
    }

    /// Saves a new token and removes the pending one that was exchanged for it.
    ///
    /// This comes before any further request, and the token stays saved whatever fails.
    /// The new token is pending while its owner is unknown or has a valid token, which must not be
    /// replaced before Meta confirms that the new one is valid and belongs to the owner.
    func save(
        _ issued: IssuedToken, as owner: Reference?, expecting expected: Reference? = nil,
        replacing pending: (entry: Entry, token: SharedSecret)? = nil, machineID: String? = nil,
        otherwise remedy: UnsavedTokenError.Remedy
    ) throws -> Entry {
        let now = now()
        let app = app
        // One that looks like another platform's would make the entry of the owner unusable.
        let fits = (try? MetaPlatform.of(pasted: issued.token, app: app)) != nil
        let owner = fits ? owner : nil
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
            throw UnsavedTokenError(cause: error, remedy: remedy)
        }
        guard let stored else { throw NoReferenceError() }
        return stored
    }

    /// Finishes the exchanges of the pending entries that `isMine` selects.
    func finishEach(
        where isMine: (Entry) -> Bool,
        _ finish: (Entry, SharedSecret) async throws -> ExchangeResult
    ) async throws -> [Result<ExchangeResult, any Error>] {
        let unfinished = try vault.read({ try $0.entries() }).filter { entry in
            entry.reference.kind == .pending && isMine(entry)
        }
        guard !unfinished.isEmpty else {
            throw ExchangeError.nothingUnfinished(app: app, next: next.exchange(for: app))
        }
        var results: [Result<ExchangeResult, any Error>] = []
        for pending in unfinished {
            do {
                let token = try vault.read { try $0.entry(pending.reference).secret }
                try requirePairing(pending, token)
                let result = try await finish(pending, token)
                results.append(.success(result))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }
}
