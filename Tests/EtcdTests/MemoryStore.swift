import Sharing
import Synchronization
import Testing

/// A store in memory that keeps every revision, as etcd does.
final class MemoryStore: SharedStore {
    private struct State {
        var revision: Int64 = 1
        var compacted: Int64 = 0
        /// The heads, with the revision at which each was written.
        var heads: [[UInt8]: (value: [UInt8], revision: Int64)] = [:]
        /// The values of each part, by the revision at which they were written or deleted.
        var parts: [PartKey: [(revision: Int64, bytes: [UInt8]?)]] = [:]
    }

    private struct PartKey: Hashable {
        let vaultID: [UInt8]
        let name: PartName
    }

    private let state = Mutex(State())

    /// Forgets everything before the newest revision.
    func compact() { state.withLock { $0.compacted = $0.revision } }

    func vaultIDs() async throws(StoreFailure) -> [[UInt8]] {
        state.withLock { $0.heads.keys.sorted { $0.lexicographicallyPrecedes($1) } }
    }

    func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead? {
        state.withLock { state in
            state.heads[vaultID].map { head in
                StoredHead(
                    value: head.value, revision: head.revision, readRevision: state.revision)
            }
        }
    }

    func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]? {
        state.withLock { state in
            guard (state.compacted...max(state.compacted, state.revision)).contains(revision) else {
                return nil
            }
            let history = state.parts[PartKey(vaultID: vaultID, name: part)] ?? []
            return history.last { $0.revision <= revision }?.bytes
        }
    }

    func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure) {
        state.withLock { state in
            state.revision += 1
            state.parts[PartKey(vaultID: vaultID, name: part), default: []]
                .append((state.revision, bytes))
        }
    }

    func replaceHead(
        of vaultID: [UInt8], with value: [UInt8], ifRevision revision: Int64, keeping parts: String?
    ) async -> CommitOutcome {
        state.withLock { state in
            guard state.heads[vaultID]?.revision ?? 0 == revision else { return .lostRace }
            state.revision += 1
            state.heads[vaultID] = (value, state.revision)
            for key in state.parts.keys where key.vaultID == vaultID && key.name.set != parts {
                state.parts[key]?.append((state.revision, nil))
            }
            return .succeeded(revision: state.revision)
        }
    }
}

/// The contract, on the store in memory.
@Suite struct MemoryStoreTests {
    private let store = MemoryStore()

    @Test(arguments: StoreContract.allCases)
    func `the store in memory keeps the contract`(check: StoreContract) async throws {
        try await check.check(store) { store.compact() }
    }
}
