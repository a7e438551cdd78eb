import Console
import Entries
import Graph
import Tokens

/// Why a login in the browser ends without a token; `again` begins another one.
enum LoginMessage: Message {
    /// Another program listens where the browser is to come back to.
    case portInUse(Int)
    /// The system does not let anyone listen there.
    case portUnusable(Int)
    /// The browser comes back to elsewhere, and nobody can paste the address where it ends.
    case nowhereToAnswer(NobodyToPaste, RedirectURI)
    /// What was pasted holds no answer.
    case noAnswer(again: CommandText)
    /// The answer is another login's.
    case foreignAnswer(again: CommandText)
    /// Somebody else read the page that the browser is started with.
    case watched(again: CommandText)
    case tooLate(seconds: Int64, RedirectURI, again: CommandText)
    /// The person canceled it; Meta's words.
    case canceled(String, again: CommandText)
    /// Something else is wrong, in Meta's words.
    case failed(String, again: CommandText)
    case noOutcome

    /// Why nobody pastes an address.
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
                "port \(port) is in use, perhaps by another login: end that, or register another "
                    + "redirect address with the app and name it with --redirect-uri",
                kind: .network)
        case .portUnusable(let port):
            Failure(
                ID.portUnusable, .inputOutput,
                "cannot listen on port \(port); register another redirect address with the app "
                    + "and name it with --redirect-uri",
                kind: .network)
        case .nowhereToAnswer(let reason, let redirect):
            Failure(
                ID.nowhereToAnswer, .locked,
                "\(Self.words(for: reason)), and the browser cannot come back to \(redirect) here: "
                    + "give the address where it ends on standard input")
        case .noAnswer(let again):
            Failure(
                ID.noAnswer, .usage,
                "there is no answer of the login dialog in that: copy all of the address where "
                    + "the browser ended",
                hint: again)
        case .foreignAnswer(let again):
            Failure(
                ID.foreignAnswer, .tokenRefused,
                "that address belongs to another login (its state is missing or another one's), "
                    + "and nothing was stored",
                hint: again)
        case .watched(let again):
            Failure(
                ID.watched, .tokenRefused,
                "somebody else opened the page that the browser is started with, and may know this "
                    + "login's state; nothing was stored",
                hint: again)
        case .tooLate(let seconds, let redirect, let again):
            Failure(
                ID.tooLate, .tryLater,
                "nobody logged in within \(TimeSpan(seconds: seconds)); if Meta's page spoke of "
                    + "the URL, register \(redirect) with the app, under Valid OAuth Redirect URIs",
                hint: again, kind: .token)
        case .canceled(let words, let again):
            Failure(
                ID.canceled, .tokenRefused,
                "the login was canceled, and nothing was stored\(Self.quoted(words))", hint: again)
        case .failed(let words, let again):
            Failure(
                ID.failed, .tokenRefused,
                "the login failed, and nothing was stored\(Self.quoted(words))", hint: again)
        case .noOutcome:
            Failure(ID.noOutcome, .internalFault, "a login ended without an outcome")
        }
    }

    private static func words(for reason: NobodyToPaste) -> MessageText {
        switch reason {
        case .forbidden: "--no-input was given"
        case .nobodyThere: "nobody to ask"
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
    /// Why there is neither a code nor a token, if so.
    func obstacle(asking question: GraphQuestion) -> (any Error)? {
        switch self {
        case .code, .token: nil
        case .canceled(let words): LoginMessage.canceled(words, again: question.renewal)
        case .refused(let refusal): GraphRequestError(.refused(refusal), asking: question)
        case .failed(let words): LoginMessage.failed(words, again: question.renewal)
        // No wait for an answer ends with one.
        case .foreign: LoginMessage.noOutcome
        }
    }
}
