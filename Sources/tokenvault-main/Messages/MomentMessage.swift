import Console

/// An option that takes a time was given something else.
enum MomentMessage: Message {
    /// `add --expires`: when the token expires.
    case expiry
    /// `check --at`: the time as of which to judge.
    case check

    enum ID: String, MessageID {
        case notAMoment = "not-a-moment"
    }

    var failure: Failure {
        switch self {
        case .expiry:
            needed(
                "--expires requires a time such as 2027-01-20T09:00:00Z, a date, a time span such "
                    + "as 60d, or never")
        case .check:
            needed(
                "--at requires a time such as 2027-01-20T09:00:00Z, a date, or a time span such "
                    + "as 30d")
        }
    }

    private func needed(_ text: MessageText) -> Failure { Failure(ID.notAMoment, .usage, text) }

    static var samples: [MomentMessage] { [.expiry, .check] }
}
