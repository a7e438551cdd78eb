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
                kind: .network)
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
        var line = "\(advice.meaning) (Meta's error \(number)"
        if !refusal.message.isEmpty { line += ": \(refusal.message)" }
        self.init(advice.status, line + ")", hint: advice.hint, kind: .graph, refusal: refusal)
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

/// What a refusal means for the person, and what helps.
struct GraphAdvice {
    let status: ExitStatus
    let meaning: String
    let hint: String?

    init(_ refusal: GraphRefusal, asking question: GraphQuestion) {
        let app = question.app
        switch refusal.classification {
        case .passing:
            self.init(.tryLater, "the Graph API has a passing fault; try again later")
        case .throttled:
            self.init(.tryLater, "too many calls: \(Self.whenAgain(refusal.retryAfter))")
        case .blocked:
            self.init(.tryLater, "Meta blocks this for reasons of policy; wait before trying again")
        case .deadToken:
            self.init(.tokenRefused, Self.meaningOfDeath(refusal), hint: question.renewal)
        case .person:
            self.init(
                .tokenRefused,
                "the person must log in to www.facebook.com and follow the instructions there")
        case .permission:
            self.init(.tokenRefused, "a permission, or a role or task on the page, is missing")
        case .request:
            self.init(.tokenRefused, "Meta refused the call")
        case .tooMuchData:
            self.init(.tryLater, "Meta finds the answer too large; try again later")
        case .configuration:
            self = Self.configuration(refusal, app: app, redirect: question.redirect)
        }
    }

    private init(_ status: ExitStatus, _ meaning: String, hint: String? = nil) {
        self.status = status
        self.meaning = meaning
        self.hint = hint
    }

    private static func configuration(
        _ refusal: GraphRefusal, app: Reference?, redirect: RedirectAddress?
    ) -> GraphAdvice {
        let name = app.map { "\($0)" } ?? "the app"
        let message = refusal.message.lowercased()
        let replace = app.map { "tokenvault rotate \($0)" }
        if refusal.code == 101 {
            return GraphAdvice(
                .configuration, "Meta knows no such app id: compare \(name) with the app dashboard",
                hint: app.map { "tokenvault show \($0)" })
        }
        if refusal.code == 191 || refusal.subcode == 36_008 {
            let address = redirect.map { " \(DisplayText.clean($0.text))" } ?? ""
            return GraphAdvice(
                .configuration,
                "Meta does not accept the redirect address\(address): register it with \(name), letter "
                    + "for letter, under Valid OAuth Redirect URIs, and name the same each time")
        }
        if message.contains("does not belong to application") {
            return GraphAdvice(
                .configuration,
                "the token was made for another app than \(name): choose that app in "
                    + "the Graph Explorer and copy a new one")
        }
        if message.contains("appsecret_proof") || message.contains("client secret") {
            return GraphAdvice(
                .configuration, "Meta does not accept the app secret of \(name)", hint: replace)
        }
        if message.contains("client_secret") {
            return GraphAdvice(
                .configuration, "the app is set up as a native or desktop app, which has no secret")
        }
        if refusal.code == 2500 || refusal.code == 2635 {
            return GraphAdvice(
                .configuration,
                "the Graph API does not know this call in this version; try --graph-version "
                    + GraphEndpoint.defaultVersion)
        }
        return GraphAdvice(.configuration, "the settings of \(name) do not allow this")
    }

    private static func whenAgain(_ seconds: Int?) -> String {
        guard let seconds else { return "wait before trying again, an hour at the most" }
        return seconds < 120
            ? "try again in \(seconds) seconds"
            : "try again in \((seconds + 59) / 60) minutes"
    }

    private static func meaningOfDeath(_ refusal: GraphRefusal) -> String {
        switch refusal.subcode {
        case 458: "the token is dead: the person removed the app"
        case 460: "the token is dead: the password was changed, or Meta ended the session"
        case 463: "the token has expired: get a new one in the Graph Explorer"
        case 467: "the token is dead: the person logged out"
        case 493: "the token is dead: the person did not use the app for 90 days"
        case 36_007: "the code has expired"
        case 36_009: "the code was used already"
        default: "Meta does not accept the token: get a new one in the Graph Explorer"
        }
    }
}
