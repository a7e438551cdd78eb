import Console
import Entries
import Graph
import Tokens

/// Why a login in the browser ends without a token; `again` starts another one.
enum LoginMessage: Message {
    /// Another program listens on the port of the redirect URI.
    case portInUse(Int)
    /// The system does not allow listening on the port.
    case portUnusable(Int)
    /// The redirect URI is not on this machine, and nobody can paste the browser's last address.
    case nowhereToAnswer(NobodyToPaste, RedirectURI)
    /// The pasted text has no login response.
    case noAnswer(again: CommandText)
    /// The response is for another login.
    case foreignAnswer(again: CommandText)
    /// Someone else opened the page that the browser is started with.
    case watched(again: CommandText)
    case tooLate(seconds: Int64, RedirectURI, again: CommandText)
    /// The user canceled the login; Meta's words.
    case canceled(String, again: CommandText)
    /// Anything else that Meta reports, in its words.
    case failed(String, again: CommandText)
    case noOutcome

    /// Why nobody can paste an address.
    enum NobodyToPaste {
        case forbidden
        case nobodyThere
    }

    enum ID: String, MessageID {
        case portInUse = "login-port-in-use"
        case portUnusable = "login-port-unusable"
        case nowhereToAnswer = "nobody-to-paste-address"
        case noAnswer = "no-answer-in-pasted-address"
        case foreignAnswer = "answer-of-other-login"
        case watched = "login-watched"
        case tooLate = "nobody-logged-in"
        case canceled = "login-canceled"
        case failed = "login-failed"
        case noOutcome = "login-without-outcome"
    }

    var failure: Failure {
        switch self {
        case .portInUse(let port):
            Failure(
                ID.portInUse, .tryLater,
                "port \(port) is in use, perhaps by another login; end that login, or register "
                    + "another redirect URI with the app and pass it with --redirect-uri",
                kind: .network)
        case .portUnusable(let port):
            Failure(
                ID.portUnusable, .inputOutput,
                "cannot listen on port \(port); register another redirect URI with the app and "
                    + "pass it with --redirect-uri",
                kind: .network)
        case .nowhereToAnswer(let reason, let redirect):
            Failure(
                ID.nowhereToAnswer, .locked,
                "\(Self.words(for: reason)), and \(redirect) does not lead back to this machine; "
                    + "pipe the address that the browser ends on to standard input")
        case .noAnswer(let again):
            Failure(
                ID.noAnswer, .usage,
                "that is not an address with a response from the login dialog; copy the whole "
                    + "address that the browser ended on",
                hint: again)
        case .foreignAnswer(let again):
            Failure(
                ID.foreignAnswer, .tokenRefused,
                "that address belongs to another login (its state is missing or different); "
                    + "nothing was stored",
                hint: again)
        case .watched(let again):
            Failure(
                ID.watched, .tokenRefused,
                "someone else opened the page that starts the login in the browser and may know "
                    + "the login's state; nothing was stored",
                hint: again)
        case .tooLate(let seconds, let redirect, let again):
            Failure(
                ID.tooLate, .tryLater,
                "nobody logged in within \(TimeSpan(seconds: seconds)); if Meta's page complained "
                    + "about the URL, register \(redirect) with the app, under Valid OAuth "
                    + "Redirect URIs",
                hint: again, kind: .token)
        case .canceled(let words, let again):
            Failure(
                ID.canceled, .tokenRefused,
                "the login was canceled; nothing was stored\(Self.quoted(words))", hint: again)
        case .failed(let words, let again):
            Failure(
                ID.failed, .tokenRefused,
                "the login failed; nothing was stored\(Self.quoted(words))", hint: again)
        case .noOutcome:
            Failure(
                ID.noOutcome, .internalFault, "internal error: the login ended without a result")
        }
    }

    private static func words(for reason: NobodyToPaste) -> MessageText {
        switch reason {
        case .forbidden: "--no-input was given"
        case .nobodyThere: "there is no terminal to prompt on"
        }
    }

    private static func quoted(_ words: String) -> MessageText {
        words.isEmpty ? "" : " (Meta says: \(Reason(words)))"
    }

    static var samples: [LoginMessage] {
        guard let redirect = try? RedirectURI("https://example.com/") else { return [] }
        let again: CommandText = "tokenvault login"
        return [
            .portInUse(47_231), .portUnusable(47_231), .nowhereToAnswer(.forbidden, redirect),
            .nowhereToAnswer(.nobodyThere, redirect), .noAnswer(again: again),
            .foreignAnswer(again: again), .watched(again: "\(again) --no-browser"),
            .tooLate(seconds: 600, redirect, again: again), .canceled("", again: again),
            .canceled("Permissions error", again: again), .failed("", again: again),
            .failed("an empty answer", again: again), .noOutcome,
        ]
    }
}

extension LoginAnswer {
    /// Returns why there is neither a code nor a token, or `nil` if there is one.
    func obstacle(in context: GraphCallContext) -> (any Error)? {
        switch self {
        case .code, .token: nil
        case .canceled(let words): LoginMessage.canceled(words, again: context.renewal)
        case .refused(let refusal): GraphRequestError(.refused(refusal), in: context)
        case .failed(let words): LoginMessage.failed(words, again: context.renewal)
        // The wait for a response never ends with one to another login.
        case .foreign: LoginMessage.noOutcome
        }
    }
}
