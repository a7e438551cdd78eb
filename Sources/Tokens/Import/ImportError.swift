/// Why nothing of a plain file can be stored.
///
/// Secrets are named by their places, never by what they are.
package enum ImportError: Error {
    /// The file has a NUL byte in it.
    case notText
    case invalidUTF16
    case invalidJSON
    /// The file has neither known variables nor an answer of Meta's.
    case nothingKnown
    /// The quotes around a value do not end as they should.
    case unclosedQuotes(EnvironmentVariable, line: Int)
    /// The value refers to another variable.
    case valueIsReference(EnvironmentVariable, line: Int)
    /// Programs do not agree on what the value is.
    case ambiguousValue(EnvironmentVariable, line: Int, Ambiguity)
    /// What should be an id is none.
    case notAnID(EnvironmentVariable)
    /// Any of several ids may be that of the secret in a variable.
    case severalIDs([EnvironmentVariable], for: EnvironmentVariable)
    /// The secret there cannot be one.
    case unusableSecret(SecretSource, any Error)
    /// Meta says that the token there is not what the file says.
    case mismatch(SecretSource, TokenMismatch)
    /// Meta could not be asked about the token there.
    case unanswered(SecretSource, because: GraphRequestError)

    /// Why a value is not the same to all programs.
    package enum Ambiguity: CaseIterable {
        /// A backslash or backtick.
        case escape
        /// A quote or another special character of shells.
        case specialCharacter
        /// The line before ends in a backslash.
        case continuation
    }
}
