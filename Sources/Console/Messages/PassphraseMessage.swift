/// Why a passphrase was not entered, or cannot be read from its source.
package enum PassphraseMessage: Message {
    /// The answer to the prompt was empty.
    case notGiven
    /// The answer to the prompt for a new passphrase was empty.
    case newIsEmpty
    /// The new passphrase and its repetition differed in every attempt.
    case differed
    case descriptorNotANumber
    /// The descriptor is standard output or standard error.
    case descriptorForOutput
    case descriptorClosed(Int32)
    case unreadable(PassphraseSource, reason: String)
    case commandFailed(status: Int32)
    case commandNotStarted(reason: String)

    package enum ID: String, MessageID {
        case notGiven = "no-passphrase-given"
        case newIsEmpty = "new-passphrase-empty"
        case differed = "new-passphrases-differ"
        case descriptorInvalid = "passphrase-descriptor-invalid"
        case descriptorClosed = "passphrase-descriptor-closed"
        case unreadable = "passphrase-unreadable"
        case commandFailed = "passphrase-command-failed"
        case commandNotStarted = "passphrase-command-not-started"
    }

    package var failure: Failure {
        switch self {
        case .notGiven:
            Failure(ID.notGiven, .locked, "no passphrase was given")
        case .newIsEmpty:
            Failure(ID.newIsEmpty, .usage, "an empty passphrase protects nothing")
        case .differed:
            Failure(ID.differed, .usage, "the passphrases did not match in three attempts")
        case .descriptorNotANumber:
            Failure(
                ID.descriptorInvalid, .usage,
                "the passphrase descriptor must be the number of an open file descriptor")
        case .descriptorForOutput:
            Failure(
                ID.descriptorInvalid, .usage,
                "the passphrase descriptor cannot be 1 or 2, which are for output")
        case .descriptorClosed(let descriptor):
            Failure(
                ID.descriptorClosed, .locked,
                "the passphrase descriptor \(Int(descriptor)) is not open; open it with "
                    + "\(Int(descriptor))<FILE")
        case .unreadable(let source, let reason):
            Failure(
                ID.unreadable, .locked,
                "cannot read the passphrase from \(source): \(Reason(reason))")
        case .commandFailed(let status):
            Failure(
                ID.commandFailed, .locked,
                "the passphrase command failed with status \(Int(status))")
        case .commandNotStarted(let reason):
            Failure(
                ID.commandNotStarted, .locked,
                "cannot start the passphrase command: \(Reason(reason))")
        }
    }

    package static var samples: [PassphraseMessage] {
        [
            .notGiven, .newIsEmpty, .differed, .descriptorNotANumber, .descriptorForOutput,
            .descriptorClosed(3), .unreadable(.descriptor(3), reason: "Bad file descriptor"),
            .commandFailed(status: 1), .commandNotStarted(reason: "Cannot allocate memory"),
        ]
    }
}
