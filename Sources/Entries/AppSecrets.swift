package import Sodium
package import Vault

extension VaultReader {
    /// Returns the secrets with which Meta may have signed a message: those of the app that `text`
    /// selects or, if it is `nil`, of all apps of all platforms.
    ///
    /// Previous secrets are included until `rotate --forget`, because messages that Meta signed
    /// before the reset of a secret may still arrive.
    ///
    /// - Throws: ``EntryError`` if there is no such app.
    package func appSecrets(named text: String?) throws -> [SharedSecret] {
        let chosen = try text.map { try resolveApp(named: $0, option: "--app") }
        var secrets: [SharedSecret] = []
        let kinds = chosen.map { [$0.kind] } ?? MetaPlatform.allCases.map(\.appKind)
        var hasChosen = false
        try forEachRecord(of: kinds) { record in
            let reference = record.reference
            guard chosen == nil || reference.id == chosen?.id,
                reference.suffix == nil || reference == reference.previous
            else { return }
            hasChosen = hasChosen || reference == chosen
            secrets.append(SharedSecret(record.withSecret { Secret(copying: $0) }))
        }
        if let chosen, !hasChosen { throw try notFound(chosen) }
        guard !secrets.isEmpty else {
            throw EntryError.noneOfKind(.app, next: "tokenvault help add")
        }
        return secrets
    }
}
