/// The files of a shared vault on one machine, as somebody who holds their lock sees them.
package struct LocalView: Equatable, Sendable {
    /// The vault: always a state that is or was the head in the store.
    package var vault: VaultState
    /// `<vault>.ahead`: the newest state here, which is not in the store yet.
    package var ahead: VaultState?
    /// `<vault>.sent`: the state that is being committed, or was when a process ended.
    package var sent: VaultState?

    package init(vault: VaultState, ahead: VaultState? = nil, sent: VaultState? = nil) {
        self.vault = vault
        self.ahead = ahead
        self.sent = sent
    }
}

/// One of these files.
package enum LocalFile: Equatable, Sendable {
    case vault
    case ahead
    case sent
}

/// A step that brings the files of a vault into order after what was sent has become, or has been
/// merged into, the vault.
package enum SettlingStep: Equatable, Sendable {
    /// Removes `.ahead`: the vault contains it.
    case removeAhead
    /// Replaces `.ahead` by what it changed, applied to the vault.
    case rebase(MergePlan)
    /// Removes `.sent`: nothing depends on it any more.
    case removeSent
}

extension LocalView {
    /// Returns the next step, or `nil` if the files are in order.
    ///
    /// After each step, which is durable before the next, the files are looked at again. So whoever
    /// takes the lock first finishes what a crash left.
    ///
    /// - Parameter isConfirmed: Whether a committer has just seen that the head contains what was
    ///   sent. Until then a `.sent` that is the vault itself stays: a change of keys may be under
    ///   way.
    package func settlingStep(isConfirmed: Bool) -> SettlingStep? {
        if let sent, vault.names(sent) || (vault.id == sent.id && isConfirmed) {
            if let ahead, let step = settling(ahead) { return step }
            return .removeSent
        }
        guard let ahead else { return nil }
        if let sent, ahead.contains(sent) { return nil }
        return settling(ahead)
    }

    private func settling(_ ahead: VaultState) -> SettlingStep? {
        if vault.contains(ahead) { return .removeAhead }
        if ahead.names(vault) { return nil }
        let base = sent.flatMap { ahead.contains($0) ? LocalFile.sent : nil }
        return .rebase(
            MergePlan(
                base: base.map(MergeSource.local), ours: .local(.ahead), theirs: .local(.vault),
                takesHeaderOfOurs: false, generation: max(ahead.generation, vault.generation) + 1,
                lineage: vault.successorLineage))
    }
}

/// A file that takes part in a merge.
package enum MergeSource: Equatable, Sendable {
    case local(LocalFile)
    /// The head that was read from the store.
    case head
}

/// A merge to make.
package struct MergePlan: Equatable, Sendable {
    /// The common state, or `nil` if there is none; then nothing counts as removed.
    package let base: MergeSource?
    package let ours: MergeSource
    package let theirs: MergeSource
    /// Whether epoch, data key and slots are those of `ours` and not of `theirs`.
    package let takesHeaderOfOurs: Bool
    /// The generation of the result, above both.
    package let generation: UInt64
    /// The lineage of the result.
    package let lineage: Lineage
}
