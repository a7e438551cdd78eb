package import Console
import Entries
package import Tokens
import Vault

extension RefreshError: Message {
    package enum ID: String, MessageID {
        case ofOtherApp = "other-apps-token-in-entry"
        case removedMeanwhile = "entry-removed-meanwhile"
        case notRefreshable = "token-not-refreshed"
        case skipped = "not-asked-for-renewal"
    }

    package var failure: Failure {
        switch self {
        case .ofOtherApp(let mismatch):
            return Failure(ID.ofOtherApp, .configuration, "\(Reason(mismatch.reason))")
        case .removedMeanwhile(let reference):
            return Failure(
                ID.removedMeanwhile, .missing,
                "another process removed \(reference) in the meantime")
        case .notRefreshable(let error):
            let cause = error.failure
            return Failure(
                ID.notRefreshable, cause.status,
                "the token may be younger than 24 hours, short-lived, or lack a scope: \(cause)",
                hint: cause.hint, kind: cause.kind, refusal: cause.refusal)
        case .skipped:
            return Failure(ID.skipped, .internalFault, "not attempted")
        case .skippedBecause(let error):
            let cause = Failure(error)
            return Failure(ID.skipped, cause.status, "not attempted: \(cause)", hint: cause.hint)
        }
    }

    package static var samples: [RefreshError] {
        [
            .ofOtherApp(.sample), .removedMeanwhile(.sampleUser), .notRefreshable(.sample),
            .skipped,
            .skippedBecause(GraphRequestError.sample),
        ]
    }
}

extension KeptTokenReason {
    var words: MessageText {
        switch self {
        case .newTokenDead:
            "the new token is not valid"
        case .newTokenOfOther(let mismatch, let stored):
            "the new token belongs to someone else: \(Reason(mismatch.reason)); it was stored as "
                + "\(stored)"
        case .newTokenUnclear(let stored):
            "Meta does not confirm that the new token is valid; it was stored as \(stored)"
        case .scopesLost(let scopes, let stored):
            "the new token lacks \(ScopeNames(scopes)); it was stored as \(stored)"
        case .endUnknown(let stored):
            "Meta does not say when the new token expires; it was stored as \(stored)"
        case .replacedMeanwhile(let stored):
            "another process replaced the token in the meantime"
                + (stored.map { "; the new one was stored as \($0)" } ?? "")
        }
    }

    /// The command to run next, or `nil` if no command helps.
    var hint: CommandText? {
        switch self {
        case .newTokenDead, .replacedMeanwhile: nil
        case .newTokenOfOther(_, let stored), .scopesLost(_, let stored), .endUnknown(let stored):
            "tokenvault remove \(stored)"
        case .newTokenUnclear(let stored): "tokenvault check --online \(stored)"
        }
    }
}

extension LoginReason {
    var words: MessageText {
        switch self {
        case .mismatch(let mismatch): "\(Reason(mismatch.reason))"
        case .refused(let error): error.failure.message
        }
    }
}
