package import Sodium
package import Vault

/// A token that is derived from a stored secret and never stored itself.
package struct DerivedToken {
    package let source: Reference

    private static let kinds: [(prefix: StaticString, source: Reference.Kind)] = [
        ("app-token:", .app), ("client-token:", .client),
    ]

    /// Parses `app-token:<app ID>` or `client-token:<app ID>`, or returns `nil` for anything else.
    package init?(_ text: String) {
        for (prefix, kind) in Self.kinds where text.utf8.span.contains(prefix, at: 0) {
            let id = text.utf8.dropFirst(prefix.utf8CodeUnitCount)
            guard let source = Reference(kind, String(Substring(id))) else { return nil }
            self.source = source
            return
        }
        return nil
    }

    /// Creates the token derived from the entry `source`, or returns `nil` if there is none.
    package init?(of source: Reference) {
        guard Self.kinds.contains(where: { $0.source == source.kind }) else { return nil }
        self.source = source
    }

    package static func isDerived(_ text: String) -> Bool { DerivedToken(text) != nil }

    /// Returns the token, `<app ID>|<secret>`.
    package func token(_ secret: SharedSecret) -> SharedSecret {
        var token = Secret(copying: Array("\(source.id)|".utf8).span)
        secret.withBytes { token.append($0) }
        return SharedSecret(token)
    }
}

extension VaultReader {
    /// Returns the stored or derived token with the reference `text`, and the entry that it comes
    /// from.
    package func token(_ text: String) throws -> (entry: StoredEntry, token: SharedSecret) {
        if let derived = DerivedToken(text) {
            let (entry, secret) = try storedEntry(derived.source)
            return (entry, derived.token(secret))
        }
        let (entry, secret) = try storedEntry(try reference(text))
        return (entry, secret)
    }
}
