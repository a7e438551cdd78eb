package import Entries
package import Graph
package import Sodium
package import Vault

/// Why no stored token can be used for a call that the user chose.
package enum CallIdentityError: Error {
    /// The path and `--as` name different entries.
    case differs(path: Reference, option: Reference)
    /// The entry has no access token of its own.
    case noToken(Reference)
    /// The path names an entry whose ID is not one of Meta's.
    case noID(Reference)
}

/// The stored token with which a call is made, and what else is known about it.
package struct CallIdentity {
    package let entry: Entry
    package let token: SharedSecret
    package let platform: MetaPlatform
    /// Whether the token is the app's own.
    package let isAppToken: Bool
    /// The app whose secret proves the token, or `nil` if there is no proof.
    package let app: AppCredentials?
    /// The secrets that the response may repeat, other than the token.
    package let concerned: [SharedSecret]

    /// Selects the entry that a path or an option names or, without both, the only user.
    ///
    /// - Throws: ``CallIdentityError``, ``EntryError`` or, if the token and its entry do not belong
    ///   together, ``PairingError``.
    package init(
        path: String?, option: String?, in vault: borrowing VaultReader
    ) throws {
        let named = try path.map { try Selection($0, in: vault) }
        let chosen = try option.map { try Selection($0, in: vault) }
        if let named, let chosen, named != chosen {
            throw CallIdentityError.differs(path: named.reference, option: chosen.reference)
        }
        if let named, named.reference.kind == .pending {
            throw CallIdentityError.noID(named.reference)
        }
        let only =
            named == nil && chosen == nil
            ? Selection(
                try vault.resolve(.user, named: nil, option: "--as"), isDerived: false) : nil
        guard let selection = named ?? chosen ?? only else { throw NoReferenceError() }
        let (entry, secret) = try vault.entry(selection.reference)
        isAppToken = selection.reference.kind == .app
        if let derived = selection.derived {
            token = derived.token(secret)
            app = nil
        } else {
            guard entry.reference.kind.isToken else {
                throw CallIdentityError.noToken(entry.reference)
            }
            token = secret
            app =
                MetaPlatform(entry) == .facebook || MetaPlatform(entry) == nil
                ? try vault.appCredentials(of: entry.metadata.app) : nil
        }
        platform = try MetaPlatform.of(entry, secret)
        self.entry = entry
        concerned = try vault.secretsConcerned(by: entry)
    }

    /// The ID that takes the place of the reference in a path.
    package var id: String { entry.reference.id }

    /// An entry, and whether its token is derived from its secret.
    private struct Selection: Equatable {
        let reference: Reference
        let isDerived: Bool

        init(_ reference: Reference, isDerived: Bool) {
            self.reference = reference
            // An app has no other token.
            self.isDerived = isDerived || reference.kind == .app
        }

        init(_ text: String, in vault: borrowing VaultReader) throws {
            if let derived = DerivedToken(text) {
                self.init(derived.source, isDerived: true)
            } else {
                self.init(try vault.reference(text), isDerived: false)
            }
        }

        var derived: DerivedToken? { isDerived ? DerivedToken(of: reference) : nil }
    }
}
