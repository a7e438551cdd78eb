/// Text that is not valid UTF-8.
///
/// A path with its invalid bytes replaced would name another file.
package enum EncodingMessage: Message {
    case argument
    /// The value of an environment variable.
    case variable(String)

    package enum ID: String, MessageID {
        case argument = "argument-not-utf8"
        case variable = "variable-not-utf8"
    }

    package var failure: Failure {
        switch self {
        case .argument: Failure(ID.argument, .usage, "an argument is not valid UTF-8")
        case .variable(let name):
            Failure(ID.variable, .usage, "the value of \(OptionName(name)) is not valid UTF-8")
        }
    }

    package static var samples: [EncodingMessage] { [.argument, .variable("TOKENVAULT_FILE")] }
}
