import ArgumentParser
import Console

/// The option that names the vault.
struct VaultLocation: ParsableArguments, Sendable {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault file. (TOKENVAULT_FILE)", valueName: "path"),
        completion: .file())
    var path: String?

    /// The value of the option, for a command that does not open the vault.
    var access: VaultAccess { VaultAccess(path: path) }
}

/// The options that say where to read the passphrase.
struct PassphraseOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("passphrase-file"),
        help: ArgumentHelp("Read the passphrase from this file.", valueName: "path"),
        completion: .file())
    var file: String?

    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp(
            "Read the passphrase from this open file descriptor.", valueName: "number"))
    var descriptor: String?

    @Option(
        name: .customLong("passphrase-command"),
        help: ArgumentHelp(
            "Read the passphrase from the output of this shell command.", valueName: "command"))
    var command: String?

    /// Returns the values of the options, for a command that needs the passphrase of the vault.
    func access(to location: VaultLocation) -> VaultAccess {
        var access = location.access
        access.given[.passphraseFile] = file
        access.given[.passphraseDescriptor] = descriptor
        access.given[.passphraseCommand] = command
        return access
    }
}

/// The options that name the vault and say how to unlock it.
struct VaultOptions: ParsableArguments, Sendable {
    @OptionGroup var location: VaultLocation
    @OptionGroup var passphrase: PassphraseOptions

    @Option(
        help: ArgumentHelp("Unlock the vault with this machine key.", valueName: "path"),
        completion: .file())
    var keyFile: String?

    @Flag(help: "Never prompt; fail instead.")
    var noInput = false

    @Flag(help: "Accept the vault even though this machine has seen a newer state of it.")
    var acceptRollback = false

    /// The values of the options, for the code that opens the vault.
    var access: VaultAccess {
        get {
            var access = passphrase.access(to: location)
            access.given[.keyFile] = keyFile
            access.noInput = noInput
            access.acceptsRollback = acceptRollback
            return access
        }
        set {
            location.path = newValue.path
            passphrase.file = newValue.given[.passphraseFile]
            passphrase.descriptor = newValue.given[.passphraseDescriptor]
            passphrase.command = newValue.given[.passphraseCommand]
            keyFile = newValue.given[.keyFile]
            noInput = newValue.noInput
            acceptRollback = newValue.acceptsRollback
        }
    }
}
