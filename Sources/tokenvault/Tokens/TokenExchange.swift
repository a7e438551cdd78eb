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
    let now: @Sendable () -> Timestamp
    /// What is asked before another account's token is stored.
    var approval: OwnerApproval?

    /// What is stored in the end.
    struct Outcome {
        var entry: Entry
        /// What Meta did not tell; the token is stored all the same.
        var warnings: [String] = []
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
        return try await learn(stored, issued.token)
    }

    /// Stores a token that a code gave, exchanges it if it is short-lived, and learns what there is to
    /// know of it.
    func keep(_ issued: IssuedToken, machineID: String? = nil) async throws -> Outcome {
        let pending = try save(
            issued, as: nil, machineID: machineID, otherwise: "begin anew: the code is used up")
        return try await finish(pending, issued.token)
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
        return try await finish(pending, try vault.read { try $0.entry(pending.reference).secret })
    }

    private func finish(_ pending: Entry, _ token: SharedSecret) async throws -> Outcome {
        guard let credentials, pending.isLongLived != true else {
            return try await learn(pending, token)
        }
        let inspection = try? await client.inspect(token, app: credentials)
        let isShortLived =
            inspection?.expiresAt.map {
                $0 != 0 && Timestamp($0) <= now() + IssuedToken.shortLife
            }
            ?? (pending.isLongLived == false)
        guard isShortLived else { return try await learn(pending, token) }
        let owner = inspection?.userID.flatMap { Reference(.user, $0) }
        try await approve(owner, of: token, pending: pending.reference)
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await client.exchange(token, app: credentials)
        } catch {
            let failure = Failure(error, asking: question)
            throw Failure(
                failure.status,
                "the short-lived token is stored as \(pending.reference), but not exchanged for a "
                    + "long-lived one: \(failure.message)",
                hint: "tokenvault exchange --resume", kind: failure.kind, refusal: failure.refusal)
        }
        let stored = try save(
            issued, as: owner, replacing: pending, machineID: pending.metadata.machineID)
        return try await learn(stored, issued.token)
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

    /// Saves a new token, under a name of its own where its owner is not known yet, and removes the one
    /// that it was exchanged for.
    private func save(
        _ issued: IssuedToken, as owner: Reference?, replacing pending: Entry? = nil,
        machineID: String? = nil,
        otherwise remedy: String =
            "exchange again: the short-lived token is still good until it expires"
    ) throws -> Entry {
        let now = now()
        let name = owner ?? pending?.reference ?? Reference(.pending, "\(max(1, now.seconds))")
        guard let reference = name else {
            throw Failure(.internalFault, "no name for the new token")
        }
        let app = app
        var stored = Metadata()
        do {
            try vault.change { _ in
                var changes = [
                    EntryChange(reference) { old in
                        stored = (old ?? Metadata()).withNewSecret(at: now)
                        stored.app = app
                        stored.machineID = machineID ?? stored.machineID
                        stored.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
                        return .store(issued.token, stored)
                    }
                ]
                if let pending, pending.reference != reference {
                    changes.append(EntryChange(pending.reference) { _ in .remove })
                }
                return changes
            }
        } catch {
            let cause = Failure(error)
            throw Failure(
                cause.status,
                "Meta issued a new token but it could not be saved: \(cause.message); mend that and "
                    + remedy,
                hint: question.renewal)
        }
        return Entry(reference: reference, metadata: stored)
    }

    /// What Meta says of a new token.
    private struct Facts {
        var inspection: TokenInspection?
        var identity: Identity?
        /// Why not all could be asked.
        var failure: Failure?

        /// Whose the token is.
        func owner(kind: Reference.Kind) -> Reference? {
            let isSystemUser = inspection?.type == "SYSTEM_USER" || kind == .system
            return (inspection?.userID ?? identity?.id).flatMap {
                Reference(isSystemUser ? .system : .user, $0)
            }
        }

        /// `metadata` with what is known now.
        func added(to metadata: Metadata, at now: Timestamp) -> Metadata {
            var metadata = metadata
            if let inspection { metadata.learn(inspection, at: now) }
            metadata.learn(name: identity?.name)
            return metadata
        }
    }

    /// Asks what the new token is and whose, and saves the answers with it.
    private func learn(_ stored: Entry, _ token: SharedSecret) async throws -> Outcome {
        let facts = await ask(about: token)
        let owner = facts.owner(kind: stored.reference.kind)
        if stored.reference.kind == .pending {
            try await approve(owner, of: token, pending: stored.reference)
        }
        var outcome = Outcome(entry: try save(facts, of: stored, owner: owner, token: token))
        if let appID = facts.inspection?.appID, appID != app.id {
            outcome.warnings.append("Meta says that the new token belongs to another app")
        }
        if let failure = facts.failure {
            guard outcome.entry.reference.kind != .pending else {
                throw Failure(
                    failure.status,
                    "the new token is stored as \(stored.reference), but whose it is could not be "
                        + "asked: \(failure.message)",
                    hint: "tokenvault exchange --resume", kind: failure.kind,
                    refusal: failure.refusal)
            }
            outcome.warnings.append(
                "the token is stored, but not all is known of it: \(failure.message)")
        } else if let owner, owner != outcome.entry.reference {
            outcome.warnings.append("Meta says that the new token belongs to \(owner)")
        }
        return outcome
    }

    private func ask(about token: SharedSecret) async -> Facts {
        var facts = Facts()
        do throws(GraphError) {
            facts.inspection = try await client.inspect(token, app: credentials)
        } catch {
            facts.failure = Failure(error, asking: question)
        }
        do throws(GraphError) {
            facts.identity = try await client.identity(of: token, appSecret: credentials?.secret)
        } catch {
            facts.failure = facts.failure ?? Failure(error, asking: question)
        }
        return facts
    }

    /// Saves what was learnt; a token whose owner has become known gets its name.
    private func save(
        _ facts: Facts, of stored: Entry, owner: Reference?, token: SharedSecret
    ) throws -> Entry {
        let now = now()
        let app = app
        var kept = stored.metadata
        guard stored.reference.kind == .pending, let owner else {
            try vault.change { _ in
                [
                    EntryChange(stored.reference) { old in
                        // Another exchange may have stored a newer token meanwhile.
                        guard let old, old.changedAt == stored.metadata.changedAt else {
                            return .keep
                        }
                        kept = facts.added(to: old, at: now)
                        return .describe(kept)
                    }
                ]
            }
            return Entry(reference: stored.reference, metadata: kept)
        }
        try vault.change { _ in
            [
                EntryChange(stored.reference) { _ in .remove },
                EntryChange(owner) { old in
                    var metadata = (old ?? Metadata()).withNewSecret(at: now)
                    metadata.app = app
                    metadata.machineID = stored.metadata.machineID ?? metadata.machineID
                    metadata.addedAt = old?.addedAt ?? stored.metadata.addedAt
                    metadata.changedAt = stored.metadata.changedAt
                    metadata.expiresAt = stored.metadata.expiresAt
                    kept = facts.added(to: metadata, at: now)
                    return .store(token, kept)
                },
            ]
        }
        return Entry(reference: owner, metadata: kept)
    }
}
