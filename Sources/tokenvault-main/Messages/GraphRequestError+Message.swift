package import Console
import Entries
import Graph
import HTTP
package import Tokens

extension GraphRequestError: Message {
    package enum ID: String, MessageID {
        // Failures without an error object from Meta.
        case unreachable = "graph-unreachable"
        case serverError = "graph-server-error"
        case notGraph = "not-the-graph-api"
        case invalidResponse = "graph-answer-not-understood"
        // One for each class of refusals.
        case transient = "passing-fault-at-meta"
        case throttled = "too-many-calls"
        case blocked = "blocked-by-meta"
        case tooMuchData = "answer-too-large-for-meta"
        case deadToken = "dead-token"
        case deadCode = "dead-code"
        case person = "person-must-log-in"
        case permission = "permission-missing"
        case request = "call-refused"
        case appID = "unknown-app-id"
        case appSecret = "app-secret-not-accepted"
        case missingProof = "app-secret-proof-missing"
        case missingSecret = "app-secret-needed"
        case otherApp = "token-of-other-app"
        case blockedApp = "app-blocked"
        case address = "address-not-allowed"
        case capability = "capability-missing"
        case nativeApp = "app-without-secret"
        case redirect = "redirect-address-not-accepted"
        case version = "unknown-graph-version"
        case settings = "app-settings-forbid-it"
    }

    package var failure: Failure {
        switch error {
        case .refused(let refusal):
            refused(refusal)
        case .unreachable(let reason):
            Failure(
                ID.unreachable, .unreachable, "cannot reach \(server): \(Self.words(for: reason))",
                hint: "tokenvault doctor", kind: .network)
        case .serverError(let status, let seconds):
            Failure(
                ID.serverError, .tryLater,
                "\(context.service) returned \(Self.page(of: status)) "
                    + "(HTTP \(status)); "
                    + (seconds.map(GraphAdvice.whenAgain) ?? "try again later"),
                kind: .graph)
        case .tooManyCalls(let seconds):
            Failure(
                ID.throttled, .tryLater, "too many calls; \(GraphAdvice.whenAgain(seconds))",
                kind: .graph)
        case .notGraph(let status):
            Failure(
                ID.notGraph, .unreachable,
                "\(server) did not return a Graph API response (HTTP \(status)): "
                    + Self.cause(ofOtherServer: status),
                hint: "tokenvault doctor", kind: .network)
        case .invalidResponse(let what, let status):
            Failure(
                ID.invalidResponse, .invalidResponse,
                "invalid response from \(server): \(Self.words(for: what)) (HTTP \(status))",
                kind: .graph)
        }
    }

    private var server: MessageText {
        context.host.map { "\(HostName($0))" } ?? "the Graph API"
    }

    private func refused(_ refusal: GraphRefusal) -> Failure {
        let advice = GraphAdvice(refusal, in: context)
        let text: MessageText = refusal.message.isEmpty ? "" : ": \(Reason(refusal.message))"
        let userText: MessageText =
            refusal.wordsForUser.map { "; for the user: \(Reason($0))" } ?? ""
        return Failure(
            advice.id, advice.status,
            "\(advice.meaning) (Meta's error \(ErrorNumber(refusal.number))\(text)\(userText))",
            hint: advice.hint, kind: .graph,
            refusal: GraphErrorObject(
                code: refusal.code, subcode: refusal.subcode, type: refusal.type,
                userTitle: refusal.userTitle, userMessage: refusal.userMessage,
                fbtraceID: refusal.fbtraceID, httpStatus: refusal.httpStatus))
    }

    private static func cause(ofOtherServer status: Int) -> MessageText {
        status == 407
            ? "a proxy requires a user name and password"
            : "a proxy or firewall may be in the way, or the address may be wrong"
    }

    private static func words(for reason: GraphError.Unreachable) -> MessageText {
        switch reason {
        case .unknownHost: "unknown host name"
        case .noConnection: "no connection"
        case .untrusted, .certificateRefused: "its certificate is not trusted"
        case .connectionClosed: "the connection was closed"
        case .notHTTP: "its response is not valid HTTP"
        case .timeout, .connectTimeout: "no response in time"
        case .proxy: "the proxy rejected the request"
        }
    }

    private static func words(for what: GraphError.ResponseProblem) -> MessageText {
        switch what {
        case .empty: "it is empty"
        case .notJSON: "it is not valid JSON, or is truncated"
        case .shape(let key): "\"\(FieldName(key))\" is missing or has the wrong type"
        case .tooLarge: "it is larger than 4 MiB"
        case .encoded: "it is compressed"
        case .redirect: "it is a redirect, which tokenvault does not follow"
        case .repeatedCursor: "its list repeats itself"
        case .endlessList: "its list does not end"
        }
    }
}

extension GraphRefusal {
    /// Meta's text for the end user, or `nil` if it is missing or the same as the message.
    fileprivate var wordsForUser: String? {
        let words = userMessage ?? userTitle
        return words == message || words?.isEmpty == true ? nil : words
    }
}

extension GraphError: FailureConvertible {
    package var failure: Failure { Failure(self, in: GraphCallContext()) }
}

extension GraphRequestError {
    /// What a status says that came with HTML.
    private static func page(of status: Int) -> MessageText {
        status < 500 ? "an error page" : "a server error"
    }
}

extension Failure {
    /// Creates the failure for a failed Graph API call.
    init(_ error: GraphError, in context: GraphCallContext) {
        self = GraphRequestError(error, in: context).failure
    }
}
