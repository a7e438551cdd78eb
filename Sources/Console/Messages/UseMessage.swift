package import Vault

/// Why `get` or `exec` cannot hand a token over as it was told to.
package enum UseMessage: Message {
    /// A header was asked for with what is no access token.
    case headerWithoutToken(Reference)
    /// Two assignments name the same variable.
    case variableTwice
    case malformedAssignment
    case malformedVariable
    case commandNotFound
    case commandNotExecutable(reason: String)

    package enum ID: String, MessageID {
        case headerWithoutToken = "header-without-access-token"
        case variableTwice = "two-tokens-for-one-variable"
        case malformedAssignment = "malformed-assignment"
        case malformedVariable = "malformed-variable-name"
        case commandNotFound = "command-to-run-not-found"
        case commandNotExecutable = "command-to-run-not-executable"
    }

    package var failure: Failure {
        switch self {
        case .headerWithoutToken(let reference):
            Failure(
                ID.headerWithoutToken, .usage,
                "\(reference) is no access token, so it has no header")
        case .variableTwice:
            Failure(ID.variableTwice, .usage, "two tokens for one variable; name one")
        case .malformedAssignment:
            Failure(
                ID.malformedAssignment, .usage,
                "--env needs NAME=REF, as in TOKEN=page:1020000000000001")
        case .malformedVariable:
            Failure(
                ID.malformedVariable, .usage,
                "a variable's name is made of letters, digits and underscores")
        case .commandNotFound:
            Failure(ID.commandNotFound, .commandNotFound, "no such command")
        case .commandNotExecutable(let reason):
            Failure(
                ID.commandNotExecutable, .commandNotExecutable,
                "the command cannot be run: \(Reason(reason))")
        }
    }

    package static var samples: [UseMessage] {
        [
            .headerWithoutToken(.sampleApp), .variableTwice, .malformedAssignment,
            .malformedVariable, .commandNotFound,
            .commandNotExecutable(reason: "Permission denied"),
        ]
    }
}
