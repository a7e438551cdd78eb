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
    let credentials: AppCredentials
    let question: GraphQuestion
    let now: @Sendable () -> Timestamp

    /// What is stored in the end.
    struct Outcome {
        var entry: Entry
        /// What Meta did not tell; the token is stored all the same.
        var warnings: [String] = []
    }

    /// Exchanges `token`, stores what comes and learns what there is to know of it.
    func run(_ token: SharedSecret) async throws -> Outcome {
        let owner = try await owner(of: token)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            throw Failure(error, asking: question)
        }
        let stored = try save(issued, owner: owner)
        return try await learn(stored, issued.token)
    }

    /// Goes on where an exchange ended before the owner of its token was known.
    func resume() async throws -> Outcome {
        let pending = try vault.read({ try $0.entries() }).first { entry in
            entry.reference.kind == .pending && (entry.metadata.app ?? app) == app
        }
        guard let pending else {
            throw Failure(
                .missing, "no exchange of \(app) is unfinished", hint: "tokenvault exchange")
        }
        return try await learn(pending, try vault.read { try $0.entry(pending.reference).secret })
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
                hint: Reference(.app, appID).map { "tokenvault exchange --app \($0)" })
        }
        switch inspection.type {
        case "PAGE":
            throw Failure(
                .tokenRefused,
                "this is a page's token; choose the user token in the Graph Explorer",
                hint: "tokenvault exchange")
        case "APP":
            throw Failure(
                .tokenRefused,
                "this is an app token; choose the user token in the Graph Explorer",
                hint: "tokenvault exchange")
        case "SYSTEM_USER":
            return inspection.userID.flatMap { Reference(.system, $0) }
        default:
            return inspection.userID.flatMap { Reference(.user, $0) }
        }
    }

    private func save(_ issued: IssuedToken, owner: Reference?) throws -> Entry {
        let now = now()
        guard let reference = owner ?? Reference(.pending, "\(max(1, now.seconds))") else {
            throw Failure(.internalFault, "no name for the new token")
        }
        let app = app
        var stored = Metadata()
        do {
            try vault.change { _ in
                [
                    EntryChange(reference) { old in
                        stored = (old ?? Metadata()).withNewSecret(at: now)
                        stored.app = app
                        stored.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
                        return .store(issued.token, stored)
                    }
                ]
            }
        } catch {
            let cause = Failure(error)
            throw Failure(
                cause.status,
                "Meta issued a new token but it could not be saved: \(cause.message); mend that and "
                    + "exchange again: the short-lived token is still good until it expires",
                hint: "tokenvault exchange")
        }
        return Entry(reference: reference, metadata: stored)
    }

    /// Asks what the new token is and whose, and saves the answers with it.
    private func learn(_ stored: Entry, _ token: SharedSecret) async throws -> Outcome {
        var outcome = Outcome(entry: stored)
        var failure: Failure?
        var ownerID: String?
        var isSystemUser = stored.reference.kind == .system
        do throws(GraphError) {
            let inspection = try await client.inspect(token, app: credentials)
            outcome.entry.metadata.learn(inspection, at: now())
            ownerID = inspection.userID
            isSystemUser = inspection.type == "SYSTEM_USER"
            if let appID = inspection.appID, appID != app.id {
                outcome.warnings.append("Meta says that the new token belongs to another app")
            }
        } catch {
            failure = Failure(error, asking: question)
        }
        do throws(GraphError) {
            let identity = try await client.identity(of: token, appSecret: credentials.secret)
            outcome.entry.metadata.name = identity.name ?? outcome.entry.metadata.name
            ownerID = ownerID ?? identity.id
        } catch {
            failure = failure ?? Failure(error, asking: question)
        }
        let owner = ownerID.flatMap { Reference(isSystemUser ? .system : .user, $0) }
        try saveFacts(&outcome.entry, owner: owner, token: token)
        if let failure {
            guard outcome.entry.reference.kind != .pending else {
                throw Failure(
                    failure.status,
                    "the new token is stored as \(stored.reference), but whose it is could not be "
                        + "asked: \(failure.message)",
                    hint: "tokenvault exchange --resume", refusal: failure.refusal)
            }
            outcome.warnings.append(
                "the token is stored, but not all is known of it: \(failure.message)")
        } else if let owner, stored.reference.kind != .pending, owner != stored.reference {
            outcome.warnings.append("Meta says that the new token belongs to \(owner)")
        }
        return outcome
    }

    /// Saves what was learnt; a token whose owner has become known gets its name.
    private func saveFacts(
        _ entry: inout Entry, owner: Reference?, token: SharedSecret
    ) throws {
        let learnt = entry.metadata
        guard entry.reference.kind == .pending, let owner else {
            try vault.change { _ in
                [EntryChange(entry.reference) { old in old == nil ? .keep : .describe(learnt) }]
            }
            return
        }
        let pending = entry.reference
        var kept = learnt
        try vault.change { _ in
            [
                EntryChange(pending) { _ in .remove },
                EntryChange(owner) { old in
                    kept.addedAt = old?.addedAt ?? learnt.addedAt
                    return .store(token, kept)
                },
            ]
        }
        entry = Entry(reference: owner, metadata: kept)
    }
}
