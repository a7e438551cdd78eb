package import Entries
package import Graph
package import Vault

/// The secret of an app is needed and not there.
package enum AppSecretError: Error {
    /// That of the app itself.
    case notStored(Reference)
    /// That of the app that the token of `token` belongs to.
    case notStoredFor(token: Reference, app: Reference)
    /// Which app the token belongs to is not known.
    case unknownApp(ofToken: Reference)

    /// The secret of the app that `entry` belongs to.
    package static func missing(for entry: Entry) -> AppSecretError {
        guard let app = entry.metadata.app else { return .unknownApp(ofToken: entry.reference) }
        return .notStoredFor(token: entry.reference, app: app)
    }
}

extension VaultReader {
    /// The app that a token belongs to, with its secret, where that is stored.
    ///
    /// A token of which the app is not known is taken to belong to the only one there is.
    package func appCredentials(of app: Reference?) throws -> AppCredentials? {
        guard let app = try appReference(app), app.kind == .app, let stored = try entryIfAny(app)
        else { return nil }
        return AppCredentials(id: app.id, secret: stored.secret)
    }

    /// The app that a token belongs to; if that is not known, the only one there is.
    package func appReference(_ app: Reference?) throws -> Reference? { try app ?? onlyApp() }

    private func onlyApp() throws -> Reference? {
        let apps = try references(of: .app).filter { $0.suffix == nil }
        return apps.count == 1 ? apps[0] : nil
    }
}
