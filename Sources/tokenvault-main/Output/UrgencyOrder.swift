import Entries
import Vault

/// The order in which `check` prints the entries of a vault: the most urgent first, and otherwise in
/// the order of the file.
///
/// Keeps the first entries, and 16 bytes for each other one, which is read again to be printed.
struct UrgencyOrder {
    private typealias Place = (urgency: Int64, position: PayloadPosition)

    private var kept: [(urgency: Int64, entry: StoredEntry)] = []
    /// The other entries, all of which come after `kept` in the file.
    private var places: [Place] = []

    /// The number of entries to keep, and to read at once while they are out of the file's order.
    var batchSize = 16_384

    mutating func add(_ entry: StoredEntry, at position: PayloadPosition, urgency: Int64) {
        if kept.count < batchSize {
            kept.append((urgency, entry))
        } else {
            places.append((urgency, position))
        }
    }

    /// Sorts what was added.
    mutating func sort() {
        kept.sort { ($0.urgency, $0.entry.reference) < ($1.urgency, $1.entry.reference) }
        places.sort { ($0.urgency, $0.position) < ($1.urgency, $1.position) }
    }

    /// Calls `body` with each entry, in order.
    func forEachEntry(
        in vault: borrowing VaultReader, _ body: (StoredEntry) throws -> Void
    ) throws {
        var next = 0
        func takeKept(upTo urgency: Int64) throws {
            while next < kept.count, kept[next].urgency <= urgency {
                try body(kept[next].entry)
                next += 1
            }
        }
        try forEachOther(in: vault) { entry, urgency in
            try takeKept(upTo: urgency)
            try body(entry)
        }
        try takeKept(upTo: .max)
    }

    /// Calls `body` with each entry that was not kept, in batches.
    ///
    /// A batch in the order of the file, as most are in a vault whose tokens do not expire, needs no
    /// memory. Any other takes a pass through the file.
    private func forEachOther(
        in vault: borrowing VaultReader, _ body: (StoredEntry, Int64) throws -> Void
    ) throws {
        var rest = places[...]
        while !rest.isEmpty {
            let batch = rest.prefix(batchSize)
            rest = rest.dropFirst(batchSize)
            let positions = batch.map(\.position)
            var next = batch.startIndex
            func take(_ entry: StoredEntry) throws {
                try body(entry, places[next].urgency)
                next += 1
            }
            if zip(positions, positions.dropFirst()).allSatisfy(<) {
                try vault.forEachRecord(at: positions) { try take(StoredEntry($0)) }
            } else {
                for entry in try Self.entries(at: positions, in: vault) { try take(entry) }
            }
        }
    }

    /// Returns the entries at `positions`, in that order.
    private static func entries(
        at positions: [PayloadPosition], in vault: borrowing VaultReader
    ) throws -> [StoredEntry] {
        let ranks = positions.indices.sorted { positions[$0] < positions[$1] }
        var entries = [StoredEntry?](repeating: nil, count: positions.count)
        var read = 0
        try vault.forEachRecord(at: ranks.map { positions[$0] }) { record in
            entries[ranks[read]] = try StoredEntry(record)
            read += 1
        }
        return entries.compactMap { $0 }
    }
}
