package import Entries

/// Why a file with a passphrase or a machine key is not used.
package enum SecretFileMessage: Message {
    case unreadable(path: String, reason: String)
    /// The path leads to the vault.
    case isVault(path: String)
    /// Another user owns the file; `remedy` is a command that solves the problem.
    case foreign(path: String, owner: UInt32, remedy: CommandText?)
    /// Other users can access the file; `remedy` is a command that solves the problem.
    case openToOthers(path: String, Access, remedy: CommandText?)

    /// What other users can do with the file.
    package enum Access: CaseIterable {
        case read
        case change
        case readAndChange

        fileprivate var words: MessageText {
            switch self {
            case .read: "read"
            case .change: "change"
            case .readAndChange: "read and change"
            }
        }
    }

    package enum ID: String, MessageID {
        case unreadable = "secret-file-unreadable"
        case isVault = "secret-file-is-vault"
        case foreign = "secret-file-foreign"
        case openToOthers = "secret-file-open-to-others"
    }

    package var failure: Failure {
        switch self {
        case .unreadable(let path, let reason):
            Failure(ID.unreadable, .locked, "cannot read \(Path(path)): \(Reason(reason))")
        case .isVault(let path):
            Failure(ID.isVault, .locked, "\(Path(path)) is the vault itself")
        case .foreign(let path, let owner, let remedy):
            Failure(
                ID.foreign, .locked,
                "\(Path(path)) belongs to another user (\(owner)), so it is not used",
                hint: remedy)
        case .openToOthers(let path, let access, let remedy):
            Failure(
                ID.openToOthers, .locked,
                "others can \(access.words) \(Path(path)), so it is not used", hint: remedy)
        }
    }

    package static var samples: [SecretFileMessage] {
        let path = "/home/ann/passphrase"
        let others = Access.allCases.map {
            SecretFileMessage.openToOthers(
                path: path, $0, remedy: "chmod 600 /home/ann/passphrase")
        }
        return [
            .unreadable(path: path, reason: "No such file or directory"), .isVault(path: path),
            .foreign(
                path: path, owner: 1001, remedy: "sudo chown 1000 /home/ann/passphrase"),
        ] + others
    }
}
