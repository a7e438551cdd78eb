/// The store that several machines share: etcd, or a simulated one.
///
/// An implementation moves bytes. It knows neither the format of a vault nor the protocol: what a
/// head contains, when a part is needed and what an outcome means is up to the caller.
///
/// All vaults of a store are under one prefix. The keys of a vault, whose ID is 16 bytes, are:
///
/// - `<prefix>/<vault ID in hexadecimal>/head`
/// - `<prefix>/<vault ID in hexadecimal>/part/<set>/<number>`
///
/// Every function has a time limit of its own, after which it throws `StoreFailure.noAnswer`: 2
/// seconds for what reads, 10 seconds for what writes. It may repeat a request at another endpoint
/// within that time, but `replaceHead` only if the first request was certainly not sent, or was
/// certainly refused.
package protocol SharedStore: Sendable {
    /// Returns the IDs of the vaults that have a head, in the order of their keys.
    ///
    /// Keys under the prefix that are not spelled like a head's are passed over.
    func vaultIDs() async throws(StoreFailure) -> [[UInt8]]

    /// Returns the head of a vault, or `nil` if there is none.
    ///
    /// The read is linearizable: it shows every transaction that succeeded before it began.
    func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead?

    /// Returns one part as it was at `revision`, or `nil` if it is missing or that revision was
    /// compacted.
    ///
    /// - Parameter revision: The `StoredHead.readRevision` of the head that names the part.
    func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]?

    /// Writes one part of at most `StoredHead.partSize` bytes, and returns once the store has
    /// confirmed it.
    ///
    /// Repeating the same write is harmless.
    func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure)

    /// Replaces the head, in one transaction, if its `mod_revision` is still `revision`.
    ///
    /// The transaction also deletes every part of the vault, except those of `parts`: the ranges of
    /// keys before and after that set or, without a set, all of them.
    ///
    /// - Parameters:
    ///   - value: The new value, at most `StoredHead.valueLimit` bytes.
    ///   - revision: The revision of the head that was read, or 0 if there was none.
    ///   - parts: The set of parts that the new head names, or `nil` if it contains the whole file.
    func replaceHead(
        of vaultID: [UInt8], with value: [UInt8], ifRevision revision: Int64, keeping parts: String?
    ) async -> CommitOutcome
}

/// A head as one linearizable read showed it.
package struct StoredHead: Equatable, Sendable {
    /// The value: a line of JSON and, if it is small enough, the vault file.
    package let value: [UInt8]
    /// The revision of the key (`mod_revision`), which a transaction compares; never 0.
    package let revision: Int64
    /// The revision of the whole store at the time of the read, at which to read the parts.
    package let readRevision: Int64

    /// The size of a part, and of the largest file that is kept in the head itself: 1 MiB.
    package static let partSize = 1 << 20
    /// The maximum size of a value: the file and the line of JSON before it, in bytes.
    package static let valueLimit = partSize + 4_096

    package init(value: [UInt8], revision: Int64, readRevision: Int64) {
        self.value = value
        self.revision = revision
        self.readRevision = readRevision
    }
}

/// The name of a part: `<set>/<number>`.
package struct PartName: Hashable, Sendable {
    /// The name of the set, `<generation>-<16 random bytes in hexadecimal>`, without a slash.
    package let set: String
    /// The number of the part within the file, from 0.
    package let number: Int

    package init(set: String, number: Int) {
        self.set = set
        self.number = number
    }
}

/// What is known about a transaction after it was attempted.
package enum CommitOutcome: Sendable {
    /// The store confirmed it. The new `mod_revision` of the head is included.
    case succeeded(revision: Int64)
    /// The head has another revision, so nothing was changed.
    case lostRace
    /// Nobody knows whether it was applied, or will be: the connection broke, the time limit
    /// passed, or the store itself does not know ("request timed out", "leader changed").
    case unknown(cause: any Error)
    /// It was certainly not applied, and never will be.
    case refused(StoreRefusal, cause: any Error)
}

/// Why the store did not answer a request.
package enum StoreFailure: Error {
    /// There was no answer in time, the connection broke, or nobody could be reached. A write may
    /// still have been applied.
    case noAnswer(cause: any Error)
    /// The store refused the request, and did nothing.
    case refused(StoreRefusal, cause: any Error)
}

/// A reason for which the store refuses a request.
///
/// The cause next to it has the details, and the words for people.
package enum StoreRefusal: Equatable, Sendable {
    /// The store is there but cannot serve: no leader, too many requests, not ready, or a node that
    /// could not even be connected to. Trying again later can help.
    case unavailable
    /// The user, password, token or certificate was not accepted, even after a new login.
    case unauthorized
    /// The user may not use these keys.
    case forbidden
    /// The store's quota is used up (`NOSPACE`).
    case quotaExceeded
    /// The request is larger than the store accepts.
    case tooLarge
    /// The answer, or the request, is not of the form that this version understands.
    case notUnderstood
}
