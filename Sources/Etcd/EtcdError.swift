package import HTTP
internal import Sharing

/// A request to etcd that failed.
///
/// It contains nothing that a server sent as text, and no secret.
package struct EtcdError: Error, Equatable, Sendable {
    /// The node that was asked.
    package let endpoint: EtcdEndpoint
    /// The reason.
    package let reason: Reason
    /// Whether the request certainly changed nothing, and never will.
    package let hadNoEffect: Bool

    /// The reason why a request failed.
    package enum Reason: Equatable, Sendable {
        /// There was no complete response.
        case unreachable(HTTPError.Unreachable)
        /// The node, or something between, has a temporary problem, such as no leader.
        case unavailable(status: Int)
        /// etcd accepted neither the password nor the token.
        case unauthorized(Unauthorized)
        /// The user has no right to these keys.
        case permissionDenied
        /// The request is larger than etcd accepts.
        case tooLarge
        /// The space that etcd may use is used up (alarm `NOSPACE`).
        case quotaExceeded
        /// etcd has compacted the revision away.
        case compacted
        /// etcd has not reached that revision, as after it was restored from a backup.
        case futureRevision
        /// The gateway serves nobody whose client certificate has a common name (CN).
        case certificateHasName
        /// The response is not one that etcd sends, or etcd did not understand the request.
        case notUnderstood(status: Int)
    }

    /// The reason why etcd requires another login.
    package enum Unauthorized: Equatable, Sendable {
        /// The user does not exist or the password is wrong.
        case wrongPassword
        /// No user is configured, but etcd requires one.
        case noUser
        /// The token was rejected, even a new one.
        case token
    }
}

extension EtcdError {
    /// Whether every other node would give the same answer.
    var isFinal: Bool {
        switch reason {
        case .unreachable, .unavailable, .notUnderstood: false
        case .unauthorized, .permissionDenied, .tooLarge, .quotaExceeded, .compacted,
            .futureRevision, .certificateHasName:
            true
        }
    }

    /// How much the error says about what to do; of several nodes' errors, the highest is reported.
    var weight: Int {
        switch reason {
        case .unreachable(.untrusted), .unreachable(.certificateRefused): 3
        case .notUnderstood: 2
        case .unavailable: 1
        case .unreachable: 0
        default: 4
        }
    }

    /// What the error means to those who share a vault, whichever store they use.
    var refusal: StoreRefusal? {
        switch reason {
        case .unreachable(.certificateRefused), .unauthorized, .certificateHasName: .unauthorized
        case .unreachable: nil
        case .unavailable: hadNoEffect ? .unavailable : nil
        case .permissionDenied: .forbidden
        case .tooLarge: .tooLarge
        case .quotaExceeded: .quotaExceeded
        case .compacted, .futureRevision, .notUnderstood: .notUnderstood
        }
    }
}

extension StoreFailure {
    init(_ error: EtcdError) {
        if let refusal = error.refusal {
            self = .refused(refusal, cause: error)
        } else {
            self = .noAnswer(cause: error)
        }
    }
}

extension CommitOutcome {
    init(_ error: EtcdError) {
        if error.hadNoEffect {
            self = .refused(error.refusal ?? .unavailable, cause: error)
        } else {
            self = .unknown(cause: error)
        }
    }
}
