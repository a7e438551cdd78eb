import Console
import Entries

/// What is wrong with the arguments of `exec`.
enum ExecMessage: Message {
    case noCommand

    enum ID: String, MessageID {
        case noCommand = "no-command"
    }

    var failure: Failure {
        switch self {
        case .noCommand:
            Failure(
                ID.noCommand, .usage, "no command after --", hint: "tokenvault help exec")
        }
    }

    static var samples: [ExecMessage] { [.noCommand] }
}
