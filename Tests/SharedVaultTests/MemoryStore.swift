import Sharing

/// A store in memory, which can be told to lose answers.
actor MemoryStore: SharedStore {
    struct Lost: Error {}

    private var heads: [[UInt8]: StoredHead] = [:]
    private var parts: [PartName: [UInt8]] = [:]
    private var revision: Int64 = 1
    private var lostAnswers = 0
    private(set) var isAway = false

    /// Loses the answers to the next transactions, which are applied.
    func loseAnswers(_ count: Int) { lostAnswers = count }

    func setAway(_ isAway: Bool) { self.isAway = isAway }

    var partCount: Int { parts.count }

    func vaultIDs() async throws(StoreFailure) -> [[UInt8]] {
        heads.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead? {
        if isAway { throw .noAnswer(cause: Lost()) }
        return heads[vaultID].map {
            StoredHead(value: $0.value, revision: $0.revision, readRevision: revision)
        }
    }

    func headRevision(of vaultID: [UInt8]) async throws(StoreFailure) -> Int64? {
        heads[vaultID]?.revision
    }

    func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]? {
        parts[part]
    }

    func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure) {
        if isAway { throw .noAnswer(cause: Lost()) }
        revision += 1
        parts[part] = bytes
    }

    func replaceHead(
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
