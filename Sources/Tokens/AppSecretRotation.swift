import Entries
package import Graph
package import Sodium
package import Vault

/// A failure to change an app secret.
package enum RotationError: Error {
    /// The vault does not have a previous secret of the app.
    case noPreviousSecret(of: Reference)
    /// The reference for the previous secret cannot be created: a bug in this program.
    case noReference
    /// Meta does not accept the new secret or could not be reached; the old one is unchanged.
    case notVerified(app: Reference, because: GraphRequestError)
}

/// The operations on an app secret, each of which the caller saves in the vault at once.
///
/// They do not merge with what other machines do, so the store of a shared vault must have them
/// before they count.
package struct AppSecretRotation: Sendable {
    private let app: Reference
    private let vault: UnlockedVault
    private let now: Timestamp

    package init(of app: Reference, in vault: UnlockedVault, now: Timestamp) {
        self.app = app
        self.vault = vault
        self.now = now
    }

    /// Verifies with Meta that it accepts `secret`.
    package func verify(_ secret: SharedSecret, _ client: GraphClient) async throws(RotationError) {
        do throws(GraphError) {
            try await client.appToken(of: AppCredentials(id: app.id, secret: secret))
        } catch {
            let context = GraphCallContext(host: client.endpoint.host, app: app)
            throw .notVerified(app: app, because: GraphRequestError(error, in: context))
        }
    }

    /// Returns the changes that make a plan for `UnlockedVault.change`.
    package typealias Plan = @Sendable (borrowing VaultReader) throws -> [EntryChange]

    /// Stores a new secret and keeps the one it replaces as `~previous`.
    ///
    /// Storing the current secret again changes nothing; otherwise the previous one would be lost.
    package func storing(_ secret: SharedSecret) -> Plan {
        { reader in
            let old = try reader.entry(app)
            guard !Self.isSame(secret, old.secret) else { return [] }
            return [put(secret, old.entry.metadata), try keep(old)]
        }
    }

    /// Returns whether `secret` is the stored secret.
    package func isStored(_ secret: SharedSecret) throws -> Bool {
        try vault.read { Self.isSame(secret, try $0.entry(app).secret) }
    }

    private static func isSame(_ one: SharedSecret, _ other: SharedSecret) -> Bool {
        one.withSecret { one in other.withSecret { one.isEqual(to: $0) } }
    }

    /// Swaps the current and the previous secret.
    package var undoing: Plan {
        { reader in
            let current = try reader.entry(app)
            guard let previous = try reader.entryIfAny(try previousReference) else {
                throw RotationError.noPreviousSecret(of: app)
            }
            return [put(previous.secret, current.entry.metadata), try keep(current)]
        }
    }

    /// Removes the previous secret.
    package var forgetting: Plan {
        { _ in
            let previous = try previousReference
            return [
                EntryChange(previous) { old in
                    guard old != nil else {
                        throw RotationError.noPreviousSecret(of: app)
                    }
                    return .remove
                }
            ]
        }
    }

    private var previousReference: Reference {
        get throws {
            guard let previous = app.previous else {
                throw RotationError.noReference
            }
            return previous
        }
    }

    private func put(_ secret: SharedSecret, _ metadata: Metadata) -> EntryChange {
        var metadata = metadata
        metadata.changedAt = now
        return EntryChange(app) { _ in .store(secret, metadata) }
    }

    private func keep(_ old: (entry: Entry, secret: SharedSecret)) throws -> EntryChange {
        EntryChange(try previousReference) { _ in .store(old.secret, old.entry.metadata) }
    }
}
