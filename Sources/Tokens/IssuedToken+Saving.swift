package import Entries
import Sodium
import Vault

/// A token issued by Meta is lost because it could not be saved.
package struct UnsavedTokenError: Error {
    /// The way to get another token once the cause is resolved.
    package enum Remedy: Sendable {
        /// Exchange the short-lived token again.
        case exchange(CommandText)
        /// Start over, because the code is used up.
        case beginning(CommandText)
        case refresh
    }

    package let cause: any Error
    package let remedy: Remedy

    package init(cause: any Error, remedy: Remedy) {
        self.cause = cause
        self.remedy = remedy
    }
}

/// The reference for a token cannot be created: a bug in this program.
package struct NoReferenceError: Error {
    package init() {}
}

extension UnlockedVault {
    /// The seconds to wait for other processes before giving up on saving an issued token.
    ///
    /// The wait is long, because the token is lost if it cannot be saved.
    static let waitForIssuedToken = 30.0
}

extension VaultReader {
    /// Returns a free `pending` reference for a new token whose owner is not known yet.
    ///
    /// Its ID is the current time in seconds or, if that is taken, the next free number.
    func freePendingReference(at now: Timestamp) throws -> Reference {
        let taken = Set(try references(of: .pending).map(\.id))
        let first = max(1, now.seconds)
        let number = (first...).first { !taken.contains("\($0)") }
        guard let reference = number.flatMap({ Reference(.pending, "\($0)") }) else {
            throw NoReferenceError()
        }
        return reference
    }

    /// Returns whether `reference` is stored with exactly this secret.
    func holds(_ secret: SharedSecret, as reference: Reference) throws -> Bool {
        guard let stored = try entryIfAny(reference)?.secret else { return false }
        return secret.withSecret { one in stored.withSecret { one.isEqual(to: $0) } }
    }
}
