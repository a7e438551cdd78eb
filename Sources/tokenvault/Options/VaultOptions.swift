import ArgumentParser

/// Which vault, and how it is opened.
struct VaultOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault file. (TOKENVAULT_FILE)", valueName: "path"),
        completion: .file())
    var path: String?

    @Option(
        help: ArgumentHelp("Read the passphrase from this file.", valueName: "path"),
        completion: .file())
    var passphraseFile: String?

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp("Read the passphrase from this open descriptor.", valueName: "number"))
    var passphraseDescriptor: String?

    @Option(
        help: ArgumentHelp("Read the passphrase from this shell command.", valueName: "command"))
    var passphraseCommand: String?

    @Option(
        help: ArgumentHelp("Open the vault with this machine key.", valueName: "path"),
        completion: .file())
    var keyFile: String?

    @Flag(help: "Never ask; fail instead.")
    var noInput = false

    @Flag(help: "Take the vault as it is, though a newer state was seen here.")
    var acceptRollback = false

    /// What the options say, for the code that opens the vault.
    var access: VaultAccess {
        VaultAccess(
            path: path, passphraseFile: passphraseFile, passphraseDescriptor: passphraseDescriptor,
            passphraseCommand: passphraseCommand, keyFile: keyFile, noInput: noInput,
            acceptsRollback: acceptRollback)
    }
}
