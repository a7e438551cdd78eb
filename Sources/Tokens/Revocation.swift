package import Entries
package import Graph
import Sodium
package import Vault

/// Why a token cannot be revoked.
package enum RevocationError: Error {
    /// That of a page ends only with its user's, by `next`.
    case ofPage(next: CommandText)
    /// It is neither a user's nor a system user's.
    case otherKind
}

/// The end of one user's or system user's token, and of all that ends with it.
package struct Revocation {
    package let entry: Entry
    /// What is dead afterwards, `entry` included.
    package let ended: [Entry]
    private let token: SharedSecret
    /// The other tokens of a system user, such as a new one that a refresh left next to it.
    private let others: [SharedSecret]
    private let app: AppCredentials?

    /// Finds what ends with the token of `reference`.
    package init(of reference: Reference, in vault: borrowing VaultReader) throws {
        (entry, token) = try vault.entry(reference)
        let entry = entry
        app = try vault.appCredentials(of: entry.metadata.app)
        let suffixed = try vault.references(of: reference.kind).filter {
            $0.id == reference.id && $0 != reference
        }
        others = try suffixed.map { try vault.entry($0).secret }
        switch reference.kind {
        case .user where reference.suffix == nil:
            ended = try vault.entries().filter { $0.endsWith(entry) }
        case .system where reference.suffix == nil:
            guard app != nil else { throw AppSecretError.missing(for: entry) }
            ended = try [entry] + suffixed.map { try vault.entry($0).entry }
        case .page:
            throw RevocationError.ofPage(
                next: try Self.revocation(ofOwner: entry.metadata.user, in: vault))
        default:
            throw RevocationError.otherKind
        }
    }

    private static func revocation(
        ofOwner owner: Reference?, in vault: borrowing VaultReader
    ) throws -> CommandText {
        guard let owner, try vault.entryIfAny(owner) != nil else { return "tokenvault list" }
        return "tokenvault revoke \(owner)"
    }

    /// The app that it was made for, as far as it is known.
    package var appReference: Reference? {
        app.flatMap { Reference(.app, $0.id) } ?? entry.metadata.app
    }

    /// Asks Meta to end it.
    package func carryOut(_ client: GraphClient) async throws(GraphError) {
        guard entry.reference.kind == .user else {
            guard let app else { return }
            for other in others { try await revokeIfAlive(other, client, app: app) }
            return try await client.revoke(token, app: app)
        }
        do throws(GraphError) {
            try await client.revokePermissions(
                ofUser: entry.reference.id, token: token, appSecret: app?.secret)
        } catch {
            guard case .refused(let refusal) = error, refusal.classification.isDeadToken else {
                throw error
            }
            // The person, or an attempt whose answer was lost, has done it before.
            if refusal.classification == .deadToken(.removedApp) { return }
            // A dead token speaks for nobody, but those of pages may outlive it: the app can.
            guard let app else { throw error }
            try await client.revokePermissions(
                ofUser: entry.reference.id, token: app.appToken, appSecret: nil,
                usesAppToken: true)
        }
    }

    private func revokeIfAlive(
        _ token: SharedSecret, _ client: GraphClient, app: AppCredentials
    ) async throws(GraphError) {
        do throws(GraphError) {
            try await client.revoke(token, app: app)
        } catch {
            guard case .refused(let refusal) = error, refusal.classification.isDeadToken else {
                throw error
            }
        }
    }

    /// Marks what is dead; returns which entries those are.
    package func mark(in vault: UnlockedVault, at now: Timestamp) throws -> [Reference] {
        try vault.change { _ in
            ended.map { entry in
                EntryChange(describing: entry) { metadata in
                    metadata.valid = false
                    metadata.reason = "revoked"
                    metadata.checkedAt = now
                }
            }
        }
        return ended.map(\.reference)
    }
}
