package import Entries
package import Graph
package import Sodium
package import Vault

/// The steps of an exchange, in an order that never loses a token.
///
/// A new token is saved before anything else is requested or can fail.
package struct TokenExchange: ExchangeSteps {
    let vault: UnlockedVault
    let client: GraphClient
    let app: Reference
    /// The app with its secret, which is required for an exchange.
    let credentials: AppCredentials?
    let context: GraphCallContext
    /// The commands to suggest to the user.
    let next: NextStep
    let now: @Sendable () -> Timestamp
    /// The confirmation required to store the token of an unexpected account.
    package var approval: OwnerApproval?

    package init(
        vault: UnlockedVault, client: GraphClient, app: Reference, credentials: AppCredentials?,
        context: GraphCallContext, next: NextStep, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.client = client
        self.app = app
        self.credentials = credentials
        self.context = context
        self.next = next
        self.now = now
    }

    /// Exchanges `token`, stores the new token and requests information about it.
    package func run(_ token: SharedSecret) async throws -> ExchangeResult {
        _ = try MetaPlatform.of(pasted: token, app: app)
        guard let credentials else { throw AppSecretError.notStored(app) }
        let owner = try await owner(of: token)
        try await approve(owner, of: token, pending: nil)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            throw GraphRequestError(error, in: context)
        }
        let stored = try save(issued, as: owner, otherwise: .exchange(context.renewal))
        return try await identify(stored, issued.token, expecting: owner)
    }

    package func keep(_ issued: IssuedToken) async throws -> ExchangeResult {
        try await keep(issued, machineID: nil)
    }

    /// Stores a token obtained with a code and the ID that Meta gave to this device.
    package func keep(
        _ issued: IssuedToken, machineID: String?
    ) async throws -> ExchangeResult {
        let pending = try save(
            issued, as: nil, expecting: approval?.expected, machineID: machineID,
            otherwise: .beginning(context.renewal))
        return try await finish(pending, issued.token)
    }

    package func resume() async throws -> [Result<ExchangeResult, any Error>] {
        try await finishEach(where: { ($0.metadata.app ?? app) == app }, finish)
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
                stored: pending.reference, because: GraphRequestError(error, in: context),
                next: next.resume(for: app))
        }
        let stored = try save(
            issued, as: inspection?.owner, replacing: (pending, token),
            machineID: pending.metadata.machineID, otherwise: .exchange(context.renewal))
        return try await identify(stored, issued.token)
    }

    /// Returns the owner of the short-lived token, or `nil` if the Graph API does not report it.
    ///
    /// A dead token is not an error here: the exchange returns a better error for it.
    private func owner(of token: SharedSecret) async throws -> Reference? {
        let inspection: TokenInspection
        do throws(GraphError) {
            inspection = try await client.inspect(token, app: credentials)
        } catch {
            guard case .unreachable = error else { return nil }
            throw GraphRequestError(error, in: context)
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
