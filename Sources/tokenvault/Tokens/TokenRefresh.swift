import Graph
import Sodium
import Vault

/// Renews one user's or system user's token and, with it, the page tokens made from it.
///
/// What Meta issues is on the disk at once, beside the old token under the suffix `new`; it takes the
/// old one's place only when `debug_token` shows that something was gained and nothing lost. A refresh
/// that was interrupted goes on from there.
struct TokenRefresh {
    let vault: UnlockedVault
    let client: GraphClient
    let host: String
    let now: @Sendable () -> Timestamp

    /// What became of one token.
    enum Result: Equatable {
        case renewed
        /// Meta gave the same end again.
        case notExtended
        /// The new token is worse than the old one; the reason.
        case kept(String)
        case needsLogin(String)
        case failed(ExitStatus, String)
        /// It failed, and so would others now.
        case stopped(ExitStatus, String)
    }

    /// Renews the token of `entry`; throws only when the vault itself fails.
    func run(_ entry: Entry) async throws -> Result {
        let app = try vault.read { try $0.appCredentials(of: entry.metadata.app) }
        guard let app else {
            let name = entry.metadata.app.map { "the secret of \($0)" } ?? "the app it belongs to"
            return .failed(.missing, "\(name) is not stored")
        }
        let question = GraphQuestion(
            host: host, app: entry.metadata.app, token: entry.reference)
        do {
            return try await renew(entry, app: app)
        } catch let error as GraphError {
            let failure = Failure(error, asking: question)
            if error.isHopeless { return .stopped(failure.status, failure.message) }
            return Self.result(of: failure)
        }
    }

    private func renew(_ entry: Entry, app: AppCredentials) async throws -> Result {
        guard let candidate = Reference(entry.reference.kind, entry.reference.id, suffix: "new")
        else { throw Failure(.internalFault, "no name for the new token") }
        let (token, left) = try vault.read { reader in
            (
                try reader.entry(entry.reference).secret,
                try reader.entryIfAny(candidate)?.secret
            )
        }
        let before = try await client.inspect(token, app: app)
        if !before.isValid { try remember(before, of: entry) }
        // What an interrupted refresh left is not to be lost either.
        let issued: SharedSecret
        if let left {
            issued = left
        } else {
            issued = try await issue(for: entry, token, app: app, as: candidate)
        }
        let after = try await client.inspect(issued, app: app)
        return try settle(entry, candidate, issued, before: before, after: after)
    }

    /// Keeps that the token is dead; the exchange that follows says so in its own words.
    private func remember(_ inspection: TokenInspection, of entry: Entry) throws {
        let now = now()
        try vault.change { reader in
            [EntryChange(learning: inspection, of: entry, at: now)]
                + (try Suspicion(after: [(entry, inspection)], in: reader)).changes
        }
    }

    private func issue(
        for entry: Entry, _ token: SharedSecret, app: AppCredentials, as candidate: Reference
    ) async throws -> SharedSecret {
        let issued = try await client.exchange(
            token, app: app, renewingSystemUser: entry.reference.kind == .system)
        let now = now()
        var metadata = entry.metadata.withNewSecret(at: now)
        metadata.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
        let stored = metadata
        try vault.change { _ in
            [EntryChange(candidate) { _ in .store(issued.token, stored) }]
        }
        return issued.token
    }

    /// Lets the better of both tokens be the one that stays.
    private func settle(
        _ entry: Entry, _ candidate: Reference, _ issued: SharedSecret, before: TokenInspection,
        after: TokenInspection
    ) throws -> Result {
        let result = Self.comparison(before: before, after: after)
        let now = now()
        try vault.change { _ in
            var changes = [EntryChange(candidate) { _ in .remove }]
            changes.append(
                EntryChange(entry.reference) { old in
                    guard let old else { return .keep }
                    guard result == .renewed else {
                        var checked = old
                        checked.learn(before, at: now)
                        return .describe(checked)
                    }
                    var metadata = old.withNewSecret(at: now)
                    metadata.learn(after, at: now)
                    return .store(issued, metadata)
                })
            return changes
        }
        return result
    }

    /// What was gained, by Meta's own word on both tokens.
    static func comparison(before: TokenInspection, after: TokenInspection) -> Result {
        guard after.isValid else { return .kept("the new token is not valid") }
        guard before.appID == after.appID else {
            return .kept("the new token belongs to another app")
        }
        guard before.userID == after.userID else {
            return .kept("the new token belongs to another user")
        }
        let lost = Set(before.scopes).subtracting(after.scopes)
        guard lost.isEmpty else {
            return .kept("the new token lacks \(lost.sorted().joined(separator: " "))")
        }
        return ends(after) > ends(before) ? .renewed : .notExtended
    }

    private static func ends(_ inspection: TokenInspection) -> Int64 {
        inspection.expiresAt.map { $0 == 0 ? .max : $0 } ?? 0
    }

    private static func result(of failure: Failure) -> Result {
        failure.status == .tokenRefused
            ? .needsLogin(failure.message) : .failed(failure.status, failure.message)
    }
}
