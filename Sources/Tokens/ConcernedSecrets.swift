import Entries
import Sodium
import Vault

extension VaultReader {
    /// Returns the stored secrets that Meta may repeat in its response to a call with `entry`: its
    /// own and those of its app, previous ones included, the tokens derived from them, and all other
    /// tokens of the same app.
    ///
    /// If the app of a token is not known, its token may be of any app. This is a single pass over
    /// the vault.
    func secretsConcerned(by entry: Entry) throws -> [SharedSecret] {
        let reference = entry.reference
        let app = reference.kind.isApp ? reference : entry.metadata.app
        var secrets: [SharedSecret] = []
        try forEachRecord { record in
            let other = record.reference
            if other.kind.isApp || other.kind == .client {
                guard app.map({ other.isSecret(of: $0) }) ?? true else { return }
            } else if other.kind != reference.kind || other.id != reference.id {
                let otherApp = try record.storedMetadata().reference(.app)
                guard app == nil || otherApp == nil || otherApp == app else { return }
            }
            let secret = SharedSecret(record.withSecret { Secret(copying: $0) })
            secrets.append(secret)
            if let derived = DerivedToken(of: other) { secrets.append(derived.token(secret)) }
        }
        return secrets
    }
}

extension Reference {
    /// Returns whether this is an app secret or client token of `app`.
    fileprivate func isSecret(of app: Reference) -> Bool {
        (kind == .client ? Kind.app : kind) == app.kind && id == app.id
    }
}
