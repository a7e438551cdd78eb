package import Vault

extension Metadata {
    /// Returns the metadata for the same entry with a new secret, about which nothing is known yet.
    package func withNewSecret(at now: Timestamp) -> Metadata {
        var metadata = self
        metadata.addedAt = addedAt ?? now
        metadata.changedAt = now
        metadata.expiresAt = .unknown
        metadata.dataAccessExpiresAt = .unknown
        metadata.checkedAt = nil
        metadata.validity = .unknown
        metadata.scopes = nil
        return metadata
    }
}
