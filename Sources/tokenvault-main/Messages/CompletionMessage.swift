import Console

/// Why no completion script can be printed.
enum CompletionMessage: Message {
    case unknownShell

    enum ID: String, MessageID {
        case unknownShell = "no-completion-for-shell"
    }

    var failure: Failure {
        switch self {
        case .unknownShell:
            Failure(
                ID.unknownShell, .usage, "completion scripts are available for bash, zsh and fish")
        }
    }

    static var samples: [CompletionMessage] { [.unknownShell] }
}
