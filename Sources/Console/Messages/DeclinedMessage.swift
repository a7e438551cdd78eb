package import Vault

/// The user did not answer a question with yes, so the command did nothing.
package enum DeclinedMessage: Message {
    case nothingRemoved
    case nothingRevoked
    case nothingCloned
    /// The new token belongs to a user other than the expected one.
    case tokenNotStored(of: Reference)

    package enum ID: String, MessageID {
        case declined = "declined"
    }

    package var failure: Failure {
        switch self {
        case .nothingRemoved: Failure(ID.declined, .interrupted, "nothing was removed")
        case .nothingRevoked: Failure(ID.declined, .interrupted, "nothing was revoked")
        case .nothingCloned: Failure(ID.declined, .interrupted, "nothing was cloned")
        case .tokenNotStored(let owner):
            Failure(ID.declined, .interrupted, "the token of \(owner) was not stored")
        }
    }

    package static var samples: [DeclinedMessage] {
        [
            .nothingRemoved, .nothingRevoked, .nothingCloned, .tokenNotStored(of: .sampleUser),
        ]
    }
}
