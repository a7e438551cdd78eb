import Testing

@testable import Sharing

/// The order in which the files of a shared vault are brought into order.
@Suite struct LocalViewTests {
    private let vault = state(1, 1)

    @Test func nothingIsToDo() {
        let ahead = state(2, 2, of: vault)
        #expect(step(LocalView(vault: vault)) == nil)
        #expect(step(LocalView(vault: vault, ahead: ahead)) == nil)
        // Sent, and its outcome is not known yet.
        #expect(step(LocalView(vault: vault, ahead: ahead, sent: ahead)) == nil)
        let later = state(3, 3, of: ahead)
        #expect(step(LocalView(vault: vault, ahead: later, sent: ahead)) == nil)
    }

    @Test func whatTheVaultContainsIsRemoved() {
        let sent = state(2, 2, of: vault)
        let head = state(3, 3, of: sent)
        #expect(step(LocalView(vault: head, ahead: sent, sent: sent)) == .removeAhead)
        #expect(step(LocalView(vault: head, sent: sent)) == .removeSent)
        #expect(step(LocalView(vault: head, ahead: sent)) == .removeAhead)
    }

    @Test func whatWasChangedMeanwhileIsRebased() {
        let sent = state(2, 2, of: vault)
        let head = state(3, 9, of: sent)
        let ahead = state(4, 3, of: sent)
        let plan = MergePlan(
            base: .local(.sent), ours: .local(.ahead), theirs: .local(.vault),
            takesHeaderOfOurs: false, generation: 10, lineage: head.successorLineage)
        #expect(step(LocalView(vault: head, ahead: ahead, sent: sent)) == .rebase(plan))
        let rebased = state(5, 10, of: head)
        #expect(step(LocalView(vault: head, ahead: rebased, sent: sent)) == .removeSent)
    }

    /// An `.ahead` that was made from neither file: nothing may count as removed.
    @Test func anUnrelatedAheadIsMergedWithoutABase() {
        let ahead = state(2, 7)
        for sent in [nil, state(3, 3, of: vault)] {
            let view = LocalView(vault: vault, ahead: ahead, sent: sent)
            guard case .rebase(let plan) = step(view) else {
                Issue.record("not merged")
                continue
            }
            #expect(plan.base == nil && plan.generation == 8)
        }
    }

    /// While a command replaces the vault in the store, the vault itself is linked to `.sent`; only
    /// the committer knows when that is over.
    @Test func aLinkedVaultStaysUntilTheHeadIsKnown() {
        let view = LocalView(vault: vault, sent: vault)
        #expect(view.settlingStep(isConfirmed: false) == nil)
        #expect(view.settlingStep(isConfirmed: true) == .removeSent)
    }

    private func step(_ view: LocalView) -> SettlingStep? { view.settlingStep(isConfirmed: false) }
}

/// A state with this ID, made from `parent`.
private func state(_ id: UInt64, _ generation: UInt64, of parent: VaultState? = nil) -> VaultState {
    VaultState(
        id: Digest(id, 0), epoch: 1, generation: generation, dataKey: Digest(0, 0),
        lineage: parent?.successorLineage ?? Lineage())
}
