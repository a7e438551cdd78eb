import Console
import Entries

/// Why a file at `path` stands in the way of a new machine key's.
struct KeyFileMessage: Message {
    let path: String
    let content: Content

    /// What is in the file.
    enum Content {
        case nothing
        case keyInUse(KeyName)
        /// A key of the vault that opens nothing.
        case uselessKey
        case another
    }

    enum ID: String, MessageID {
        case inTheWay = "key-file-in-the-way"
    }

    var failure: Failure {
        Failure(
            ID.inTheWay, .exists, "there is \(file) already; it was left as it is",
            hint: isUseless ? ShellWord(path).map { "rm \($0)" } : nil, kind: .file)
    }

    private var file: MessageText {
        switch content {
        case .nothing: "an empty file at \(Path(path))"
        case .keyInUse(let name): "a file at \(Path(path)), the key of the machine \(name),"
        case .uselessKey:
            "a file at \(Path(path)), a key of this vault that opens nothing (it was removed, or "
                + "adding it was never finished),"
        case .another: "a file at \(Path(path))"
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
