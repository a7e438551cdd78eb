/// Why a path leads nowhere.
package enum PathMessage: Message {
    /// It begins with `~`, and nobody knows where that is.
    case unknownHome
    /// It begins with `~` and a name: the home directory of another user.
    case othersHome(name: String)
    /// `--vault` is empty.
    case emptyVaultPath
    /// The vault was not named, and its usual place is in the home directory.
    case noPlaceForVault

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
                "a path begins with ~, and HOME is not set; write it in full")
        case .othersHome(let name):
            Failure(
                ID.othersHome, .usage,
                "a path begins with ~\(DisplayName(name)), which only a shell knows; write it in "
                    + "full")
        case .emptyVaultPath:
            Failure(ID.emptyVaultPath, .usage, "--vault needs a path")
        case .noPlaceForVault:
            Failure(
                ID.unknownHome, .usage,
                "no place for the vault is known: HOME is not set; name it with --vault")
        }
    }

    package static var samples: [PathMessage] {
        [.unknownHome, .othersHome(name: "ann"), .emptyVaultPath, .noPlaceForVault]
    }
}
