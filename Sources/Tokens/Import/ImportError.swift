/// The reason why nothing can be imported from a plain file.
///
/// Errors identify secrets by their location, never by their value.
package enum ImportError: Error {
    /// The file contains a NUL byte.
    case notText
    case invalidUTF16
    case invalidJSON
    /// The file contains neither known variables nor a response from Meta.
    case nothingKnown
    /// The quotes around a value are not closed, or are followed by other text.
    case unclosedQuotes(EnvironmentVariable, line: Int)
    /// The value refers to another variable or a command.
    case valueIsReference(EnvironmentVariable, line: Int)
    /// Programs interpret the value differently.
    case ambiguousValue(EnvironmentVariable, line: Int, Ambiguity)
    /// The value is not a valid ID.
    case notAnID(EnvironmentVariable)
    /// Several variables with different IDs may belong to the secret in a variable.
    case severalIDs([EnvironmentVariable], for: EnvironmentVariable)
    /// The value is not valid as a secret.
    case unusableSecret(SecretSource, any Error)
    /// Meta's information about the token contradicts the file.
    case mismatch(SecretSource, TokenMismatch)
    /// The request to Meta about the token failed.
    case notInspected(SecretSource, because: GraphRequestError)

    /// The reason why programs interpret a value differently.
    package enum Ambiguity: CaseIterable {
        /// A backslash or backtick.
        case escape
        /// A quote or another special character in shells.
        case specialCharacter
        /// A backslash at the end of the previous line.
        case continuation
    }
}
