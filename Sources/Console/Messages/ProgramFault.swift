/// A bug in the program.
package enum ProgramFault: Message {
    /// An error that has no message.
    case unexpected(any Error)
    /// The passphrase from the environment, which is wiped after its first use, was used again.
    case passphraseTakenTwice
    /// No reference can be made for the token to be stored.
    case noReference
    /// A command returned neither a status nor an error.
    case noOutcome

    package enum ID: String, MessageID {
        case unexpected = "unexpected-fault"
        case passphraseTakenTwice = "passphrase-taken-twice"
        case noReference = "no-name-for-token"
        case noOutcome = "no-outcome"
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
        case .noOutcome:
            Failure(
                ID.noOutcome, .internalFault,
                "internal error: a command ended without a result")
        }
    }

    package static var samples: [ProgramFault] {
        [
            .unexpected(ProgramFault.noOutcome), .passphraseTakenTwice, .noReference, .noOutcome,
        ]
    }
}
