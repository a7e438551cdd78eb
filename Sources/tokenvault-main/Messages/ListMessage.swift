import Console

/// Why `list` does not know what to list, or how.
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
            Failure(ID.treeAsJSON, .usage, "either --tree or --json")
        case .unknownKind:
            Failure(
                ID.unknownKind, .usage, "--kind needs app, user, page, system or client")
        }
    }

    static var samples: [ListMessage] { [.treeAsJSON, .unknownKind] }
}
