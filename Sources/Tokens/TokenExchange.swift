package import Entries
package import Graph
package import Sodium
package import Vault

/// The steps of an exchange, in the order that loses nothing: the new token is on the disk before
/// anything else is asked or can fail.
package struct TokenExchange {
    let vault: UnlockedVault
    let client: GraphClient
    let app: Reference
    /// The app with its secret, without which nothing can be exchanged.
    let credentials: AppCredentials?
    let question: GraphQuestion
    /// What a person is told to type next.
    let next: NextStep
    let now: @Sendable () -> Timestamp
    /// Asks before another account's token is stored than that which is expected of a login.
    package var approval: OwnerApproval?

    package init(
        vault: UnlockedVault, client: GraphClient, app: Reference, credentials: AppCredentials?,
        question: GraphQuestion, next: NextStep, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.client = client
        self.app = app
        self.credentials = credentials
        self.question = question
        self.next = next
        self.now = now
    }

    /// Exchanges `token`, stores what comes and learns what there is to know of it.
    package func run(_ token: SharedSecret) async throws -> ExchangeResult {
        guard let credentials else { throw AppSecretError.notStored(app) }
        let owner = try await owner(of: token)
        try await approve(owner, of: token, pending: nil)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            throw GraphRequestError(error, asking: question)
        }
        let stored = try save(issued, as: owner, otherwise: .exchange(question.renewal))
        return try await identify(stored, issued.token, expecting: owner)
    }

    /// Stores a token that a code gave, exchanges it if it is short-lived, and learns what there is to
    /// know of it.
    package func keep(
        _ issued: IssuedToken, machineID: String? = nil
    ) async throws -> ExchangeResult {
        let pending = try save(
            issued, as: nil, expecting: approval?.expected, machineID: machineID,
            otherwise: .beginning(question.renewal))
        return try await finish(pending, issued.token)
    }

    /// Finishes each exchange that ended before the owner of its token was known, on its own: one that
    /// cannot be finished keeps no other from it.
    package func resume() async throws -> [Result<ExchangeResult, any Error>] {
        let left = try vault.read({ try $0.entries() }).filter { entry in
            entry.reference.kind == .pending && (entry.metadata.app ?? app) == app
        }
        guard !left.isEmpty else {
            throw ExchangeError.nothingUnfinished(app: app, next: next.exchange(for: app))
        }
        var results: [Result<ExchangeResult, any Error>] = []
        for pending in left {
            do {
                let token = try vault.read { try $0.entry(pending.reference).secret }
                let outcome = try await finish(pending, token)
                results.append(.success(outcome))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    private func finish(_ pending: Entry, _ token: SharedSecret) async throws -> ExchangeResult {
        guard let credentials, pending.isLongLived != true else {
            return try await identify(pending, token)
        }
        let inspection = try? await client.inspect(token, app: credentials)
        let isShortLived =
            inspection?.expiresAt.map {
                $0 > 0 && Timestamp($0) <= now() + IssuedToken.shortLife
            } ?? (pending.isLongLived == false)
        guard isShortLived, inspection?.isValid != false else {
            return try await identify(pending, token)
        }
        try await approve(inspection?.owner, of: token, pending: pending)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            throw ExchangeError.notExchanged(
                stored: pending.reference, because: GraphRequestError(error, asking: question),
                next: next.resume(for: app))
        }
        let stored = try save(
            issued, as: inspection?.owner, replacing: (pending, token),
            machineID: pending.metadata.machineID, otherwise: .exchange(question.renewal))
        return try await identify(stored, issued.token)
    }

    /// Whom the short-lived token belongs to, or nil where Graph does not say.
    ///
    /// A dead token is no reason to stop here: the exchange's own error object says best what is
    /// wrong with it.
    private func owner(of token: SharedSecret) async throws -> Reference? {
        let inspection: TokenInspection
        do throws(GraphError) {
            inspection = try await client.inspect(token, app: credentials)
        } catch {
            guard case .unreachable = error else { return nil }
            throw GraphRequestError(error, asking: question)
        }
        if let appID = inspection.appID, appID != app.id {
            throw ExchangeError.otherApp(
                id: appID, expected: app, next: Reference(.app, appID).map(next.exchange))
        }
        switch inspection.type?.uppercased() {
        case "PAGE": throw ExchangeError.pageToken(next: next.exchange(for: app))
        case "APP": throw ExchangeError.appToken(next: next.exchange(for: app))
        default: return inspection.owner
        }
    }
}
