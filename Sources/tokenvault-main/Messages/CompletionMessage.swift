import Console

/// What keeps a script for a shell's completion from being printed.
enum CompletionMessage: Message {
    case unknownShell

    enum ID: String, MessageID {
        case unknownShell = "no-completion-for-shell"
    }

    var failure: Failure {
        switch self {
        case .unknownShell:
            Failure(ID.unknownShell, .usage, "completion is there for bash, zsh and fish")
        }
    }

    static var samples: [CompletionMessage] { [.unknownShell] }
}
