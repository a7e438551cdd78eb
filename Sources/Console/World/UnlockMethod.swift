/// A way to unlock a vault that an option, an environment variable or a credential can select.
package struct UnlockMethod: Sendable {
    package enum Source: Sendable {
        case keyFile
        case passphraseFile
        case passphraseCommand
        case passphraseDescriptor
        /// The passphrase itself, in an environment variable.
        case passphrase
    }

    package let source: Source
    package let option: String?
    package let variable: String?
    /// The name of a file in systemd's credentials directory.
    package let credential: String?

    /// All unlock methods, in order of precedence among variables, and then among credentials.
    ///
    /// An option takes precedence over the session, the session over variables, variables over
    /// credentials, and credentials over the prompt.
    package static let all = [
        UnlockMethod(
            source: .keyFile, option: "--key-file", variable: "TOKENVAULT_KEY_FILE",
            credential: "tokenvault-key"),
        UnlockMethod(
            source: .passphraseFile, option: "--passphrase-file",
            variable: "TOKENVAULT_PASSPHRASE_FILE", credential: "tokenvault-passphrase"),
        UnlockMethod(
            source: .passphraseCommand, option: "--passphrase-command",
            variable: "TOKENVAULT_PASSPHRASE_COMMAND", credential: nil),
        UnlockMethod(
            source: .passphraseDescriptor, option: "--passphrase-fd", variable: nil,
            credential: nil),
        UnlockMethod(
            source: .passphrase, option: nil, variable: "TOKENVAULT_PASSPHRASE", credential: nil),
    ]

    package var isMachineKey: Bool { source == .keyFile }

    /// Whether the value of the option or variable is the path of a file.
    package var isFile: Bool {
        switch source {
        case .keyFile, .passphraseFile: true
        case .passphraseCommand, .passphraseDescriptor, .passphrase: false
        }
    }
}
