import Console
import Entries
import Graph
import Tokens
import Vault

/// What a class of refusals means, and what to do about it; the Graph API's table of codes has the
/// classes.
struct GraphAdvice {
    let id: GraphRequestError.ID
    let status: ExitStatus
    let meaning: MessageText
    let hint: CommandText?

    init(_ refusal: GraphRefusal, in context: GraphCallContext) {
        switch refusal.classification {
        case .transient:
            self.init(
                .transient, .tryLater,
                "\(context.service) has a temporary problem; try again later")
        case .throttled:
            self.init(
                .throttled, .tryLater,
                "too many calls; \(Self.whenAgain(refusal.retryAfter))")
        case .blocked:
            self.init(
                .blocked, .tryLater,
                "Meta blocked this call for policy reasons; wait before trying again")
        case .tooMuchData:
            self.init(
                .tooMuchData, .tryLater,
                "Meta cannot return this much data at once; try again later")
        case .deadToken(let death):
            self.init(
                .deadToken, .tokenRefused, Self.meaning(of: death, context), hint: context.renewal)
        case .deadCode(.expired):
            self.init(.deadCode, .tokenRefused, "the code has expired", hint: context.renewal)
        case .deadCode(.used):
            self.init(
                .deadCode, .tokenRefused, "the code has already been used",
                hint: context.renewal)
        case .person:
            self.init(
                .person, .tokenRefused,
                "the user must log in at \(context.website) and follow the instructions there")
        case .permission:
            self.init(
                .permission, .tokenRefused,
                "a permission, or a role or task on the page, is missing")
        case .request:
            self.init(.request, .tokenRefused, "Meta rejected the call")
        case .configuration(let setting):
            self = Self.configuration(setting, context)
        }
    }

    private init(
        _ id: GraphRequestError.ID, _ status: ExitStatus, _ meaning: MessageText,
        hint: CommandText? = nil
    ) {
        self.id = id
        self.status = status
        self.meaning = meaning
        self.hint = hint
    }

    private static func meaning(
        of death: GraphRefusal.Death, _ context: GraphCallContext
    ) -> MessageText {
        let source: MessageText =
            context.platform != nil
            ? "somebody must log in again"
            : context.token?.kind == .system
                ? "generate a new one in Business settings" : "get a new one in the Graph Explorer"
        return switch death {
        case .removedApp: "the token is no longer valid: the user removed the app"
        case .passwordChanged:
            "the token is no longer valid: the password was changed, or Meta ended the session"
        case .expired: "the token has expired; \(source)"
        case .loggedOut: "the token is no longer valid: the user logged out"
        case .unused:
            "the token is no longer valid: the user has not used the app for 90 days"
        case .unclear: "Meta does not accept the token; \(source)"
        }
    }

    private static func configuration(
        _ setting: GraphRefusal.Setting, _ context: GraphCallContext
    ) -> GraphAdvice {
        let name: MessageText = context.app.map { "\($0)" } ?? "the app"
        func advice(
            _ id: GraphRequestError.ID, _ meaning: MessageText, hint: CommandText? = nil
        ) -> GraphAdvice {
            GraphAdvice(id, .configuration, meaning, hint: hint)
        }
        switch setting {
        case .appID:
            return advice(
                .appID,
                "Meta does not know this app ID; compare \(name) with the app dashboard",
                hint: context.isSecretStored
                    ? context.app.map { "tokenvault show \($0)" } : nil)
        case .appSecret, .proof:
            return advice(
                .appSecret,
                "Meta does not accept the app secret of \(name)",
                hint: context.isSecretStored
                    ? context.app.map { "tokenvault rotate \($0)" } : nil)
        case .missingProof:
            guard !context.isSecretStored else {
                return advice(.missingProof, "\(name) requires appsecret_proof")
            }
            return advice(
                .missingProof,
                "\(name) requires appsecret_proof, but its app secret is not in the vault",
                hint: context.app.map { "tokenvault add \($0)" })
        case .missingSecret:
            return advice(
                .missingSecret,
                context.app.map {
                    "this call needs the app secret of \($0), which is not in the vault"
                }
                    ?? "this call needs an app secret that is not in the vault",
                hint: context.app.map { "tokenvault add \($0)" } ?? "tokenvault help add")
        case .otherApp:
            return advice(
                .otherApp,
                "the token was not issued for \(name); choose \(name) in the Graph Explorer and "
                    + "copy a new token")
        case .blockedApp:
            return advice(
                .blockedApp,
                "Meta has blocked or deactivated \(name); see its alerts in the app dashboard")
        case .address:
            return advice(
                .address,
                "\(name) does not allow calls from this machine's IP address; add the address to "
                    + "the Server IP allow list in the app dashboard, under Advanced settings")
        case .capability:
            return advice(
                .capability,
                "\(name) lacks a capability that this call needs; see App Review in the app "
                    + "dashboard"
            )
        case .nativeApp:
            return advice(
                .nativeApp,
                "\(name) is set up as a native or desktop app, which has no secret")
        case .redirect:
            let address: MessageText = context.redirect.map { " \($0)" } ?? ""
            return advice(
                .redirect,
                "Meta does not accept the redirect URI\(address); register it with \(name) under "
                    + "Valid OAuth Redirect URIs, letter for letter, and use the same one each "
                    + "time")
        case .version:
            return advice(
                .version,
                "the Graph API does not support this call in this version; try --graph-version "
                    + MessageText(stringLiteral: GraphEndpoint.defaultVersion))
        case .unclear:
            return advice(.settings, "the settings of \(name) do not allow this")
        }
    }

    /// When calls may work again, if Meta says so.
    static func whenAgain(_ seconds: Int?) -> MessageText {
        guard let seconds else { return "try again later, within an hour at most" }
        if seconds <= 1 { return "try again in 1 second" }
        return seconds < 120
            ? "try again in \(seconds) seconds"
            : "try again in \((seconds + 59) / 60) minutes"
    }
}

extension GraphCallContext {
    /// The platform if it is not Facebook.
    fileprivate var platform: MetaPlatform? {
        let platform =
            token.flatMap { MetaPlatform($0.kind) } ?? app.flatMap { MetaPlatform($0.kind) }
        return platform == .facebook ? nil : platform
    }

    /// The API that was called.
    var service: MessageText { platform.map { "\($0)" } ?? "the Graph API" }

    /// The website on which the user resolves problems with the account.
    fileprivate var website: MessageText {
        switch platform {
        case .instagram: "www.instagram.com"
        case .threads: "www.threads.net"
        case .facebook, nil: "www.facebook.com"
        }
    }
}
