/// A way to open a vault that an option, a variable or a credential names.
package struct UnlockMethod: Sendable {
    package enum Source: Sendable {
        case keyFile
        case passphraseFile
        case passphraseCommand
        case passphraseDescriptor
        /// The passphrase itself, in a variable.
        case passphrase
    }

    package let source: Source
    package let option: String?
    package let variable: String?
    /// The name of a file in the directory in which systemd hands credentials over.
    package let credential: String?

    /// All of them, in order of precedence: first for variables, then for credentials.
    ///
    /// An option comes first, then a session, then the variables and the credentials, then the prompt.
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
}
