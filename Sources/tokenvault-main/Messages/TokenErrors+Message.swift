package import Console
import Entries
package import Tokens
import Vault

extension AppSecretError: Message {
    package enum ID: String, MessageID {
        case notStored = "app-secret-not-stored"
        case unknownApp = "app-of-token-unknown"
    }

    package var failure: Failure {
        switch self {
        case .notStored(let app):
            Failure(
                ID.notStored, .missing, "the app secret of \(app) is not in the vault",
                hint: "tokenvault add \(app)")
        case .notStoredFor(let token, let app):
            Failure(
                ID.notStored, .missing,
                "the app secret for \(token) is not in the vault",
                hint: "tokenvault add \(app)")
        case .unknownApp(let token):
            Failure(
                ID.unknownApp, .missing, "cannot tell which app \(token) belongs to",
                hint: "tokenvault check --online \(token)")
        }
    }

    package static var samples: [AppSecretError] {
        [
            .notStored(.sampleApp), .notStoredFor(token: .samplePage, app: .sampleApp),
            .unknownApp(ofToken: .samplePage),
        ]
    }
}

extension CallIdentityError: Message {
    package enum ID: String, MessageID {
        case differs = "two-tokens-for-one-call"
        case noToken = "no-token-for-call"
        case noID = "no-id-for-path"
    }

    package var failure: Failure {
        switch self {
        case .differs(let path, let option):
            Failure(
                ID.differs, .usage,
                "the path names \(path), but --as names \(option); use only one of them")
        case .noToken(let reference):
            Failure(
                ID.noToken, .usage,
                "\(reference) is not an access token, so no call can be made with it")
        case .noID(let reference):
            Failure(
                ID.noID, .usage,
                "\(reference) has no ID for the path; use --as \(reference) instead")
        }
    }

    package static var samples: [CallIdentityError] {
        [
            .differs(path: .samplePage, option: .sampleUser), .noToken(.sampleApp),
            .noID(.samplePage),
        ]
    }
}

extension WrongTokenError: Message {
    package enum ID: String, MessageID {
        case wrongToken = "wrong-token-in-entry"
    }

    package var failure: Failure {
        Failure(
            ID.wrongToken, mismatch.status,
            "\(reference) holds the wrong token: \(Reason(mismatch.reason))",
            hint: "tokenvault show \(reference)")
    }

    package static var samples: [WrongTokenError] {
        [WrongTokenError(.samplePage, .sample)]
    }
}

extension RotationError: Message {
    package enum ID: String, MessageID {
        case noPreviousSecret = "no-previous-secret"
        case noReference = "no-name-for-previous-secret"
        case notVerified = "new-secret-not-verified"
    }

    package var failure: Failure {
        switch self {
        case .noPreviousSecret(let app):
            return Failure(
                ID.noPreviousSecret, .missing, "the vault has no previous secret of \(app)")
        case .noReference:
            return Failure(
                ID.noReference, .internalFault,
                "internal error: the previous secret has no reference")
        case .notVerified(let app, let error):
            let cause = error.failure
            return Failure(
                ID.notVerified, cause.status, "the old secret was kept: \(cause)",
                hint: "tokenvault rotate \(app)", kind: cause.kind, refusal: cause.refusal)
        }
    }

    package static var samples: [RotationError] {
        [
            .noPreviousSecret(of: .sampleApp), .noReference,
            .notVerified(app: .sampleApp, because: .sample),
        ]
    }
}

extension RevocationError: Message {
    package enum ID: String, MessageID {
        case ofPage = "page-token-not-revocable"
        case otherKind = "token-not-revocable"
    }

    package var failure: Failure {
        switch self {
        case .ofPage(let next):
            Failure(
                ID.ofPage, .usage,
                "a page token cannot be revoked alone, only together with its user token",
                hint: next)
        case .otherKind:
            Failure(
                ID.otherKind, .usage, "only user and system user tokens can be revoked")
        }
    }

    package static var samples: [RevocationError] {
        [.ofPage(next: "tokenvault revoke \(.sampleUser as Reference)"), .otherKind]
    }
}

extension NoReferenceError: FailureConvertible {
    package var failure: Failure { ProgramFault.noReference.failure }
}

extension TokenMismatch {
    /// The exit status of a command that finds a mismatch.
    var status: ExitStatus { isOfOtherApp ? .configuration : .tokenRefused }
}
