package import Entries
package import Sodium
package import Vault

/// A secret in a plain file, with the information that the file contains about it.
package struct PlainSecret: Sendable {
    package let source: SecretSource
    package let secret: SharedSecret
    /// The reference in the vault, or `nil` for a token whose owner only Meta knows.
    package internal(set) var reference: Reference?
    /// The other information in the file.
    package internal(set) var metadata = Metadata()
    package internal(set) var isShortLived = false
    /// The platform that the file says the secret is for.
    package internal(set) var platform = MetaPlatform.facebook
}

extension PlainSecret {
    /// Returns the metadata to store with the secret.
    package func described(replacing old: Metadata?, at now: Timestamp) -> Metadata {
        var stored = (old ?? Metadata()).withNewSecret(at: now)
        stored.update(name: metadata.name)
        stored.app = metadata.app ?? stored.app
        stored.user = metadata.user ?? stored.user
        stored.category = metadata.category ?? stored.category
        stored.tasks = metadata.tasks ?? stored.tasks
        stored.scopes = metadata.scopes
        stored.expiresAt = metadata.expiresAt
        stored.dataAccessExpiresAt = metadata.dataAccessExpiresAt
        stored.checkedAt = metadata.checkedAt
        stored.validity = metadata.validity
        return stored
    }

    /// Returns the entry as which the secret would be stored.
    package func entry(replacing stored: [Reference: Metadata], at now: Timestamp) -> Entry? {
        reference.map { reference in
            Entry(reference: reference, metadata: described(replacing: stored[reference], at: now))
        }
    }
}
