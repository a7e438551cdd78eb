import Console
import Entries
import Graph
import Platform
import Sodium
import Vault

/// The steps of an exchange, in the order that loses nothing: the new token is on the disk before
/// anything else is asked or can fail.
struct TokenExchange {
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
    var approval: OwnerApproval?

    /// What is stored in the end.
    struct Outcome {
        var entry: Entry
        /// What Meta did not tell; the token is stored all the same.
        var warnings: [String] = []
        /// That Meta calls the new token somebody else's.
        var mismatch: TokenMismatch?
        /// Whether it is stored under another name than that of the token it was exchanged for.
        var isOfOther = false
    }

    /// Exchanges `token`, stores what comes and learns what there is to know of it.
    func run(_ token: SharedSecret) async throws -> Outcome {
        guard let credentials else { throw Failure.missingSecret(of: app) }
        let owner = try await owner(of: token)
        try await approve(owner, of: token, pending: nil)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            throw Failure(error, asking: question)
        }
        let stored = try save(issued, as: owner)
        return try await identify(stored, issued.token, expecting: owner)
    }

    /// Stores a token that a code gave, exchanges it if it is short-lived, and learns what there is to
    /// know of it.
    func keep(_ issued: IssuedToken, machineID: String? = nil) async throws -> Outcome {
        let pending = try save(
            issued, as: nil, expecting: approval?.expected, machineID: machineID,
            otherwise: "begin anew: the code is used up")
        return try await finish(pending, issued.token)
    }

    /// Finishes each exchange that ended before the owner of its token was known, on its own: one that
    /// cannot be finished keeps no other from it.
    func resume() async throws -> [Result<Outcome, Failure>] {
        let left = try vault.read({ try $0.entries() }).filter { entry in
            entry.reference.kind == .pending && (entry.metadata.app ?? app) == app
        }
        guard !left.isEmpty else {
            throw Failure(
                .missing, "no exchange of \(app) is unfinished", hint: next.exchange(for: app))
        }
        var results: [Result<Outcome, Failure>] = []
        for pending in left {
            do {
                let token = try vault.read { try $0.entry(pending.reference).secret }
                let outcome = try await finish(pending, token)
                results.append(.success(outcome))
            } catch {
                results.append(.failure(Failure(error)))
            }
        }
        return results
    }

    private func finish(_ pending: Entry, _ token: SharedSecret) async throws -> Outcome {
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
            let failure = Failure(error, asking: question)
            throw Failure(
                failure.status,
                "the short-lived token is stored as \(pending.reference), but not exchanged for a "
                    + "long-lived one: \(failure.message)",
                hint: next.resume(for: app), kind: failure.kind, refusal: failure.refusal)
        }
        let stored = try save(
            issued, as: inspection?.owner, replacing: (pending, token),
            machineID: pending.metadata.machineID)
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
            throw Failure(error, asking: question)
        }
        if let appID = inspection.appID, appID != app.id {
            throw Failure(
                .configuration,
                "the token was made for the app \(DisplayText.clean(appID)), not for \(app): choose "
                    + "\(app) in the Graph Explorer, or name the other app",
                hint: Reference(.app, appID).map(next.exchange))
        }
        switch inspection.type?.uppercased() {
        case "PAGE":
            throw Failure(
                .tokenRefused,
                "this is a page's token; choose the user token in the Graph Explorer",
                hint: next.exchange(for: app))
        case "APP":
            throw Failure(
                .tokenRefused,
                "this is an app token; choose the user token in the Graph Explorer",
                hint: next.exchange(for: app))
        default:
            return inspection.owner
        }
    }
}
