import Graph
import Sodium
import Vault

extension Metadata {
    /// Takes over what `debug_token` said at `now`.
    mutating func learn(_ inspection: TokenInspection, at now: Timestamp) {
        checkedAt = now
        valid = inspection.isValid
        reason = inspection.isValid ? nil : Self.reason(inspection)
        if let end = inspection.expiresAt { expiresAt = Self.expiry(end) }
        if let end = inspection.dataAccessExpiresAt { dataAccessExpiresAt = Self.expiry(end) }
        app = inspection.appID.flatMap { Reference(.app, $0) } ?? app
        // Of a dead token Meta may tell less than is known.
        if inspection.isValid { scopes = inspection.scopes }
        // Of a system user Meta says no more than the number.
        if inspection.type == "PAGE", let id = inspection.userID, user?.id != id {
            user = Reference(.user, id) ?? user
        }
    }

    /// Unix time as Graph has it: 0 for never.
    private static func expiry(_ seconds: Int64) -> Expiry {
        seconds == 0 ? .never : .at(Timestamp(seconds))
    }

    private static func reason(_ inspection: TokenInspection) -> String {
        guard let refusal = inspection.refusal else { return "Meta says that it is not valid" }
        let number = refusal.subcode.map { "\(refusal.code)/\($0)" } ?? "\(refusal.code)"
        return refusal.message.isEmpty
            ? "Meta's error \(number)" : "Meta's error \(number): \(refusal.message)"
    }
}

extension EntryChange {
    /// Adds what `debug_token` said of the token of `entry` to what is stored by then, unless another
    /// process has replaced the token itself.
    init(learning inspection: TokenInspection, of entry: Entry, at now: Timestamp) {
        self.init(describing: entry) { $0.learn(inspection, at: now) }
    }

    /// Changes what is said of `entry`, unless another process has replaced the token itself.
    init(describing entry: Entry, _ change: @escaping (inout Metadata) -> Void) {
        self.init(entry.reference) { old in
            guard var metadata = old, metadata.changedAt == entry.metadata.changedAt else {
                return .keep
            }
            change(&metadata)
            return .describe(metadata)
        }
    }
}

extension VaultReader {
    /// The app that a token belongs to, with its secret, where that is stored.
    ///
    /// A token of which the app is not known is taken to belong to the only one there is.
    func appCredentials(of app: Reference?) throws -> AppCredentials? {
        guard let app = try app ?? onlyApp(), app.kind == .app, let stored = try entryIfAny(app)
        else { return nil }
        return AppCredentials(id: app.id, secret: stored.secret)
    }

    private func onlyApp() throws -> Reference? {
        let apps = try references(of: .app).filter { $0.suffix == nil }
        return apps.count == 1 ? apps[0] : nil
    }
}

extension Failure {
    /// The app's secret is needed and not there.
    static func missingSecret(of app: Reference) -> Failure {
        Failure(
            .missing, "the app secret of \(app) is not stored", hint: "tokenvault add \(app)")
    }

    /// The secret of the app that `entry` belongs to is needed and not there.
    static func missingSecret(of entry: Entry) -> Failure {
        guard let app = entry.metadata.app else {
            return Failure(
                .missing, "which app \(entry.reference) belongs to is not known",
                hint: "tokenvault check --online \(entry.reference)")
        }
        return Failure(
            .missing, "the app secret of \(entry.reference) is not stored",
            hint: "tokenvault add \(app)")
    }
}
