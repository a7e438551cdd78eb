import Console
import Entries

/// Why a new machine key cannot be written to `path`: a file is there already.
struct KeyFileMessage: Message {
    let path: String
    let content: Content

    /// The content of the existing file.
    enum Content {
        case nothing
        case keyInUse(KeyName)
        /// A key of this vault that opens nothing.
        case uselessKey
        case another
    }

    enum ID: String, MessageID {
        case inTheWay = "key-file-in-the-way"
    }

    var failure: Failure {
        Failure(
            ID.inTheWay, .exists, "\(Path(path)) already exists\(detail); it was not changed",
            hint: isUseless ? ShellWord(path).map { "rm \($0)" } : nil, kind: .file)
    }

    private var detail: MessageText {
        switch content {
        case .nothing: " and is empty"
        case .keyInUse(let name): " and contains the machine key \(name)"
        case .uselessKey:
            " and contains a key of this vault that does not open it (it was removed, or was "
                + "never fully added)"
        case .another: ""
        }
    }

    private var isUseless: Bool {
        switch content {
        case .nothing, .uselessKey: true
        case .keyInUse, .another: false
        }
    }

    static var samples: [KeyFileMessage] {
        [.another, .nothing, .uselessKey, .keyInUse(KeyName("web1"))].map {
            KeyFileMessage(path: "/home/ann/web1.key", content: $0)
        }
    }
}
