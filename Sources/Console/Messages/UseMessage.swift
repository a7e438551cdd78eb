package import Vault

/// Why `get`, `exec` or `export` cannot output a token as requested.
package enum UseMessage: Message {
    /// A header was requested for an entry that is not an access token.
    case headerWithoutToken(Reference)
    /// Two tokens are assigned to the same variable.
    case variableTwice
    /// The value of `exec --env` is not an assignment.
    case malformedAssignment
    /// The same for `export`.
    case malformedExport
    case malformedVariable
    /// Programs that read `.env` files would read the token of this entry differently.
    case ambiguousInDotenv(Reference)
    case commandNotFound
    case commandNotExecutable(reason: String)

    package enum ID: String, MessageID {
        case headerWithoutToken = "header-without-access-token"
        case variableTwice = "two-tokens-for-one-variable"
        case malformedAssignment = "malformed-assignment"
        case ambiguousInDotenv = "value-ambiguous-in-dotenv"
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
        case .malformedExport:
            Failure(
                ID.malformedAssignment, .usage,
                "export requires NAME=REF, such as TOKEN=page:1020000000000001")
        case .ambiguousInDotenv(let reference):
            Failure(
                ID.ambiguousInDotenv, .usage,
                "programs would read the value of \(reference) in a .env file differently; use "
                    + "--format json or shell")
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
            .malformedExport, .malformedVariable, .ambiguousInDotenv(.sampleApp), .commandNotFound,
            .commandNotExecutable(reason: "Permission denied"),
        ]
    }
}
