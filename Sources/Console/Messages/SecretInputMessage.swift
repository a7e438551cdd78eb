/// Why prompting for a secret failed.
package enum SecretInputMessage: Message {
    /// Standard input is a terminal, but `--no-input` forbids prompts.
    case promptForbidden
    case noTerminal
    case severalLines

    package enum ID: String, MessageID {
        case promptForbidden = "secret-question-forbidden"
        case noTerminal = "nobody-to-ask-for-secret"
        case severalLines = "secret-on-several-lines"
    }

    package var failure: Failure {
        switch self {
        case .promptForbidden:
            Failure(
                ID.promptForbidden, .locked,
                "cannot prompt for the secret because of --no-input; pipe it to standard input")
        case .noTerminal:
            Failure(
                ID.noTerminal, .locked,
                "there is no terminal to prompt on; pipe the secret to standard input")
        case .severalLines:
            Failure(
                ID.severalLines, .usage,
                "the secret was pasted as more than one line; copy it again without line breaks")
        }
    }

    package static var samples: [SecretInputMessage] {
        [.promptForbidden, .noTerminal, .severalLines]
    }
}
