package import Console
import Entries
package import Tokens
import Vault

extension ExchangeError: Message {
    package enum ID: String, MessageID {
        case otherApp = "token-made-for-other-app"
        case pageToken = "page-token-given"
        case appToken = "app-token-given"
        case longLived = "token-long-lived-already"
        case nothingUnfinished = "nothing-unfinished"
        case notExchanged = "short-lived-token-kept"
        case factsNotSaved = "answers-about-token-not-saved"
        case dead = "new-token-dead"
        case notAccepted = "new-token-not-accepted"
        case wrongApp = "new-token-of-other-app"
        case ownerUnavailable = "owner-of-token-not-asked"
        case ownerUnknown = "owner-of-token-not-told"
        case otherAccount = "other-account-logged-in"
    }

    package var failure: Failure {
        switch self {
        case .otherApp(let id, let app, let next):
            Failure(
                ID.otherApp, .configuration,
                "the token was issued for app \(DisplayName(id)), not for \(app); choose \(app) in "
                    + "the Graph Explorer, or use the app that the token belongs to",
                hint: next)
        case .pageToken(let next):
            Failure(
                ID.pageToken, .tokenRefused,
                "this is a page token; choose the user token in the Graph Explorer", hint: next)
        case .appToken(let next):
            Failure(
                ID.appToken, .tokenRefused,
                "this is an app token; choose the user token in the Graph Explorer", hint: next)
        case .longLived(let next):
            Failure(
                ID.longLived, .tokenRefused,
                "the token is long-lived already, so it cannot be exchanged; store it as it is",
                hint: next)
        case .nothingUnfinished(let app, let next):
            Failure(
                ID.nothingUnfinished, .missing, "\(app) has no unfinished exchange", hint: next)
        case .notExchanged(let stored, let error, let next):
            Self.caused(
                ID.notExchanged, by: error,
                "the short-lived token was stored as \(stored), but not exchanged for a long-lived "
                    + "one", next)
        case .factsNotSaved(let stored, let error, let next):
            Self.notSaved(stored, Failure(error), next)
        case .dead(let stored, let reason):
            Failure(
                ID.dead, .tokenRefused,
                "the token stored as \(stored) is not valid: \(Reason(reason))",
                hint: "tokenvault remove \(stored)")
        case .notAccepted(let stored, let reason, let next):
            Failure(
                ID.notAccepted, .tokenRefused,
                "the new token was stored as \(stored), but Meta does not accept it yet: "
                    + "\(Reason(reason))",
                hint: next)
        case .wrongApp(let stored, let app, let mismatch):
            Failure(
                ID.wrongApp, mismatch.status,
                "the token stored as \(stored) does not belong to \(app): "
                    + "\(Reason(mismatch.reason))",
                hint: "tokenvault remove \(stored)")
        case .ownerUnavailable(let stored, let error, let next):
            Self.caused(
                ID.ownerUnavailable, by: error,
                "the new token was stored as \(stored), but its owner could not be determined",
                next)
        case .ownerUnknown(let stored, let next):
            Failure(
                ID.ownerUnknown, .invalidResponse,
                "the new token was stored as \(stored), but Meta does not say who owns it",
                hint: next)
        case .otherAccount(let account, let stored, let next):
            Self.otherAccount(account, stored, next)
        case .declined(let owner):
            DeclinedMessage.tokenNotStored(of: owner).failure
        }
    }

    private static func caused(
        _ id: ID, by error: GraphRequestError, _ text: MessageText, _ next: CommandText
    ) -> Failure {
        let cause = error.failure
        return Failure(
            id, cause.status, "\(text): \(cause)", hint: next, kind: cause.kind,
            refusal: cause.refusal)
    }

    private static func notSaved(
        _ stored: Reference, _ cause: Failure, _ next: CommandText
    ) -> Failure {
        Failure(
            ID.factsNotSaved, cause.status,
            "the new token was stored as \(stored), but the details that Meta reported could not "
                + "be saved: \(cause)",
            hint: next)
    }

    private static func otherAccount(
        _ account: OtherAccount, _ stored: Reference?, _ next: CommandText
    ) -> Failure {
        let end: MessageText =
            stored.map { "its token was stored as \($0)" } ?? "nothing was stored"
        return Failure(
            ID.otherAccount, .tokenRefused,
            "logged in as \(account.words), not as \(account.expected); \(end)",
            hint: next)
    }

    package static var samples: [ExchangeError] {
        let user = Reference.sampleUser
        let next: CommandText = "tokenvault exchange --resume"
        let account = OtherAccount(expected: user, owner: user, name: nil)
        let named = OtherAccount(expected: user, owner: user, name: "Ann Example")
        return [
            .otherApp(id: "1010000000000002", expected: .sampleApp, next: nil),
            .pageToken(next: next), .appToken(next: next),
            .longLived(next: "tokenvault add instagram:1020"),
            .nothingUnfinished(app: .sampleApp, next: next),
            .notExchanged(stored: user, because: .sample, next: next),
            .factsNotSaved(stored: user, because: VaultError.busy, next: next),
            .dead(stored: user, reason: "Meta's error 190/458"),
            .notAccepted(stored: user, reason: "Meta's error 190/459", next: next),
            .wrongApp(stored: user, app: .sampleApp, .sample),
            .ownerUnavailable(stored: user, because: .sample, next: next),
            .ownerUnknown(stored: user, next: next),
            .otherAccount(account, stored: nil, next: next),
            .otherAccount(named, stored: user, next: next), .declined(owner: user),
        ]
    }
}

extension OtherAccount {
    /// The account that logged in.
    var words: MessageText {
        let name: MessageText = name.map { "\(DisplayName($0)), " } ?? ""
        return name + "\(owner)"
    }
}

extension UnsavedTokenError: Message {
    package enum ID: String, MessageID {
        case notSaved = "new-token-not-saved"
    }

    package var failure: Failure {
        let cause = Failure(cause)
        let hint: CommandText?
        let remedy: MessageText
        switch self.remedy {
        case .exchange(let next):
            remedy = "exchange again; the short-lived token is valid until it expires"
            hint = next
        case .beginning(let next):
            remedy = "start again; the code cannot be used twice"
            hint = next
        case .refresh:
            remedy = "refresh again"
            hint = cause.status == .missing ? nil : cause.hint
        }
        return Failure(
            ID.notSaved, cause.status,
            "Meta issued a new token, but it could not be saved: \(cause); fix that and \(remedy)",
            hint: hint)
    }

    package static var samples: [UnsavedTokenError] {
        let remedies: [Remedy] = [
            .exchange("tokenvault exchange"), .beginning("tokenvault login"), .refresh,
        ]
        return remedies.map { UnsavedTokenError(cause: VaultError.busy, remedy: $0) }
    }
}

extension ExchangeWarning {
    var words: MessageText {
        switch self {
        case .wrongToken(let error):
            error.failure.message
        case .incomplete(let error):
            "the token was stored, but some of its details are not known: \(error.failure)"
        case .ofOther(let owner, let emptied):
            "Meta says that the new token belongs to \(owner)"
                + (emptied.map { "; \($0) no longer has a token" } ?? "")
        case .dropped(let pending, let owner):
            "\(owner) has a newer token that lasts longer, so the one stored as \(pending) was "
                + "removed"
        case .replaced(let owner, let app):
            "the previous token of \(owner) was for \(app)"
        }
    }
}
