import Entries

/// Why there is nothing that a vault could be opened, or made, with.
package enum UnlockMessage: Message {
    /// Several options name an unlock method.
    case severalMethods
    /// A machine key was named for a vault that is to be made.
    case machineKeyForNewVault
    /// No unlock method is there, and nobody to ask.
    case locked
    /// The same where nothing but the passphrase will do.
    case passphraseNeeded
    /// The same for a passphrase that is to be.
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
            Failure(ID.severalMethods, .usage, "more than one way to unlock; name one")
        case .machineKeyForNewVault:
            Failure(
                ID.machineKeyForNewVault, .usage,
                "a new vault needs a passphrase, not a machine key")
        case .locked:
            Failure(
                ID.locked, .locked,
                "locked, and nobody to ask: run tokenvault unlock at a terminal, or give "
                    + "--passphrase-file, --passphrase-fd, --passphrase-command, --key-file, a "
                    + "variable of one of them (TOKENVAULT_PASSPHRASE_FILE, "
                    + "TOKENVAULT_PASSPHRASE_COMMAND, TOKENVAULT_KEY_FILE, TOKENVAULT_PASSPHRASE) "
                    + "or a systemd credential",
                hint: "tokenvault unlock")
        case .passphraseNeeded:
            Failure(
                ID.passphraseNeeded, .locked,
                "this takes the passphrase itself, not a session or a machine key, and there is "
                    + "nobody to ask: give --passphrase-file, --passphrase-fd or "
                    + "--passphrase-command, or run it at a terminal")
        case .newPassphraseNeeded:
            Failure(
                ID.newPassphraseNeeded, .locked,
                "nobody to ask for the new passphrase: give --passphrase-file, --passphrase-fd or "
                    + "--passphrase-command (--new-passphrase-file or --new-passphrase-fd to "
                    + "change one), or --generate")
        }
    }

    package static var samples: [UnlockMessage] {
        [
            .severalMethods, .machineKeyForNewVault, .locked, .passphraseNeeded,
            .newPassphraseNeeded,
        ]
    }
}
