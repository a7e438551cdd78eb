import Console
import Graph
import Vault

/// What each class of refusal means for the person, and what helps: the other half of Graph's table of
/// codes.
struct GraphAdvice {
    let status: ExitStatus
    let meaning: String
    let hint: String?

    init(_ refusal: GraphRefusal, asking question: GraphQuestion) {
        switch refusal.classification {
        case .transient:
            self.init(.tryLater, "the Graph API has a passing fault; try again later")
        case .throttled:
            self.init(.tryLater, "too many calls: \(Self.whenAgain(refusal.retryAfter))")
        case .blocked:
            self.init(.tryLater, "Meta blocks this for reasons of policy; wait before trying again")
        case .tooMuchData:
            self.init(.tryLater, "Meta finds the answer too large; try again later")
        case .deadToken(let death):
            self.init(.tokenRefused, Self.meaning(of: death), hint: question.renewal)
        case .deadCode(.expired):
            self.init(.tokenRefused, "the code has expired", hint: question.renewal)
        case .deadCode(.used):
            self.init(.tokenRefused, "the code was used already", hint: question.renewal)
        case .person:
            self.init(
                .tokenRefused,
                "the person must log in to www.facebook.com and follow the instructions there")
        case .permission:
            self.init(.tokenRefused, "a permission, or a role or task on the page, is missing")
        case .request:
            self.init(.tokenRefused, "Meta refused the call")
        case .configuration(let setting):
            self = Self.configuration(setting, question)
        }
    }

    private init(_ status: ExitStatus, _ meaning: String, hint: String? = nil) {
        self.status = status
        self.meaning = meaning
        self.hint = hint
    }

    private static func meaning(of death: GraphRefusal.Death) -> String {
        switch death {
        case .removedApp: "the token is dead: the person removed the app"
        case .passwordChanged:
            "the token is dead: the password was changed, or Meta ended the session"
        case .expired: "the token has expired: get a new one in the Graph Explorer"
        case .loggedOut: "the token is dead: the person logged out"
        case .unused: "the token is dead: the person did not use the app for 90 days"
        case .unclear: "Meta does not accept the token: get a new one in the Graph Explorer"
        }
    }

    private static func configuration(
        _ setting: GraphRefusal.Setting, _ question: GraphQuestion
    ) -> GraphAdvice {
        let name = question.app.map { "\($0)" } ?? "the app"
        func advice(_ meaning: String, hint: String? = nil) -> GraphAdvice {
            GraphAdvice(.configuration, meaning, hint: hint)
        }
        switch setting {
        case .appID:
            return advice(
                "Meta knows no such app id: compare \(name) with the app dashboard",
                hint: question.isSecretStored
                    ? question.app.map { "tokenvault show \($0)" } : nil)
        case .appSecret, .proof:
            return advice(
                "Meta does not accept the app secret of \(name)",
                hint: question.isSecretStored
                    ? question.app.map { "tokenvault rotate \($0)" } : nil)
        case .missingProof:
            guard !question.isSecretStored else {
                return advice("\(name) takes only calls that its app secret proves")
            }
            return advice(
                "\(name) takes only calls that its app secret proves, and that is not stored",
                hint: question.app.map { "tokenvault add \($0)" })
        case .missingSecret:
            return advice(
                "Meta answers this only with the app secret of \(name), which is not in the vault",
                hint: question.app.map { "tokenvault add \($0)" } ?? "tokenvault help add")
        case .otherApp:
            return advice(
                "the token was made for another app than \(name): choose that app in "
                    + "the Graph Explorer and copy a new one")
        case .blockedApp:
            return advice(
                "Meta has blocked or deactivated \(name): see its alerts in the app dashboard")
        case .address:
            return advice(
                "\(name) does not allow calls from this machine's address: add it to the Server IP "
                    + "allow list in the app dashboard, under Advanced settings")
        case .capability:
            return advice(
                "\(name) lacks a capability that this needs: see its App Review in the app dashboard"
            )
        case .nativeApp:
            return advice("\(name) is set up as a native or desktop app, which has no secret")
        case .redirect:
            let address = question.redirect.map { " \(DisplayText.clean($0.text))" } ?? ""
            return advice(
                "Meta does not accept the redirect address\(address): register it with \(name), letter "
                    + "for letter, under Valid OAuth Redirect URIs, and name the same each time")
        case .version:
            return advice(
                "the Graph API does not know this call in this version; try --graph-version "
                    + GraphEndpoint.defaultVersion)
        case .unclear:
            return advice("the settings of \(name) do not allow this")
        }
    }

    /// When calls may work again, as far as Meta said.
    static func whenAgain(_ seconds: Int?) -> String {
        guard let seconds else { return "wait before trying again, an hour at the most" }
        if seconds <= 1 { return "try again in 1 second" }
        return seconds < 120
            ? "try again in \(seconds) seconds"
            : "try again in \((seconds + 59) / 60) minutes"
    }
}
