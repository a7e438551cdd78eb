package import Vault

/// Why `get` or `exec` cannot output a token as requested.
package enum UseMessage: Message {
    /// A header was requested for an entry that is not an access token.
    case headerWithoutToken(Reference)
    /// Two tokens are assigned to the same variable.
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
                "\(reference) is not an access token, so it has no header")
        case .variableTwice:
            Failure(
                ID.variableTwice, .usage,
                "two tokens are assigned to one variable; use it only once")
        case .malformedAssignment:
            Failure(
                ID.malformedAssignment, .usage,
                "--env requires NAME=REF, such as TOKEN=page:1020000000000001")
        case .malformedVariable:
            Failure(
                ID.malformedVariable, .usage,
                "invalid variable name; use letters, digits and underscores, with no digit first")
        case .commandNotFound:
            Failure(ID.commandNotFound, .commandNotFound, "command not found")
        case .commandNotExecutable(let reason):
            Failure(
                ID.commandNotExecutable, .commandNotExecutable,
                "cannot run the command: \(Reason(reason))")
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
