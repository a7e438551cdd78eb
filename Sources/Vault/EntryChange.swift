public import Sodium

/// A change to one entry, made as part of a save.
public struct EntryChange {
    /// The entry to change.
    public let reference: Reference
    let decide: (Metadata?) throws -> Action

    /// What a change does to its entry.
    public enum Action {
        /// Leaves the entry as it is.
        case keep
        /// Removes the entry.
        case remove
        /// Replaces the metadata and keeps the secret; the entry must exist.
        case describe(Metadata)
        /// Replaces or adds the secret and the metadata.
        case store(SharedSecret, Metadata)
    }

    /// Creates a change that calls `decide` during the save.
    ///
    /// `decide` receives the metadata stored at that time, or `nil` if there is no such entry. The
    /// changes of one save are decided in order of their references.
    public init(_ reference: Reference, _ decide: @escaping (Metadata?) throws -> Action) {
        self.reference = reference
        self.decide = decide
    }
}

extension PayloadWriter where Sink: ~Copyable {
    /// Copies the records of `old`, with the changes merged in at their sorted positions, and notes
    /// what the changes do.
    mutating func append(
        _ old: borrowing VaultReader, changedBy changes: [EntryChange], _ notes: inout SaveNotes
    ) throws {
        let pending = changes.sorted { $0.reference < $1.reference }
        for (one, next) in zip(pending, pending.dropFirst()) where one.reference == next.reference {
            throw VaultError.changedTwice(one.reference)
        }
        var next = 0
        try old.forEachRecord { record in
            while next < pending.count {
                let change = pending[next]
                let order = try record.order(to: change.reference)
                if order == .before { break }
                next += 1
                if order == .same { return try append(change, to: record, &notes) }
                try append(change, &notes)
            }
            try copy(record)
        }
        for change in pending[next...] { try append(change, &notes) }
    }

    private mutating func copy(_ record: borrowing Record) throws {
        try record.withLine { try append($0) }
        try append(CollectionOfOne(Record.newline).span)
    }

    private mutating func append(_ change: EntryChange, _ notes: inout SaveNotes) throws {
        switch try change.decide(nil) {
        case .keep, .remove: break
        case .describe: throw VaultError.noEntry(change.reference)
        case .store(let secret, let metadata):
            try append(change.reference, secret, metadata)
            notes.note(change.reference, from: nil, to: notes.state(secret, metadata))
        }
    }

    private mutating func append(
        _ change: EntryChange, to record: borrowing Record, _ notes: inout SaveNotes
    ) throws {
        let old = try record.metadata()
        let before = notes.state(record, old)
        switch try change.decide(old) {
        case .keep:
            try copy(record)
        case .remove:
            notes.note(change.reference, from: before, to: nil)
        case .describe(let metadata):
            let text = try checked(metadata, of: change.reference)
            try record.withSecret { try append(change.reference, secret: $0, metadata: text) }
            var after = before
            after?.metadata = .init(metadata)
            notes.note(change.reference, from: before, to: after)
        case .store(let secret, let metadata):
            try append(change.reference, secret, metadata)
            notes.note(change.reference, from: before, to: notes.state(secret, metadata))
        }
    }

    private mutating func append(
        _ reference: Reference, _ secret: SharedSecret, _ metadata: Metadata
    ) throws {
        let text = try checked(metadata, of: reference)
        try secret.withBytes { secret in
            if let fault = Record.fault(inSecret: secret) { throw VaultError.unusableSecret(fault) }
            try append(reference, secret: secret, metadata: text)
        }
    }

    private func checked(_ metadata: Metadata, of reference: Reference) throws -> [UInt8] {
        let text = metadata.text
        guard text.count <= Metadata.limit else { throw VaultError.metadataTooLarge(reference) }
        return text
    }
}
