package import Vault

/// An entry's record as a merge sees it: the secret is known by a hash alone.
package struct MergeRecord: Equatable, Sendable {
    package let reference: Reference
    /// A hash of the secret, under a key that only this merge has.
    package let secret: Digest
    package let metadata: Metadata

    package init(reference: Reference, secret: Digest, metadata: Metadata) {
        self.reference = reference
        self.secret = secret
        self.metadata = metadata
    }
}

/// What a merge makes of one record of the head's side.
package struct MergeChange: Equatable, Sendable {
    /// The record to change.
    package let reference: Reference
    /// The new content, or `nil` to remove the record.
    package let content: Content?

    /// A secret, by its hash and where to find it, and the metadata for it.
    package struct Content: Equatable, Sendable {
        package let secret: Digest
        package let source: Source
        package let metadata: Metadata
    }

    /// Where a secret is.
    package struct Source: Equatable, Sendable {
        package let side: Side
        package let reference: Reference
    }

    /// A side of a merge.
    package enum Side: Equatable, Sendable {
        case ours
        case theirs
    }
}

/// Three states of a vault to merge, record by record.
///
/// The records that belong together, `kind:id` with its `~previous` and other suffixes, are merged
/// as one, whatever their kind. The hidden record of the lineage is passed over.
package struct Merge: Sendable {
    /// What to change on the side of `theirs`, in the order of the references.
    package private(set) var changes: [MergeChange] = []
    /// Entries of which both sides had a new secret; one of them is `~previous` now.
    package private(set) var contested: [Reference] = []
    /// Entries that one side removed and that stay, because the other has a new secret.
    package private(set) var kept: [Reference] = []
    /// Entries that only the side has which comes second.
    package private(set) var foreign: [Reference] = []
    /// Secrets that had no place left: of three new ones at once, two are kept.
    package private(set) var dropped: [Digest] = []

    /// Merges `ours` into `theirs`.
    ///
    /// - Parameters:
    ///   - base: The common state, or `nil` if there is none; then nothing counts as removed.
    ///   - prefersOurs: Whether what only `theirs` has comes second, whatever its time, because it
    ///     was made with an earlier data key, which a removed machine also has.
    package init(
        base: [MergeRecord]?, ours: [MergeRecord], theirs: [MergeRecord], prefersOurs: Bool = false
    ) {
        var families: [String: EntryFamily] = [:]
        func collect(_ records: [MergeRecord], _ side: WritableKeyPath<EntryFamily, [MergeRecord]>)
        {
            for record in records where !record.reference.isHidden {
                families[record.reference.base, default: EntryFamily()][keyPath: side]
                    .append(record)
            }
        }
        collect(base ?? [], \.base)
        collect(ours, \.ours)
        collect(theirs, \.theirs)
        for family in families.values where prefersOurs || family.ours != family.base {
            add(family.merged(preferringOurs: prefersOurs))
        }
        changes.sort { $0.reference < $1.reference }
        contested.sort()
        kept.sort()
        foreign.sort()
        dropped.sort()
    }

    private mutating func add(_ result: EntryFamily.Merged) {
        changes += result.changes
        if let reference = result.contested { contested.append(reference) }
        if let reference = result.kept { kept.append(reference) }
        if let reference = result.foreign { foreign.append(reference) }
        dropped += result.dropped
    }
}

extension Lineage {
    /// The reference of the hidden record.
    package static let reference = Reference(text: "history:1")
}

extension Reference {
    /// The reference without its suffix, as text.
    var base: String { "\(kind):\(id)" }
}
