package import Console
import Entries
import Graph
import HTTP
package import Tokens

extension GraphRequestError: Message {
    package enum ID: String, MessageID {
        // Without an error object of Meta's.
        case unreachable = "graph-unreachable"
        case serverError = "graph-server-error"
        case notGraph = "not-the-graph-api"
        case invalidResponse = "graph-answer-not-understood"
        // One for each class of Meta's refusals.
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
                "the Graph API has a fault of its own (HTTP \(status)); "
                    + (seconds.map(GraphAdvice.whenAgain) ?? "try again later"),
                kind: .graph)
        case .tooManyCalls(let seconds):
            Failure(
                ID.throttled, .tryLater, "too many calls: \(GraphAdvice.whenAgain(seconds))",
                kind: .graph)
        case .notGraph(let status):
            Failure(
                ID.notGraph, .unreachable,
                "\(server) did not answer as the Graph API does (HTTP \(status)): "
                    + Self.cause(ofForeign: status),
                hint: "tokenvault doctor", kind: .network)
        case .invalidResponse(let what, let status):
            Failure(
                ID.invalidResponse, .invalidResponse,
                "the answer of \(server) was not understood: \(Self.words(for: what)) "
                    + "(HTTP \(status))",
                kind: .graph)
        }
    }

    private var server: MessageText {
        question.host.map { "\(HostName($0))" } ?? "the Graph API"
    }

    private func refused(_ refusal: GraphRefusal) -> Failure {
        let advice = GraphAdvice(refusal, asking: question)
        let said: MessageText = refusal.message.isEmpty ? "" : ": \(Reason(refusal.message))"
        let told: MessageText =
            refusal.wordsForUser.map { "; for the user: \(Reason($0))" } ?? ""
        return Failure(
            advice.id, advice.status,
            "\(advice.meaning) (Meta's error \(ErrorNumber(refusal.number))\(said)\(told))",
            hint: advice.hint, kind: .graph,
            refusal: GraphErrorObject(
                code: refusal.code, subcode: refusal.subcode, type: refusal.type,
                userTitle: refusal.userTitle, userMessage: refusal.userMessage,
                fbtraceID: refusal.fbtraceID, httpStatus: refusal.httpStatus))
    }

    private static func cause(ofForeign status: Int) -> MessageText {
        status == 407
            ? "a proxy asks for a user name and password"
            : "a proxy or firewall is in the way, or the address is wrong"
    }

    private static func words(for reason: GraphError.Unreachable) -> MessageText {
        switch reason {
        case .unknownHost: "the host name is not known"
        case .noConnection: "no connection"
        case .untrusted: "its certificate is not trusted"
        case .connectionClosed: "the connection broke"
        case .timeout: "no answer in time"
        case .proxy: "the proxy did not let the call through"
        }
    }

    private static func words(for what: GraphError.ResponseProblem) -> MessageText {
        switch what {
        case .empty: "it is empty"
        case .notJSON: "it is no JSON, or cut short"
        case .shape(let key): "its \"\(FieldName(key))\" is missing or of another kind"
        case .tooLarge: "it is larger than 4 MiB"
        case .redirect: "it is a redirect, which was not followed"
        case .repeatedCursor: "its list leads in a circle"
        case .endlessList: "its list does not end"
        }
    }
}

extension GraphRefusal {
    /// What Meta wants the end user to read, unless its message says the same.
    fileprivate var wordsForUser: String? {
        let words = userMessage ?? userTitle
        return words == message || words?.isEmpty == true ? nil : words
    }
}

extension GraphError: FailureConvertible {
    package var failure: Failure { Failure(self, asking: GraphQuestion()) }
}

extension Failure {
    /// The words for how a call to Graph failed.
    init(_ error: GraphError, asking question: GraphQuestion) {
        self = GraphRequestError(error, asking: question).failure
    }
}
