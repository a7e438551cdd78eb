import Sharing

/// The store: what etcd keeps and forgets, and how.
struct SimulatedStore {
    /// A head with the file that it, or its parts, hold.
    struct StoredFile {
        let file: SimulatedFile
        let parts: [PartName]
        let revision: Int64
    }

    /// A part, and the revisions at which it was written and deleted.
    private struct Part {
        let content: Digest
        let written: Int64
        var deleted: Int64?
    }

    /// A transaction, which may be applied long after nobody waits for its answer.
    struct Transaction {
        let file: SimulatedFile
        let parts: [PartName]
        let ifRevision: Int64
    }

    private(set) var head: StoredFile?
    private(set) var revision: Int64 = 1
    private var compacted: Int64 = 0
    private var parts: [PartName: Part] = [:]
    /// Transactions on their way.
    var pending: [Transaction] = []
    /// Whether the quota is used up.
    var isFull = false
    var isAway = false
    /// How often a snapshot was put back; connections do not survive that.
    private(set) var incarnation = 0
    /// What was ever the head, and what happened when it became the head.
    private(set) var everHeads: Set<Digest> = []
    private(set) var applied: [SimulatedFile] = []

    /// Applies a transaction, and returns whether the head still had the revision.
    mutating func apply(_ transaction: Transaction) -> Bool {
        guard (head?.revision ?? 0) == transaction.ifRevision else { return false }
        revision += 1
        let (file, names) = (transaction.file, transaction.parts)
        head = StoredFile(file: file, parts: names, revision: revision)
        for (name, part) in parts where !names.contains(name) && part.deleted == nil {
            parts[name]?.deleted = revision
        }
        everHeads.insert(file.state.id)
        applied.append(file)
        return true
    }

    mutating func write(_ name: PartName, of file: SimulatedFile) {
        revision += 1
        parts[name] = Part(content: file.state.id, written: revision)
    }

    /// Returns the content of a part at a revision, or `nil` if it is missing or compacted.
    func part(_ name: PartName, at revision: Int64) -> Digest? {
        guard revision >= compacted, let part = parts[name], part.written <= revision,
            part.deleted.map({ $0 > revision }) ?? true
        else { return nil }
        return part.content
    }

    mutating func compact() {
        compacted = revision
        parts = parts.filter { $0.value.deleted == nil }
    }

    /// The number of parts that are not deleted.
    var partCount: Int { parts.values.count { $0.deleted == nil } }

    /// Puts back a snapshot: revisions, too, are those of then.
    mutating func restore(_ snapshot: SimulatedStore) {
        head = snapshot.head
        revision = snapshot.revision
        compacted = snapshot.compacted
        parts = snapshot.parts
        pending = []
        incarnation += 1
    }
}
