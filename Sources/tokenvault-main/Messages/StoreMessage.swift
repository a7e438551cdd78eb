import Console
import Entries
import Etcd
import HTTP
import Sharing

/// Why the store of a shared vault did not do what was asked.
enum StoreMessage: Message {
    /// etcd, or the way to it, is the reason.
    case failed(EtcdError.Reason, at: HostName)
    /// There was no answer, and nothing more is known.
    case noAnswer
    /// The store refused, and nothing more is known.
    case refused

    enum ID: String, MessageID {
        case unreachable = "store-unreachable"
        case unavailable = "store-unavailable"
        case login = "store-login-refused"
        case permission = "store-permission-denied"
        case tooLarge = "store-request-too-large"
        case quota = "store-quota-exceeded"
        case certificateName = "store-certificate-with-name"
        case notUnderstood = "store-answer-not-understood"
    }

    /// Creates the message for what a store reported.
    init(_ failure: StoreFailure) {
        switch failure {
        case .noAnswer(let cause): self = StoreMessage(cause: cause) ?? .noAnswer
        case .refused(_, let cause): self = StoreMessage(cause: cause) ?? .refused
        }
    }

    /// Creates the message for the cause of a failure, or returns `nil` if it is not one of etcd.
    init?(cause: (any Error)?) {
        guard let error = cause as? EtcdError else { return nil }
        self = .failed(error.reason, at: HostName(error.endpoint.description))
    }

    var failure: Failure {
        switch self {
        case .noAnswer: failed(ID.unreachable, "the store did not answer")
        case .refused: failed(ID.unavailable, "the store refused the request")
        case .failed(let reason, let host): failure(reason, host)
        }
    }

    private func failure(_ reason: EtcdError.Reason, _ host: HostName) -> Failure {
        switch reason {
        case .unreachable(let reason):
            failed(ID.unreachable, "cannot reach the store at \(host): \(Self.words(for: reason))")
        case .unavailable(let status):
            failed(
                ID.unavailable,
                "the store at \(host) cannot serve requests now (HTTP \(status)); it may have no "
                    + "leader")
        case .unauthorized(.wrongPassword):
            failed(ID.login, "the store at \(host) does not accept the user and password")
        case .unauthorized(.noUser):
            failed(ID.login, "the store at \(host) requires a user and password")
        case .unauthorized(.token):
            failed(ID.login, "the store at \(host) does not accept its own login token")
        case .permissionDenied:
            failed(
                ID.permission,
                "the user has no right to the keys under the prefix in the store at \(host)")
        case .tooLarge:
            failed(ID.tooLarge, "the store at \(host) does not accept requests of this size")
        case .quotaExceeded:
            failed(
                ID.quota,
                "the store at \(host) has used up its space (NOSPACE), so it writes nothing")
        case .certificateHasName:
            failed(
                ID.certificateName,
                "the store at \(host) refuses client certificates with a common name (CN); use "
                    + "one without")
        case .compacted, .futureRevision:
            failed(ID.notUnderstood, "the store at \(host) no longer has what it had before")
        case .notUnderstood(let status):
            failed(
                ID.notUnderstood,
                "the answer of \(host) is not one of etcd's JSON gateway (HTTP \(status))")
        }
    }

    private func failed(_ id: ID, _ text: MessageText) -> Failure {
        Failure(id, .unreachable, text, hint: "tokenvault doctor", kind: .network)
    }

    private static func words(for reason: HTTPError.Unreachable) -> MessageText {
        switch reason {
        case .unknownHost: "unknown host name"
        case .noConnection: "no connection"
        case .untrusted: "its certificate is not trusted"
        case .certificateRefused: "it does not accept this machine's certificate"
        case .connectionClosed: "the connection was closed"
        case .notHTTP: "its response is not valid HTTP"
        case .timeout, .connectTimeout: "no response in time"
        case .proxy: "the proxy rejected the request"
        }
    }

    static var samples: [StoreMessage] {
        let reasons: [EtcdError.Reason] = [
            .unreachable(.unknownHost), .unreachable(.noConnection), .unreachable(.untrusted),
            .unreachable(.certificateRefused), .unreachable(.connectionClosed),
            .unreachable(.notHTTP), .unreachable(.timeout), .unavailable(status: 503),
            .unauthorized(.wrongPassword),
            .unauthorized(.noUser), .unauthorized(.token), .permissionDenied, .tooLarge,
            .quotaExceeded, .certificateHasName, .futureRevision, .notUnderstood(status: 200),
        ]
        return reasons.map { .failed($0, at: HostName("etcd1.example.com")) } + [
            .noAnswer, .refused,
        ]
    }
}
