import Entries
package import Sodium
import Vault

/// The stored secrets that Meta may repeat in its response to a call.
package struct ConcernedSecrets {
    /// The secrets of the entry and of its app, previous ones included, and the tokens derived from
    /// them.
    package private(set) var own: [SharedSecret] = []
    /// The other tokens of the same app.
    package private(set) var others: [SharedSecret] = []

    /// Collects the secrets in a single pass over the vault.
    ///
    /// If the app of a token is not known, its token may be of any app.
    ///
    /// - Parameter masking: Whether the other tokens are needed too; without them, nothing but the
    ///   entries that are named is read.
    init(of entry: Entry, masking: Bool, in vault: borrowing VaultReader) throws {
        guard masking else { return }
        let reference = entry.reference
        let app = reference.kind.isApp ? reference : entry.metadata.app
        try vault.forEachRecord { record in
            let other = record.reference
            let secret = SharedSecret(record.withSecret { Secret(copying: $0) })
            if other.kind.isApp || other.kind == .client {
                guard Self.belongs(other, to: app) else { return }
                own.append(secret)
                if let derived = DerivedToken(of: other) { own.append(derived.token(secret)) }
            } else if other.kind == reference.kind, other.id == reference.id {
                own.append(secret)
            } else {
                let otherApp = try record.metadata().app
                if app == nil || otherApp == nil || otherApp == app { others.append(secret) }
            }
        }
    }

    /// Returns whether an app secret or client token is that of `app`.
    private static func belongs(_ secret: Reference, to app: Reference?) -> Bool {
        guard let app else { return true }
        let kind = secret.kind == .client ? Reference.Kind.app : secret.kind
        return kind == app.kind && secret.id == app.id
    }
}
