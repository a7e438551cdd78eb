import Console

/// An option that needs a moment was given something else.
enum MomentMessage: Message {
    /// When a token that is added ends.
    case expiry
    /// The moment that `check` looks at.
    case check

    enum ID: String, MessageID {
        case notAMoment = "not-a-moment"
    }

    var failure: Failure {
        switch self {
        case .expiry:
            needed(
                "--expires needs a moment such as 2027-01-20T09:00:00Z, a date, a span such as "
                    + "60d, or never")
        case .check:
            needed(
                "--at needs a moment such as 2027-01-20T09:00:00Z, a date, or a span such as 30d")
        }
    }

    private func needed(_ text: MessageText) -> Failure { Failure(ID.notAMoment, .usage, text) }

    static var samples: [MomentMessage] { [.expiry, .check] }
}
