package import Sharing
internal import Sodium
package import Vault

/// The merge of three vault files, as a new file.
package struct StateMerge: Sendable {
    /// The merged file.
    package let bytes: [UInt8]
    /// Entries of which both sides had a new secret, and entries that stay though one side removed
    /// them.
    package let contested: [Reference]
    package let kept: [Reference]
    /// Entries that only a state of an earlier data key has.
    package let foreign: [Reference]

    /// Merges files as `plan` says.
    package init(
        _ plan: MergePlan, base: OpenState?, ours: OpenState, theirs: OpenState
    ) throws {
        let key = SharedSecret(Secret.random(count: 32))
        let merge = Merge(
            base: try base?.records(hashedWith: key), ours: try ours.records(hashedWith: key),
            theirs: try theirs.records(hashedWith: key), prefersOurs: plan.takesHeaderOfOurs)
        let changes = try merge.changes.map { change in
            try Self.entryChange(change, ours: ours, theirs: theirs)
        }
        bytes = try theirs.successor(
            changes, headerOf: plan.takesHeaderOfOurs ? ours : theirs,
            generation: plan.generation, lineage: plan.lineage)
        contested = merge.contested
        kept = merge.kept
        foreign = merge.foreign
    }

    private static func entryChange(
        _ change: MergeChange, ours: OpenState, theirs: OpenState
    ) throws -> EntryChange {
        guard let content = change.content else {
            return EntryChange(change.reference) { _ in .remove }
        }
        let side = content.source.side == .ours ? ours : theirs
        let secret = try side.read { reader in
            try reader.withRecord(content.source.reference) { record in
                SharedSecret(record.withSecret { Secret(copying: $0) })
            }
        }
        return EntryChange(change.reference) { _ in .store(secret, content.metadata) }
    }
}
