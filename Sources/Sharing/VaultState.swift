/// What the protocol knows about one file of a vault: everything but its content.
package struct VaultState: Equatable, Sendable {
    /// The first 16 bytes of BLAKE2b-256 of MAC and payload nonce.
    package let id: Digest
    package let epoch: UInt64
    package let generation: UInt64
    /// A hash of the data key, by which two epochs of one number are told apart.
    package let dataKey: Digest
    package let lineage: Lineage

    package init(
        id: Digest, epoch: UInt64, generation: UInt64, dataKey: Digest, lineage: Lineage
    ) {
        self.id = id
        self.epoch = epoch
        self.generation = generation
        self.dataKey = dataKey
        self.lineage = lineage
    }

    /// Returns whether `other` is an ancestor of this state.
    ///
    /// Whoever has an earlier data key, such as a machine whose key was removed, can name any state,
    /// so a state is believed only about states up to its own data key.
    package func names(_ other: VaultState) -> Bool {
        let isKnown =
            other.epoch < epoch || (other.epoch == epoch && other.dataKey == dataKey)
        return isKnown && lineage.names(other.id)
    }

    /// Returns whether this state contains what `other` does: it is the same or made from it.
    package func contains(_ other: VaultState) -> Bool { id == other.id || names(other) }

    /// Returns whether this state was made from the head that `vault` was, before a program that
    /// does not know of sharing saved it.
    ///
    /// Such a program leaves the lineage as it is.
    package func isMade(fromHeadBefore vault: VaultState) -> Bool {
        guard epoch == vault.epoch, !lineage.ancestors.isEmpty else { return false }
        return vault.lineage.ancestors.last.map { lineage.names($0.id) } ?? true
            && lineage.ancestors.last != vault.lineage.ancestors.last
    }

    /// The lineage of a state made from this one, which is a head.
    package var successorLineage: Lineage {
        var lineage = lineage
        lineage.add(head: id, generation: generation)
        return lineage
    }
}

/// How the head in the store relates to the vault on this machine.
package enum Relation: Equatable, Sendable {
    /// They are the same.
    case same
    /// The head was made from the vault.
    case successor
    /// The head's lineage no longer reaches back to the vault, and it is newer by epoch and
    /// generation. If the vault was ever the head, the head was made from it.
    case later
    /// Somebody put back an older head, or replaced the head by one of another line.
    case rollback(StoreRollback)

    /// Whether it is a rollback.
    var isRollback: Bool {
        if case .rollback = self { true } else { false }
    }
}

/// How the head in the store is a rollback.
package enum StoreRollback: Equatable, Sendable {
    /// The vault here was made from it.
    case ancestor
    /// It was not made from the vault here, whatever its generation.
    case fork
    /// It does not reach back to the vault here, and is not newer by epoch and generation.
    case older
}

extension VaultState {
    /// Returns how `head` relates to this state, the vault.
    package func relation(to head: VaultState) -> Relation {
        if head.id == id { return .same }
        if head.names(self) { return .successor }
        if names(head) { return .rollback(.ancestor) }
        if head.lineage.reachesBack(to: generation) { return .rollback(.fork) }
        let isNewer = (head.epoch, head.generation) > (epoch, generation)
        return isNewer ? .later : .rollback(.older)
    }
}
