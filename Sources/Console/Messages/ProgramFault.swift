/// A fault of the program.
package enum ProgramFault: Message {
    /// An error that nobody has words for.
    case unexpected(any Error)
    /// A secret was taken out of its place twice.
    case passphraseTakenTwice
    /// No reference can be made for what is to be stored.
    case noReference
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
                ID.unexpected, .internalFault, "unexpected fault (\(Reason("\(type(of: error))")))")
        case .passphraseTakenTwice:
            Failure(ID.passphraseTakenTwice, .internalFault, "a passphrase was taken twice")
        case .noReference:
            Failure(ID.noReference, .internalFault, "no name for the new token")
        case .noOutcome:
            Failure(ID.noOutcome, .internalFault, "a command ended without an outcome")
        }
    }

    package static var samples: [ProgramFault] {
        [
            .unexpected(ProgramFault.noOutcome), .passphraseTakenTwice, .noReference, .noOutcome,
        ]
    }
}
