import Graph
import Vault

/// What a call was about, as far as an error's words need it.
struct GraphQuestion {
    /// Whom it was sent to.
    var host = "the Graph API"
    /// The app whose secret or id was used.
    var app: Reference?
    /// The stored token that was used or asked about.
    var token: Reference?
    /// The redirect address that was named.
    var redirect: RedirectAddress?
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
        case .faulty(let status):
            self.init(
                .tryLater, "the Graph API has a fault of its own (HTTP \(status)); try again later",
                kind: .graph)
        case .notUnderstood(let what, let status):
            self.init(
                .notUnderstood,
                "the answer of \(question.host) was not understood: \(Self.words(for: what))"
                    + " (HTTP \(status))",
                kind: .graph)
        }
    }

    private init(_ refusal: GraphRefusal, asking question: GraphQuestion) {
        let advice = GraphAdvice(refusal, asking: question)
        let number = refusal.subcode.map { "\(refusal.code)/\($0)" } ?? "\(refusal.code)"
        let said = refusal.message.isEmpty ? "" : ": \(refusal.message)"
        self.init(
            advice.status, "\(advice.meaning) (Meta's error \(number)\(said))", hint: advice.hint,
            kind: .graph, refusal: refusal)
    }

    private static func words(for reason: GraphError.Unreachable) -> String {
        switch reason {
        case .unknownHost: "the host name is not known"
        case .noConnection: "no connection"
        case .untrusted: "its certificate is not trusted"
        case .brokenOff: "the connection broke"
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
