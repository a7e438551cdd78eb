import Console
import Entries
import Vault

/// Why a command about the vault as a whole fails.
enum VaultCommandMessage: Message {
    /// The path of a new vault names a directory.
    case pathOfDirectory
    case generatedAndNamedPassphrase
    case severalNewPassphrases
    /// The vault cannot be read, so its session is not known.
    case unknownSession(because: Failure)

    enum ID: String, MessageID {
        case pathOfDirectory = "vault-path-of-directory"
        case generatedAndNamedPassphrase = "generated-and-named-passphrase"
        case severalNewPassphrases = "several-new-passphrases"
        case unknownSession = "unknown-session"
    }

    var failure: Failure {
        switch self {
        case .pathOfDirectory:
            Failure(
                ID.pathOfDirectory, .usage, "the vault path ends with a slash; name the file")
        case .generatedAndNamedPassphrase:
            Failure(
                ID.generatedAndNamedPassphrase, .usage,
                "--generate cannot be used with another passphrase source")
        case .severalNewPassphrases:
            Failure(
                ID.severalNewPassphrases, .usage,
                "more than one new passphrase was given; use one")
        case .unknownSession(let cause):
            Failure(
                ID.unknownSession, cause.status,
                "\(cause), so tokenvault cannot tell which session to end",
                hint: "tokenvault lock --all")
        }
    }

    static var samples: [VaultCommandMessage] {
        [
            .pathOfDirectory, .generatedAndNamedPassphrase, .severalNewPassphrases,
            .unknownSession(because: VaultError.damaged(.notAVault).failure),
        ]
    }
}
