/// Why a path cannot be resolved.
package enum PathMessage: Message {
    /// It begins with `~`, but the home directory is unknown.
    case unknownHome
    /// It begins with `~` and a name, which means another user's home directory.
    case othersHome(name: String)
    /// The value of `--vault` is empty.
    case emptyVaultPath
    /// No path to the vault was given, and its default location is in the unknown home directory.
    case noDefaultLocation

    package enum ID: String, MessageID {
        case unknownHome = "home-not-set"
        case othersHome = "home-of-another-user"
        case emptyVaultPath = "vault-path-empty"
    }

    package var failure: Failure {
        switch self {
        case .unknownHome:
            Failure(
                ID.unknownHome, .usage,
                "a path starts with ~, but HOME is not set; use the full path")
        case .othersHome(let name):
            Failure(
                ID.othersHome, .usage,
                "a path starts with ~\(DisplayName(name)), which only a shell expands; use the "
                    + "full path")
        case .emptyVaultPath:
            Failure(ID.emptyVaultPath, .usage, "--vault requires a path")
        case .noDefaultLocation:
            Failure(
                ID.unknownHome, .usage,
                "the vault has no default location, because HOME is not set; use --vault")
        }
    }

    package static var samples: [PathMessage] {
        [.unknownHome, .othersHome(name: "ann"), .emptyVaultPath, .noDefaultLocation]
    }
}
