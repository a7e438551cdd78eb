package import Entries
package import Vault

/// What is in a plain file and is not stored.
package struct LeftOutSecret {
    package let source: SecretSource
    package let cause: Cause

    package init(source: SecretSource, cause: Cause) {
        self.source = source
        self.cause = cause
    }

    /// Why it is not stored.
    package enum Cause {
        /// The variable's name is not a known one.
        case unknownName
        /// A later line gives the variable another value.
        case replaced(byLine: Int)
        case inComment
        /// The line is not written as NAME=value.
        case notAnAssignment
        case notAnID
        /// The id that says whose it is should be in that variable.
        case missingID(in: String)
        /// The file has an entry there, and no token.
        case noToken
        /// Secrets are not taken from that place.
        case otherPlace
        /// It lasts an hour or two; the command exchanges it for another.
        case shortLived(exchange: CommandText)
        /// Only Meta knows whose it is.
        case unknownOwner
        case appToken
        /// Meta calls it dead, for the reason that is stored beside tokens.
        case dead(String)
        /// Meta does not say whose it is.
        case ownerNotTold
        /// It is stored from another place.
        case same(as: SecretSource)
        /// Of the same owner another one is stored.
        case outlasted(by: SecretSource, of: Reference?)
    }

    /// A command that helps.
    package var hint: CommandText? {
        if case .shortLived(let exchange) = cause { exchange } else { nil }
    }

    /// Whether Meta knows what is missing, so that `--online` helps.
    package var canBeAsked: Bool {
        if case .unknownOwner = cause { true } else { false }
    }

    /// Whether the file has a secret there that the vault will not have.
    package var isSecret: Bool {
        switch cause {
        case .noToken, .same: false
        default: true
        }
    }
}
