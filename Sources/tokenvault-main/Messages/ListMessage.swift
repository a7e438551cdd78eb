import Console

/// What is wrong with the arguments of `list`.
enum ListMessage: Message {
    case treeAsJSON
    case unknownKind

    enum ID: String, MessageID {
        case treeAsJSON = "tree-as-json"
        case unknownKind = "unknown-kind"
    }

    var failure: Failure {
        switch self {
        case .treeAsJSON:
            Failure(ID.treeAsJSON, .usage, "--tree cannot be used with --json")
        case .unknownKind:
            Failure(
                ID.unknownKind, .usage,
                "--kind must be app, user, page, system, client, instagram, threads, "
                    + "instagram-app or threads-app")
        }
    }

    static var samples: [ListMessage] { [.treeAsJSON, .unknownKind] }
}
