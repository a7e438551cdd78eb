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
        if inspection.type == "PAGE" {
            user = inspection.userID.flatMap { Reference(.user, $0) } ?? user
        }
    }

    /// Unix time as Graph has it: 0 for never.
    private static func expiry(_ seconds: Int64) -> Expiry {
        seconds <= 0 ? .never : .at(Timestamp(seconds))
    }

    private static func reason(_ inspection: TokenInspection) -> String {
        guard let refusal = inspection.refusal else { return "Meta says that it is not valid" }
        let number = refusal.subcode.map { "\(refusal.code)/\($0)" } ?? "\(refusal.code)"
        return refusal.message.isEmpty
            ? "Meta's error \(number)" : "Meta's error \(number): \(refusal.message)"
    }
}

extension VaultReader {
    /// The app that a token belongs to, with its secret, where that is stored.
    func appCredentials(of app: Reference?) throws -> AppCredentials? {
        guard let app, app.kind == .app, let stored = try entryIfAny(app) else { return nil }
        return AppCredentials(id: app.id, secret: stored.secret)
    }
}
