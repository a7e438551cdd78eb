package import Entries
package import Vault

/// A secret in a plain file that is not imported.
package struct LeftOutSecret {
    package let source: SecretSource
    package let cause: Cause

    package init(source: SecretSource, cause: Cause) {
        self.source = source
        self.cause = cause
    }

    /// The reason why the secret is not imported.
    package enum Cause {
        /// The name of the variable is unknown.
        case unknownName
        /// A later line assigns another value to the variable.
        case replaced(byLine: Int)
        case inComment
        /// The line is not in the form NAME=value.
        case notAnAssignment
        case notAnID
        /// The ID to which the secret belongs is missing; it should be in this variable.
        case missingID(in: String)
        /// The ID of the account to which the token belongs is missing; it should be in this
        /// variable.
        case missingAccount(in: String)
        /// The file has an entry without a token.
        case noToken
        /// Secrets are not imported from this part of the document.
        case unsupportedLocation
        /// The token lasts an hour or two; the command exchanges it for a long-lived one.
        case shortLived(exchange: CommandText)
        /// Only Meta knows the owner of the token.
        case unknownOwner
        case appToken
        /// Meta reports the token as invalid, for this reason.
        case dead(String)
        /// Meta does not report the owner of the token.
        case ownerNotReported
        /// The same secret is imported from another source.
        case same(as: SecretSource)
        /// A token of the same owner that lasts longer is imported.
        case outlasted(by: SecretSource, of: Reference?)
    }

    /// The command that solves the problem, if there is one.
    package var hint: CommandText? {
        if case .shortLived(let exchange) = cause { exchange } else { nil }
    }

    /// Whether Meta knows the missing information, so that `--online` helps.
    package var canBeAsked: Bool {
        switch cause {
        case .unknownOwner, .missingAccount: true
        default: false
        }
    }

    /// Whether this is a secret that is not in the vault after the import.
    package var isSecret: Bool {
        switch cause {
        case .noToken, .same: false
        default: true
        }
    }
}
