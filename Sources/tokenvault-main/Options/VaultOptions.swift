import ArgumentParser
import Console

/// Which vault.
struct VaultLocation: ParsableArguments, Sendable {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault file. (TOKENVAULT_FILE)", valueName: "path"),
        completion: .file())
    var path: String?

    /// What the option says, for a command that does not open the vault.
    var access: VaultAccess { VaultAccess(path: path) }
}

/// Where a passphrase comes from.
struct PassphraseOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("passphrase-file"),
        help: ArgumentHelp("Read the passphrase from this file.", valueName: "path"),
        completion: .file())
    var file: String?

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp("Read the passphrase from this open descriptor.", valueName: "number"))
    var descriptor: String?

    @Option(
        name: .customLong("passphrase-command"),
        help: ArgumentHelp("Read the passphrase from this shell command.", valueName: "command"))
    var command: String?

    /// What the options say, for a command that needs a passphrase for the vault there.
    func access(to location: VaultLocation) -> VaultAccess {
        VaultAccess(
            path: location.path, passphraseFile: file, passphraseDescriptor: descriptor,
            passphraseCommand: command)
    }
}

/// Which vault, and how it is opened.
struct VaultOptions: ParsableArguments, Sendable {
    @OptionGroup var location: VaultLocation
    @OptionGroup var passphrase: PassphraseOptions

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
        var access = passphrase.access(to: location)
        access.keyFile = keyFile
        access.noInput = noInput
        access.acceptsRollback = acceptRollback
        return access
    }
}
