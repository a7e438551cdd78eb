public import Sodium

/// What is to become of one entry in a save.
public struct EntryChange {
    /// The entry.
    public let reference: Reference
    let decide: (Metadata?) throws -> Outcome

    /// What a change comes to.
    public enum Outcome {
        /// It stays as it is.
        case keep
        /// It goes.
        case remove
        /// It keeps its secret; there must be one.
        case describe(Metadata)
        /// It gets this secret.
        case store(SharedSecret, Metadata)
    }

    /// Asks `decide`, with what is stored under that name at the time of the save or nil; the changes
    /// of one save are asked in the order of references.
    public init(_ reference: Reference, _ decide: @escaping (Metadata?) throws -> Outcome) {
        self.reference = reference
        self.decide = decide
    }
}

extension PayloadWriter {
    /// Copies all records of `old`, with the changes worked in where their place is.
    mutating func append(
        _ old: borrowing VaultReader, changedBy changes: [EntryChange]
    ) throws {
        let pending = changes.sorted { $0.reference < $1.reference }
        for (one, next) in zip(pending, pending.dropFirst()) where one.reference == next.reference {
            throw VaultError.changedTwice(one.reference)
        }
        var next = 0
        try old.forEachRecord { record in
            while next < pending.count, pending[next].reference < record.reference {
                try append(pending[next])
                next += 1
            }
            if next < pending.count, pending[next].reference == record.reference {
                try append(pending[next], to: record)
                next += 1
            } else {
                try record.withLine { try append($0) }
                try append([Record.lineFeed].span)
            }
        }
        for change in pending[next...] { try append(change) }
    }

    private mutating func append(_ change: EntryChange) throws {
        switch try change.decide(nil) {
        case .keep, .remove: break
        case .describe: throw VaultError.noEntry(change.reference)
        case .store(let secret, let metadata): try append(change.reference, secret, metadata)
        }
    }

    private mutating func append(_ change: EntryChange, to record: borrowing Record) throws {
        switch try change.decide(try record.metadata()) {
        case .keep:
            try record.withLine { try append($0) }
            try append([Record.lineFeed].span)
        case .remove:
            break
        case .describe(let metadata):
            let text = try checked(metadata, of: change.reference)
            try record.withSecret { try append(change.reference, secret: $0, metadata: text) }
        case .store(let secret, let metadata):
            try append(change.reference, secret, metadata)
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
