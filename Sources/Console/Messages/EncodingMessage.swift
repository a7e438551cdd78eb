/// What is not UTF-8: made into text, it would name another file.
package enum EncodingMessage: Message {
    case argument
    /// The value of a variable of the environment.
    case variable(String)

    package enum ID: String, MessageID {
        case argument = "argument-not-utf8"
        case variable = "variable-not-utf8"
    }

    package var failure: Failure {
        switch self {
        case .argument: Failure(ID.argument, .usage, "an argument is not UTF-8")
        case .variable(let name):
            Failure(ID.variable, .usage, "what \(OptionName(name)) holds is not UTF-8")
        }
    }

    package static var samples: [EncodingMessage] { [.argument, .variable("TOKENVAULT_FILE")] }
}
