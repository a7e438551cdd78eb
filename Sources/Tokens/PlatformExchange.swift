package import Entries
package import Graph
package import Sodium
package import Vault

/// The steps of an exchange or a login on Instagram or Threads, in an order that never loses a token.
///
/// Whatever the platform issues is saved as a pending entry before anything else is requested,
/// because only `me` says whose it is.
package struct PlatformExchange: ExchangeSteps {
    let vault: UnlockedVault
    let client: PlatformClient
    /// The app with its secret.
    let app: Reference
    let credentials: AppCredentials
    let context: GraphCallContext
    /// The commands to suggest to the user.
    let next: NextStep
    let now: @Sendable () -> Timestamp
    /// The confirmation required to store the token of an unexpected account.
    package var approval: OwnerApproval?

    package init(
        vault: UnlockedVault, client: PlatformClient, app: Reference, credentials: AppCredentials,
        context: GraphCallContext, next: NextStep, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        var client = client
        client.alsoKnown = [credentials.secret]
        self.client = client
        self.app = app
        self.credentials = credentials
        self.context = context
        self.next = next
        self.now = now
    }

    /// Exchanges a short-lived token, stores the new one and asks Meta who owns it.
    package func run(_ token: SharedSecret) async throws -> ExchangeResult {
        _ = try MetaPlatform.of(pasted: token, app: app)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, appSecret: credentials.secret)
        } catch {
            if case .longLived(let next) = await cause(of: error, token) {
                throw ExchangeError.longLived(next: next)
            }
            throw GraphRequestError(error, in: context)
        }
        let stored = try save(issued, as: nil, otherwise: .exchange(context.renewal))
        return try await identify(stored, issued.token)
    }

    package func keep(_ issued: IssuedToken) async throws -> ExchangeResult {
        let pending = try save(
            issued, as: nil, expecting: approval?.expected,
            otherwise: .beginning(context.renewal))
        return try await finish(pending, issued.token)
    }

    package func resume() async throws -> [Result<ExchangeResult, any Error>] {
        try await finishEach(where: { $0.metadata.app == app }, finish)
    }

    private func finish(_ pending: Entry, _ token: SharedSecret) async throws -> ExchangeResult {
        try requirePairing(pending, token)
        guard pending.isLongLived != true else { return try await identify(pending, token) }
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, appSecret: credentials.secret)
        } catch {
            switch await cause(of: error, token) {
            // A pending token whose expiry is unknown may be long-lived.
            case .longLived, .dead: return try await identify(pending, token)
            case .other: break
            }
            throw ExchangeError.notExchanged(
                stored: pending.reference, because: GraphRequestError(error, in: context),
                next: next.resume(for: app))
        }
        let stored = try save(
            issued, as: nil, replacing: (pending, token), otherwise: .exchange(context.renewal))
        return try await identify(stored, issued.token)
    }

    /// Why an exchange was refused.
    private enum Cause {
        /// The token is long-lived already; the command stores it.
        case longLived(next: CommandText)
        case dead
        case other
    }

    /// Returns why the exchange of a token failed with `error`.
    ///
    /// The platforms do not say that a token is long-lived already: they refuse it, but `me` accepts
    /// it. `debug_token` of Threads, which reports the expiry, must not contradict that.
    private func cause(of error: GraphError, _ token: SharedSecret) async -> Cause {
        guard case .refused(let refusal) = error, refusal.mayBeAboutLifetime,
            let verdict = try? await client.verdict(on: token)
        else { return .other }
        guard verdict.inspection.isValid else { return .dead }
        if let end = verdict.inspection.expiresAt, end > 0,
            Timestamp(end) <= now() + IssuedToken.shortLife
        {
            return .other
        }
        let owner = verdict.account.flatMap {
            Reference(client.platform.platform.accountKind, $0.id)
        }
        return .longLived(next: owner.map { next.addition(of: $0) } ?? "tokenvault help add")
    }
}

extension GraphRefusal {
    /// Whether this may be the refusal to exchange a token that is long-lived already or dead.
    fileprivate var mayBeAboutLifetime: Bool {
        switch classification {
        // 452 says that the session key is invalid.
        case .deadToken, .request: true
        default: false
        }
    }
}
