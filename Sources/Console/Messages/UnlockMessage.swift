import Entries

/// Why a vault cannot be unlocked or created with the unlock methods that were given.
package enum UnlockMessage: Message {
    /// More than one option gives an unlock method.
    case severalMethods
    /// A machine key was given for creating a vault.
    case machineKeyForNewVault
    /// No unlock method was given, and prompting is not possible.
    case locked
    /// The command requires the passphrase, none was given, and prompting is not possible.
    case passphraseNeeded
    /// No new passphrase was given, and prompting is not possible.
    case newPassphraseNeeded

    package enum ID: String, MessageID {
        case severalMethods = "several-unlock-methods"
        case machineKeyForNewVault = "machine-key-for-new-vault"
        case locked = "locked"
        case passphraseNeeded = "passphrase-needed"
        case newPassphraseNeeded = "new-passphrase-needed"
    }

    package var failure: Failure {
        switch self {
        case .severalMethods:
            Failure(ID.severalMethods, .usage, "more than one unlock method was given; use one")
        case .machineKeyForNewVault:
            Failure(
                ID.machineKeyForNewVault, .usage,
                "a new vault requires a passphrase, not a machine key")
        case .locked:
            Failure(
                ID.locked, .locked,
                "the vault is locked and there is no way to prompt for the passphrase; run "
                    + "`tokenvault unlock` at a terminal first, or use --passphrase-file, "
                    + "--passphrase-fd, --passphrase-command, --key-file, an environment variable "
                    + "(TOKENVAULT_PASSPHRASE_FILE, TOKENVAULT_PASSPHRASE_COMMAND, "
                    + "TOKENVAULT_KEY_FILE, TOKENVAULT_PASSPHRASE) or a systemd credential",
                hint: "tokenvault unlock")
        case .passphraseNeeded:
            Failure(
                ID.passphraseNeeded, .locked,
                "this command requires the passphrase, not a session or a machine key, and "
                    + "there is no way to prompt for it; use --passphrase-file, --passphrase-fd or "
                    + "--passphrase-command, or run it at a terminal")
        case .newPassphraseNeeded:
            Failure(
                ID.newPassphraseNeeded, .locked,
                "there is no way to prompt for the new passphrase; use --passphrase-file, "
                    + "--passphrase-fd or --passphrase-command (--new-passphrase-file or "
                    + "--new-passphrase-fd to change one), or --generate")
        }
    }

    package static var samples: [UnlockMessage] {
        [
            .severalMethods, .machineKeyForNewVault, .locked, .passphraseNeeded,
            .newPassphraseNeeded,
        ]
    }
}
