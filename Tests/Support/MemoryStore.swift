package import Sharing

/// A store in memory, which can be told to lose answers.
package actor MemoryStore: SharedStore {
    package struct Lost: Error {}

    private var heads: [[UInt8]: StoredHead] = [:]
    private var parts: [PartName: [UInt8]] = [:]
    private var revision: Int64 = 1
    private var lostAnswers = 0
    private var isAway = false
    private var readCount = 0
    private var interruption: (read: Int, body: @Sendable () async -> Void)?

    package init() {}

    /// Loses the answers to the next transactions, which are applied.
    package func loseAnswers(_ count: Int) { lostAnswers = count }

    package func setAway(_ isAway: Bool) { self.isAway = isAway }

    /// Calls `body` before a head is read: at the next read, or after `count` of them.
    package func interrupt(after count: Int, _ body: @escaping @Sendable () async -> Void) {
        interruption = (readCount + count + 1, body)
    }

    /// A copy of everything that the store has, to put back later.
    package struct Backup: Sendable {
        fileprivate let heads: [[UInt8]: StoredHead]
        fileprivate let parts: [PartName: [UInt8]]
    }

    package var backup: Backup { Backup(heads: heads, parts: parts) }

    /// Puts back what the store had, or empties it.
    package func restore(_ backup: Backup?) {
        heads = backup?.heads ?? [:]
        parts = backup?.parts ?? [:]
    }

    package var partCount: Int { parts.count }

    package func vaultIDs() async throws(StoreFailure) -> [[UInt8]] {
        if isAway { throw .noAnswer(cause: Lost()) }
        return heads.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    package func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead? {
        if isAway { throw .noAnswer(cause: Lost()) }
        readCount += 1
        if let interruption, interruption.read == readCount {
            self.interruption = nil
            await interruption.body()
        }
        return heads[vaultID].map {
            StoredHead(value: $0.value, revision: $0.revision, readRevision: revision)
        }
    }

    package func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]? {
        parts[part]
    }

    package func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure) {
        if isAway { throw .noAnswer(cause: Lost()) }
        revision += 1
        parts[part] = bytes
    }

    package func replaceHead(
        of vaultID: [UInt8], with value: [UInt8], ifRevision: Int64, keeping set: String?
    ) async -> CommitOutcome {
        if isAway { return .unknown(cause: Lost()) }
        guard (heads[vaultID]?.revision ?? 0) == ifRevision else { return .lostRace }
        revision += 1
        heads[vaultID] = StoredHead(value: value, revision: revision, readRevision: revision)
        parts = parts.filter { $0.key.set == set }
        if lostAnswers > 0 {
            lostAnswers -= 1
            return .unknown(cause: Lost())
        }
        return .succeeded(revision: revision)
    }
}
