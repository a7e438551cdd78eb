package import Entries
import Sodium
import Vault

/// Meta issued a token, and it is lost, as it could not be saved.
package struct UnsavedTokenError: Error {
    /// What gets another one once the cause is gone.
    package enum Remedy: Sendable {
        /// The short-lived token can be exchanged again.
        case exchange(CommandText)
        /// The code is used up: everything begins anew.
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

/// No name can be made for a token that is to be stored: a fault of the program.
package struct NoReferenceError: Error {
    package init() {}
}

extension UnlockedVault {
    /// Seconds for which a token that Meta has issued waits for other processes that save: it would be
    /// lost if it were not saved.
    static let waitForIssuedToken = 30.0
}

extension VaultReader {
    /// A name for a new token that has no other yet: the second in which it came or, if another token has
    /// that name, the next one that is free.
    func freePendingReference(at now: Timestamp) throws -> Reference {
        let taken = Set(try references(of: .pending).map(\.id))
        let first = max(1, now.seconds)
        let number = (first...).first { !taken.contains("\($0)") }
        guard let reference = number.flatMap({ Reference(.pending, "\($0)") }) else {
            throw NoReferenceError()
        }
        return reference
    }

    /// Whether `reference` is stored with that very secret.
    func holds(_ secret: SharedSecret, as reference: Reference) throws -> Bool {
        guard let stored = try entryIfAny(reference)?.secret else { return false }
        return secret.withSecret { one in stored.withSecret { one.isEqual(to: $0) } }
    }
}
