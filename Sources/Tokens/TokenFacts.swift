import Console
import Entries
import Graph
import Sodium
import Vault

extension Metadata {
    /// Whether Meta has called the token valid, and its entry's own, since it was stored.
    var isConfirmed: Bool {
        guard valid == true, let checkedAt, let since = changedAt ?? addedAt else { return false }
        return checkedAt >= since
    }

    /// Takes over what `debug_token` said at `now` of the token of `reference`.
    ///
    /// Of somebody else's token nothing is taken over but that it is one, which is returned.
    @discardableResult
    mutating func update(
        from inspection: TokenInspection, of reference: Reference, at now: Timestamp
    ) -> TokenMismatch? {
        checkedAt = now
        if let mismatch = TokenMismatch(
            inspection, of: reference, app: app?.id ?? inspection.askedBy)
        {
            valid = false
            reason = mismatch.reason
            return mismatch
        }
        adopt(inspection)
        return nil
    }

    /// Takes over what `debug_token` said of the token, whosever it is.
    mutating func adopt(_ inspection: TokenInspection) {
        valid = inspection.isValid
        reason = inspection.isValid ? nil : Self.reason(inspection)
        if let end = inspection.expiresAt { expiresAt = Self.expiry(end) }
        if let end = inspection.dataAccessExpiresAt { dataAccessExpiresAt = Self.expiry(end) }
        app = inspection.appID.flatMap { Reference(.app, $0) } ?? app
        // Of a dead token Meta may tell less than is known, and a token without any scope does not exist.
        if inspection.isValid, let said = inspection.scopes, !said.isEmpty { scopes = said }
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
        if refusal.code == 0 { return "Meta says: \(refusal.message)" }
        return refusal.message.isEmpty
            ? "Meta's error \(refusal.number)"
            : "Meta's error \(refusal.number): \(refusal.message)"
    }
}

extension EntryChange {
    /// Adds what `debug_token` said of the token of `entry` to what is stored by then, unless another
    /// process has replaced the token itself.
    init(updatingFrom inspection: TokenInspection, of entry: Entry, at now: Timestamp) {
        self.init(describing: entry) { $0.update(from: inspection, of: entry.reference, at: now) }
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

extension TokenInspection {
    /// Whether Meta calls the token dead, in one of the ways that no wait and nobody's doing undoes.
    var isDead: Bool { !isValid && refusal?.classification.isDeadToken == true }
}

extension UnlockedVault {
    /// Seconds for which a token that Meta has issued waits for other processes that save: it would be
    /// lost if it were not saved.
    static let waitForIssuedToken = 30.0
}

extension GraphClient {
    /// What Meta says of `token`, of a dead one and of another app's too.
    func verdict(
        on token: SharedSecret, app: AppCredentials?
    ) async -> Result<TokenInspection, GraphError> {
        do throws(GraphError) {
            let inspection = try await inspect(token, app: app)
            return .success(inspection)
        } catch {
            guard case .refused(let refusal) = error else { return .failure(error) }
            switch refusal.classification {
            case .configuration(.otherApp): break
            // Without an app secret the token was asked about itself, and a dead one cannot answer.
            case .deadToken, .person: if app != nil { return .failure(error) }
            default: return .failure(error)
            }
            var inspection = TokenInspection(deadBecause: refusal)
            inspection.askedBy = app?.id
            return .success(inspection)
        }
    }
}

extension GraphError {
    /// Whether a person has to log in again, or to settle something there.
    var needsLogin: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.classification.isDeadToken || refusal.classification == .person
    }

    /// What else would fail in the same way.
    enum Extent {
        /// Nothing that is known.
        case one
        /// Whatever is asked for the same app.
        case app
        /// Whatever is asked, now; and asking on makes a throttle longer.
        case everything
    }

    /// What else would fail in the same way.
    var extent: Extent {
        switch self {
        case .unreachable, .tooManyCalls, .notGraph: .everything
        case .refused(let refusal):
            switch refusal.classification {
            case .throttled, .blocked, .configuration(.version): .everything
            case .configuration(.otherApp), .configuration(.redirect), .configuration(.unclear):
                .one
            case .configuration: .app
            default: .one
            }
        case .serverError, .invalidResponse: .one
        }
    }
}

extension VaultReader {
    /// The app that a token belongs to, with its secret, where that is stored.
    ///
    /// A token of which the app is not known is taken to belong to the only one there is.
    func appCredentials(of app: Reference?) throws -> AppCredentials? {
        guard let app = try appReference(app), app.kind == .app, let stored = try entryIfAny(app)
        else { return nil }
        return AppCredentials(id: app.id, secret: stored.secret)
    }

    /// The app that a token belongs to; if that is not known, the only one there is.
    func appReference(_ app: Reference?) throws -> Reference? { try app ?? onlyApp() }

    /// Whether `reference` is stored with that very secret.
    func holds(_ secret: SharedSecret, as reference: Reference) throws -> Bool {
        guard let stored = try entryIfAny(reference)?.secret else { return false }
        return secret.withSecret { one in stored.withSecret { one.isEqual(to: $0) } }
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
