import Console

/// An option that takes a time span was given something else.
enum SpanMessage: Message {
    /// `unlock --for`: how long the vault stays unlocked.
    case unlocking
    /// `login --for`: how long to wait.
    case login
    /// `--valid-for`: how long the token must remain valid.
    case validity
    /// `check --within`: report tokens that expire within this time.
    case check
    /// `refresh --within`: renew tokens that expire within this time.
    case refresh

    enum ID: String, MessageID {
        case notASpan = "not-a-span"
    }

    var failure: Failure {
        switch self {
        case .unlocking: needed("--for requires a time span such as 8h or 30m")
        case .login: needed("--for requires a time span such as 10m")
        case .validity: needed("--valid-for requires a time span such as 2h or 14d")
        case .check: needed("--within requires a time span such as 14d or 12h")
        case .refresh: needed("--within requires a time span such as 30d or 12h")
        }
    }

    private func needed(_ text: MessageText) -> Failure { Failure(ID.notASpan, .usage, text) }

    static var samples: [SpanMessage] { [.unlocking, .login, .validity, .check, .refresh] }
}
