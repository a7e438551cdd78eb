import Console
import Entries
import Vault

/// What keeps the commands about the vault as a whole from their work.
enum VaultCommandMessage: Message {
    /// The path of a new vault names a directory.
    case pathOfDirectory
    case generatedAndNamedPassphrase
    case severalNewPassphrases
    /// The vault cannot be read, and so not which session is its own.
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
                ID.pathOfDirectory, .usage, "the vault's path ends with a slash; name the file")
        case .generatedAndNamedPassphrase:
            Failure(
                ID.generatedAndNamedPassphrase, .usage,
                "either --generate or a passphrase from elsewhere")
        case .severalNewPassphrases:
            Failure(
                ID.severalNewPassphrases, .usage, "more than one new passphrase; name one")
        case .unknownSession(let cause):
            Failure(
                ID.unknownSession, cause.status,
                "\(cause), so whose session to end is not known", hint: "tokenvault lock --all")
        }
    }

    static var samples: [VaultCommandMessage] {
        [
            .pathOfDirectory, .generatedAndNamedPassphrase, .severalNewPassphrases,
            .unknownSession(because: VaultError.damaged(.notAVault).failure),
        ]
    }
}
