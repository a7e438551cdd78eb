package import Entries
package import Sodium
package import Vault

/// A secret that lies in a plain file, and what the file says of it.
package struct PlainSecret: Sendable {
    package let source: SecretSource
    package let secret: SharedSecret
    /// Its name in the vault; nil for a token of which only Meta knows whose it is.
    package internal(set) var reference: Reference?
    /// What the file says besides.
    package internal(set) var metadata = Metadata()
    package internal(set) var isShortLived = false
}

extension PlainSecret {
    /// What the vault is to say of it.
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
        stored.valid = metadata.valid
        return stored
    }

    /// The entry that it would become.
    package func entry(replacing stored: [Reference: Metadata], at now: Timestamp) -> Entry? {
        reference.map { reference in
            Entry(reference: reference, metadata: described(replacing: stored[reference], at: now))
        }
    }
}
