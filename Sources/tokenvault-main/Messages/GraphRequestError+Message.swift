import Console
import Entries
import Graph
import HTTP
import Vault

/// What a call was about, as far as an error's words need it.
struct GraphQuestion {
    /// Whom it was sent to.
    var host = "the Graph API"
    /// The app whose secret or id was used.
    var app: Reference?
    /// The stored token that was used or asked about.
    var token: Reference?
    /// Whether the app secret that was used is the stored one.
    var isSecretStored = true
    /// The redirect address that was named.
    var redirect: RedirectURI?
    /// The command that gets another token or code in the place of a dead one.
    var renewal = "tokenvault exchange"
}

extension Failure {
    /// The words for how a call to Graph failed.
    init(_ error: GraphError, asking question: GraphQuestion) {
        switch error {
        case .refused(let refusal):
            self.init(refusal, asking: question)
        case .unreachable(let reason):
            self.init(
                .unreachable, "cannot reach \(question.host): \(Self.words(for: reason))",
                hint: "tokenvault doctor", kind: .network)
        case .serverError(let status, let seconds):
            self.init(
                .tryLater,
                "the Graph API has a fault of its own (HTTP \(status)); "
                    + (seconds.map(GraphAdvice.whenAgain) ?? "try again later"),
                kind: .graph)
        case .tooManyCalls(let seconds):
            self.init(
                .tryLater, "too many calls: \(GraphAdvice.whenAgain(seconds))",
                kind: .graph)
        case .notGraph(let status):
            self.init(
                .unreachable,
                "\(question.host) did not answer as the Graph API does (HTTP \(status)): "
                    + Self.cause(ofForeign: status),
                hint: "tokenvault doctor", kind: .network)
        case .invalidResponse(let what, let status):
            self.init(
                .invalidResponse,
                "the answer of \(question.host) was not understood: \(Self.words(for: what))"
                    + " (HTTP \(status))",
                kind: .graph)
        }
    }

    private init(_ refusal: GraphRefusal, asking question: GraphQuestion) {
        let advice = GraphAdvice(refusal, asking: question)
        let said = refusal.message.isEmpty ? "" : ": \(refusal.message)"
        let told = refusal.wordsForUser.map { "; for the user: \($0)" } ?? ""
        self.init(
            advice.status, "\(advice.meaning) (Meta's error \(refusal.number)\(said)\(told))",
            hint: advice.hint, kind: .graph,
            refusal: GraphErrorObject(
                code: refusal.code, subcode: refusal.subcode, type: refusal.type,
                userTitle: refusal.userTitle, userMessage: refusal.userMessage,
                fbtraceID: refusal.fbtraceID, httpStatus: refusal.httpStatus))
    }

    private static func cause(ofForeign status: Int) -> String {
        status == 407
            ? "a proxy asks for a user name and password"
            : "a proxy or firewall is in the way, or the address is wrong"
    }

    private static func words(for reason: GraphError.Unreachable) -> String {
        switch reason {
        case .unknownHost: "the host name is not known"
        case .noConnection: "no connection"
        case .untrusted: "its certificate is not trusted"
        case .connectionClosed: "the connection broke"
        case .timeout: "no answer in time"
        case .proxy: "the proxy did not let the call through"
        }
    }

    private static func words(for what: GraphError.Misunderstanding) -> String {
        switch what {
        case .empty: "it is empty"
        case .notJSON: "it is no JSON, or cut short"
        case .shape(let key): "its \"\(DisplayText.clean(key))\" is missing or of another kind"
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
    var failure: Failure { Failure(self, asking: GraphQuestion()) }
}
