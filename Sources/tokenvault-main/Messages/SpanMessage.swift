import Console

/// An option that needs a span of time was given something else.
enum SpanMessage: Message {
    /// How long `unlock` keeps the vault open.
    case unlocking
    /// How long `login` waits.
    case login
    /// How long a token must live on, for `get` and `exec`.
    case validity
    /// How soon a token must end for `check` to report it.
    case check
    /// How soon a token must end for `refresh` to renew it.
    case refresh

    enum ID: String, MessageID {
        case notASpan = "not-a-span"
    }

    var failure: Failure {
        switch self {
        case .unlocking: needed("--for needs a span such as 8h or 30m")
        case .login: needed("--for needs a span such as 10m")
        case .validity: needed("--valid-for needs a span such as 2h or 14d")
        case .check: needed("--within needs a span such as 14d or 12h")
        case .refresh: needed("--within needs a span such as 30d or 12h")
        }
    }

    private func needed(_ text: MessageText) -> Failure { Failure(ID.notASpan, .usage, text) }

    static var samples: [SpanMessage] { [.unlocking, .login, .validity, .check, .refresh] }
}
