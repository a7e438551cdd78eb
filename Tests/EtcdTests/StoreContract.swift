import Sharing
import Testing

/// What every implementation of `SharedStore` guarantees to the protocol above it.
///
/// The protocol is simulated on a store in memory. That proves something about etcd only because
/// both pass these checks. Each check uses vaults of its own, so they can share a store.
enum StoreContract: String, CaseIterable, CustomTestStringConvertible {
    case nothingAtFirst = "a new vault has neither head nor parts"
    case createsOnce = "a head is created once"
    case replacesOnlyTheHeadRead = "a head is replaced only if it is the one that was read"
    case oneOfManyWins = "of many transactions on the same head exactly one succeeds"
    case keepsBytes = "values come back as they were written"
    case keepsLargestValues = "the largest head and part are accepted"
    case listsVaults = "vaults are listed in the order of their IDs"
    case keepsOneSet = "a new head deletes all parts but those it names"
    case deletesAllParts = "a head with the whole file deletes all parts"
    case lostRaceChangesNothing = "a lost race changes nothing"
    case readsPast = "parts are read as they were when their head was read"
    case forgetsCompacted = "parts of a compacted revision are missing"

    var testDescription: String { rawValue }

    /// Runs the check; `compact` makes the store forget everything before its newest revision.
    func check(_ store: some SharedStore, compact: () async throws -> Void) async throws {
        let vault = try ContractVault(store, .random())
        switch self {
        case .nothingAtFirst: try await vault.hasNothing()
        case .createsOnce: try await vault.createsOnce()
        case .replacesOnlyTheHeadRead: try await vault.replacesOnlyTheHeadRead()
        case .oneOfManyWins: try await vault.oneOfManyWins()
        case .keepsBytes: try await vault.keepsBytes()
        case .keepsLargestValues: try await vault.keepsLargestValues()
        case .listsVaults: try await vault.listsVaults()
        case .keepsOneSet: try await vault.keepsOneSet()
        case .deletesAllParts: try await vault.deletesAllParts()
        case .lostRaceChangesNothing: try await vault.lostRaceChangesNothing()
        case .readsPast: try await vault.readsPast()
        case .forgetsCompacted: try await vault.forgetsCompacted(after: compact)
        }
    }
}

extension [UInt8] {
    /// Returns a new vault ID.
    static func random() -> [UInt8] { (0..<16).map { _ in UInt8.random(in: 0...255) } }
}

/// One vault of a store, for the checks of `StoreContract`.
private struct ContractVault<Store: SharedStore> {
    let store: Store
    let id: [UInt8]

    init(_ store: Store, _ id: [UInt8]) throws {
        self.store = store
        self.id = id
    }

    /// Replaces the head and returns its new revision.
    @discardableResult func commit(
        _ value: [UInt8], after revision: Int64, keeping parts: String? = nil
    ) async throws -> Int64 {
        let outcome = await store.replaceHead(
            of: id, with: value, ifRevision: revision, keeping: parts)
        guard case .succeeded(let revision) = outcome else { throw Unexpected(outcome: outcome) }
        return revision
    }

    func losesRace(_ value: [UInt8], after revision: Int64) async throws {
        let outcome = await store.replaceHead(
            of: id, with: value, ifRevision: revision, keeping: nil)
        guard case .lostRace = outcome else { throw Unexpected(outcome: outcome) }
    }

    func head() async throws -> StoredHead { try #require(try await store.head(of: id)) }

    func part(_ set: String, _ number: Int = 0, at revision: Int64) async throws -> [UInt8]? {
        try await store.part(PartName(set: set, number: number), of: id, at: revision)
    }

    func write(_ bytes: [UInt8], _ set: String, _ number: Int = 0) async throws {
        try await store.write(bytes, as: PartName(set: set, number: number), of: id)
    }

    struct Unexpected: Error {
        let outcome: CommitOutcome
    }
}

extension ContractVault {
    func hasNothing() async throws {
        #expect(try await store.head(of: id) == nil)
        #expect(try await !store.vaultIDs().contains(id))
        let other = try ContractVault(store, .random())
        try await other.commit([1], after: 0)
        #expect(try await part("1-aa", at: other.head().readRevision) == nil)
        try await losesRace([1], after: 1)
    }

    func createsOnce() async throws {
        let revision = try await commit([1], after: 0)
        let head = try await head()
        #expect(head.value == [1])
        #expect(head.revision == revision && revision > 0)
        #expect(head.readRevision >= revision)
        try await losesRace([2], after: 0)
        #expect(try await self.head().value == [1])
    }

    func replacesOnlyTheHeadRead() async throws {
        let first = try await commit([1], after: 0)
        let second = try await commit([2], after: first)
        #expect(second > first)
        try await losesRace([3], after: first)
        try await losesRace([3], after: second + 1)
        let head = try await head()
        #expect(head.value == [2] && head.revision == second)
        // The same bytes again are another head.
        let third = try await commit([2], after: second)
        #expect(third > second)
    }

    func oneOfManyWins() async throws {
        let first = try await commit([0], after: 0)
        let winners = try await withThrowingTaskGroup(of: UInt8?.self) { group in
            for number in UInt8(1)...8 {
                group.addTask {
                    let outcome = await store.replaceHead(
                        of: id, with: [number], ifRevision: first, keeping: nil)
                    switch outcome {
                    case .succeeded: return number
                    case .lostRace: return nil
                    default: throw Unexpected(outcome: outcome)
                    }
                }
            }
            return try await group.reduce(into: [UInt8]()) { winners, winner in
                if let winner { winners.append(winner) }
            }
        }
        #expect(winners.count == 1)
        #expect(try await head().value == winners)
    }

    func keepsBytes() async throws {
        let all = (0...255).map { UInt8($0) }
        var revision: Int64 = 0
        for value in [all, [], [0], all + all.reversed() + [0xFF], Array("\n{\"\u{2028}".utf8)] {
            revision = try await commit(value, after: revision, keeping: "1-aa")
            #expect(try await head().value == value)
            try await write(value, "1-aa", 7)
            let now = try await head().readRevision
            #expect(try await part("1-aa", 7, at: now) == value)
        }
    }

    func keepsLargestValues() async throws {
        let value = (0..<StoredHead.valueLimit).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        let bytes = Array(value.prefix(StoredHead.partSize))
        try await write(bytes, "1-aa")
        try await commit(value, after: 0, keeping: "1-aa")
        let head = try await head()
        #expect(head.value == value)
        let part = try await part("1-aa", at: head.readRevision)
        #expect(part == bytes)
    }

    func listsVaults() async throws {
        let ids = [[UInt8].random(), .random(), .random()]
        for other in ids { try await ContractVault(store, other).commit([1], after: 0) }
        // A vault that has only parts is not one yet.
        try await write([1], "1-aa")
        let sorted = ids.sorted { $0.lexicographicallyPrecedes($1) }
        let found = try await store.vaultIDs()
        #expect(found.filter(ids.contains) == sorted)
        #expect(!found.contains(id))
    }

    func keepsOneSet() async throws {
        let other = try ContractVault(store, .random())
        try await other.write([9], "2-bb")
        let otherHead = try await other.commit([9], after: 0, keeping: "2-bb")
        // Before and after the set in the order of keys, and with names that begin like it.
        let others = ["1-bb", "2-b", "2-ba", "2-bb-", "2-bb0", "2-bba", "2-bc", "3-aa", "~"]
        for set in others { try await write([1], set) }
        for number in [0, 9, 10] { try await write([UInt8(number)], "2-bb", number) }
        try await commit([1], after: 0, keeping: "2-bb")
        let now = try await head().readRevision
        for set in others { #expect(try await part(set, at: now) == nil, "\(set)") }
        for number in [0, 9, 10] {
            #expect(try await part("2-bb", number, at: now) == [UInt8(number)])
        }
        #expect(try await other.part("2-bb", at: now) == [9])
        #expect(try await store.head(of: other.id)?.revision == otherHead)
    }

    func deletesAllParts() async throws {
        for set in ["1-aa", "9-zz"] { try await write([1], set) }
        try await commit([1], after: 0)
        let now = try await head().readRevision
        for set in ["1-aa", "9-zz"] { #expect(try await part(set, at: now) == nil) }
    }

    func lostRaceChangesNothing() async throws {
        try await write([1], "1-aa")
        let revision = try await commit([1], after: 0, keeping: "1-aa")
        try await losesRace([2], after: 0)
        let head = try await head()
        #expect(head.value == [1] && head.revision == revision)
        #expect(try await part("1-aa", at: head.readRevision) == [1])
    }

    func readsPast() async throws {
        try await write([1], "1-aa")
        let first = try await commit([1], after: 0, keeping: "1-aa")
        let head = try await head()
        try await write([2], "1-aa")
        try await write([3], "2-bb")
        try await commit([2], after: first, keeping: "2-bb")
        #expect(try await part("1-aa", at: head.readRevision) == [1])
        #expect(try await part("2-bb", at: head.readRevision) == nil)
    }

    func forgetsCompacted(after compact: () async throws -> Void) async throws {
        try await write([1], "1-aa")
        let first = try await commit([1], after: 0, keeping: "1-aa")
        let past = try await head().readRevision
        try await write([2], "2-bb")
        try await commit([2], after: first, keeping: "2-bb")
        try await compact()
        let now = try await head()
        #expect(now.value == [2])
        #expect(try await part("1-aa", at: past) == nil)
        #expect(try await part("2-bb", at: now.readRevision) == [2])
        // As after a restored backup.
        #expect(try await part("2-bb", at: now.readRevision + 1_000_000) == nil)
    }
}
