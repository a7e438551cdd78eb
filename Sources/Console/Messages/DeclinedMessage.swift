package import Vault

/// That the answer to a question was not yes, and what was not done then.
package enum DeclinedMessage: Message {
    case nothingRemoved
    case nothingRevoked
    /// The new token of somebody else than expected.
    case tokenNotStored(of: Reference)

    package enum ID: String, MessageID {
        case declined = "declined"
    }

    package var failure: Failure {
        switch self {
        case .nothingRemoved: Failure(ID.declined, .interrupted, "nothing was removed")
        case .nothingRevoked: Failure(ID.declined, .interrupted, "nothing was revoked")
        case .tokenNotStored(let owner):
            Failure(ID.declined, .interrupted, "the token of \(owner) was not stored")
        }
    }

    package static var samples: [DeclinedMessage] {
        [.nothingRemoved, .nothingRevoked, .tokenNotStored(of: .sampleUser)]
    }
}
