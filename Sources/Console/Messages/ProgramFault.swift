/// A bug in the program.
package enum ProgramFault: Message {
    /// An error that has no message.
    case unexpected(any Error)
    /// The passphrase from the environment, which is wiped after its first use, was used again.
    case passphraseTakenTwice
    /// No reference can be made for the token to be stored.
    case noReference

    package enum ID: String, MessageID {
        case unexpected = "unexpected-fault"
        case passphraseTakenTwice = "passphrase-taken-twice"
        case noReference = "no-name-for-token"
    }

    package var failure: Failure {
        switch self {
        case .unexpected(let error):
            Failure(
                ID.unexpected, .internalFault, "unexpected error (\(Reason("\(type(of: error))")))")
        case .passphraseTakenTwice:
            Failure(
                ID.passphraseTakenTwice, .internalFault,
                "internal error: a passphrase was used twice")
        case .noReference:
            Failure(
                ID.noReference, .internalFault, "internal error: the new token has no reference")
        }
    }

    package static var samples: [ProgramFault] {
        [.unexpected(ProgramFault.noReference), .passphraseTakenTwice, .noReference]
    }
}
