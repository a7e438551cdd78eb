/// Why nobody could be asked for a secret, or did not answer with one.
package enum SecretInputMessage: Message {
    /// `--no-input` forbids the question.
    case questionForbidden
    case nobodyToAsk
    case severalLines

    package enum ID: String, MessageID {
        case questionForbidden = "secret-question-forbidden"
        case nobodyToAsk = "nobody-to-ask-for-secret"
        case severalLines = "secret-on-several-lines"
    }

    package var failure: Failure {
        switch self {
        case .questionForbidden:
            Failure(
                ID.questionForbidden, .locked,
                "--no-input was given, and standard input is a terminal")
        case .nobodyToAsk:
            Failure(
                ID.nobodyToAsk, .locked, "nobody to ask; give the secret on standard input")
        case .severalLines:
            Failure(
                ID.severalLines, .usage,
                "the secret was pasted as more than one line: copy it again, without line breaks")
        }
    }

    package static var samples: [SecretInputMessage] {
        [.questionForbidden, .nobodyToAsk, .severalLines]
    }
}
