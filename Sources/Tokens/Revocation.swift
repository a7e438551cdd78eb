package import Entries
package import Graph
import Sodium
package import Vault

/// The reason why a token cannot be revoked.
package enum RevocationError: Error {
    /// A page token can only be revoked along with its user token, by the command `next`.
    case ofPage(next: CommandText)
    /// The token is neither a user token nor a system user token.
    case otherKind
}

/// The revocation of a user or system user token and of all tokens that become invalid with it.
package struct Revocation {
    package let entry: Entry
    /// The entries whose tokens become invalid, including `entry`.
    package let ended: [Entry]
    private let token: SharedSecret
    /// The other tokens of a system user, such as a new one that a refresh stored next to it.
    private let others: [SharedSecret]
    private let app: AppCredentials?

    /// Finds the tokens that become invalid with the token of `reference`.
    package init(of reference: Reference, in vault: borrowing VaultReader) throws {
        (entry, token) = try vault.entry(reference)
        let entry = entry
        try MetaPlatform.requireFacebook(entry, token, for: "revoke")
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

    /// The app for which the token was issued, if known.
    package var appReference: Reference? {
        app.flatMap { Reference(.app, $0.id) } ?? entry.metadata.app
    }

    /// Revokes the token with Meta.
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
            // The user removed the app, or the response to an earlier attempt was lost.
            if refusal.classification == .deadToken(.removedApp) { return }
            // The token is dead but its page tokens may be valid: revoke with the app's token.
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

    /// Marks the entries as revoked and returns their references.
    package func mark(in vault: UnlockedVault, at now: Timestamp) throws -> [Reference] {
        try vault.change { _ in
            ended.map { entry in
                EntryChange(describing: entry) { metadata in
                    metadata.validity = .invalid(reason: "revoked")
                    metadata.checkedAt = now
                }
            }
        }
        return ended.map(\.reference)
    }
}
