package import Entries
package import Graph
package import Vault

/// An app secret is required but not available.
package enum AppSecretError: Error {
    /// The secret of this app is not in the vault.
    case notStored(Reference)
    /// The secret of `app`, to which the token of `token` belongs, is not in the vault.
    case notStoredFor(token: Reference, app: Reference)
    /// The app to which the token belongs is not known.
    case unknownApp(ofToken: Reference)

    /// Returns the error for a missing secret of the app to which `entry` belongs.
    package static func missing(for entry: Entry) -> AppSecretError {
        guard let app = entry.metadata.app else { return .unknownApp(ofToken: entry.reference) }
        return .notStoredFor(token: entry.reference, app: app)
    }
}

extension VaultReader {
    /// Returns the app to which a token belongs, with its secret, or `nil` if that is not stored.
    ///
    /// If the app of a token is not known, it is assumed to be the only app in the vault.
    package func appCredentials(of app: Reference?) throws -> AppCredentials? {
        guard let app = try appReference(app), app.kind == .app, let stored = try entryIfAny(app)
        else { return nil }
        return AppCredentials(id: app.id, secret: stored.secret)
    }

    /// Returns the app of Instagram or Threads with its secret.
    package func platformCredentials(of app: Reference) throws -> AppCredentials {
        guard let stored = try entryIfAny(app) else { throw AppSecretError.notStored(app) }
        return AppCredentials(id: app.id, secret: stored.secret)
    }

    /// Returns the app to which a token belongs or, if unknown, the only app in the vault.
    package func appReference(_ app: Reference?) throws -> Reference? { try app ?? onlyApp() }

    private func onlyApp() throws -> Reference? {
        let apps = try references(of: .app).filter { $0.suffix == nil }
        return apps.count == 1 ? apps[0] : nil
    }
}
