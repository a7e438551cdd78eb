/// Reading the head, and what to do with it.
extension SyncSession {
    mutating func readHead() -> Step {
        phase = .readingHead
        head = nil
        headState = nil
        return .readHead
    }

    mutating func nextWhileReading(_ event: Event) -> Step {
        switch (phase, event) {
        case (.readingHead, .head(let head)):
            self.head = head
            return head == nil ? decideWithoutHead() : readPart(0)
        case (.readingPart(let number), .part(isPresent: true)):
            return readPart(number + 1)
        case (.readingPart, .part(isPresent: false)): return missPart()
        case (.openingHead, .opened(let state)):
            headState = state
            return decide(on: state)
        case (.openingHead, .unusable(let reason)): return decideOnUnusable(reason)
        case (_, .noAnswer): return finish(.notShared(.noAnswer))
        case (_, .refused(let refusal)): return finish(.notShared(.refused(refusal)))
        default: return finish(.failed)
        }
    }

    private mutating func readPart(_ number: Int) -> Step {
        guard let head, number < head.parts.count else {
            phase = .openingHead
            return .openHead
        }
        phase = .readingPart(number)
        return .readPart(head.parts[number], at: head.readRevision)
    }

    /// Reads the head again, because whoever replaced it has deleted its parts.
    ///
    /// If nobody has replaced it, they are lost.
    private mutating func missPart() -> Step {
        let isSame = head?.revision == incompleteRevision
        incompleteRevision = head?.revision
        incompleteReads = isSame ? incompleteReads + 1 : 1
        guard incompleteReads < Self.incompleteReadLimit else { return decideOnUnusable(.damaged) }
        return retry(after: .lostRaces)
    }

    private mutating func decideOnUnusable(_ reason: UnusableHead) -> Step {
        // What is damaged is as good as gone; the transaction replaces just what was read.
        if purpose == .restore, reason == .damaged { return decideWithoutHead() }
        return finish(.unusable(reason))
    }

    private mutating func decideWithoutHead() -> Step {
        guard mayFork, let view else { return finish(.headGone) }
        decidedOn = view.vault.id
        guard let sent = view.sent else { return prepare(.file(.vault)) }
        if sent.contains(view.vault) { return prepare(.file(.sent)) }
        var lineage = view.vault.successorLineage
        lineage.add(merged: sent.id)
        return prepare(
            .merge(
                MergePlan(
                    base: nil, ours: .local(.sent), theirs: .local(.vault),
                    takesHeaderOfOurs: false,
                    generation: max(view.vault.generation, sent.generation) + 1,
                    lineage: lineage)))
    }

    private mutating func decide(on head: VaultState) -> Step {
        guard let view else { return finish(.failed) }
        let vault = view.vault
        decidedOn = vault.id
        // Only this session has linked the vault, before it attempted anything.
        if purpose == .replace, view.sent != nil { return decideAfterAttempt(head, vault) }
        let relation = vault.relation(to: head)
        if let sent = view.sent, head.contains(sent) {
            // Otherwise a program that does not know of sharing has saved, and the head lacks that.
            if sent.contains(vault) || !(relation.isRollback || mustRestore(relation)) {
                return enter(.install)
            }
        }
        if mustRestore(relation) { return restore(view, onto: head) }
        if case .rollback(let rollback) = relation { return finish(.rollback(rollback)) }
        // A new data key has a new epoch.
        if head.epoch == vault.epoch, head.dataKey != vault.dataKey { return finish(.forkedEpochs) }
        if purpose == .replace {
            return relation == .same ? enter(.linkVault) : finish(.behind)
        }
        guard let sent = view.sent else {
            if relation != .same { return enter(.install) }
            return finish(.shared(pulled: false, committed: hasCommitted))
        }
        // A change of keys that came to nothing: the vault itself was linked, not a change of it.
        if sent.id == vault.id { return enter(.unlink(then: .begin)) }
        if relation == .same, sent.names(vault) { return prepare(.file(.sent)) }
        var lineage = head.successorLineage
        lineage.add(merged: sent.id)
        return prepare(
            .merge(
                MergePlan(
                    base: sent.names(vault) ? .local(.vault) : nil, ours: .local(.sent),
                    theirs: .head, takesHeaderOfOurs: false,
                    generation: max(head.generation, sent.generation) + 1, lineage: lineage)))
    }

    /// Whether the head lacks something of the vault, and the purpose is to bring both together.
    ///
    /// At the first contact, the vault may never have been the head, so its age says nothing.
    private func mustRestore(_ relation: Relation) -> Bool {
        mayFork && (relation.isRollback || relation == .later)
    }

    /// Whether the vault may be put onto a head that was not made from it.
    private var mayFork: Bool { purpose == .restore || purpose == .join }

    /// Decides after an attempt to replace the vault whose outcome was not known, or was no.
    private mutating func decideAfterAttempt(_ head: VaultState, _ vault: VaultState) -> Step {
        if attempted.contains(where: { head.contains($0) }) { return enter(.install) }
        if head.id == vault.id { return prepare(successor(of: vault)) }
        // Somebody else was first, so nothing that was attempted can succeed any more.
        return enter(.unlink(then: .finish(.behind)))
    }

    /// Brings what is here onto a head that was put back, or of another line.
    private mutating func restore(_ view: LocalView, onto head: VaultState) -> Step {
        // If the vault was not what was sent was made from, what was sent follows in another round.
        let sent = view.sent.flatMap { $0.contains(view.vault) ? $0 : nil }
        let ours = sent ?? view.vault
        guard head.epoch != ours.epoch || head.dataKey == ours.dataKey else {
            return finish(.forkedEpochs)
        }
        // Other machines may have a state of this line, so all of it is named.
        var lineage = head.lineage
        lineage.add(ancestorsOf: view.vault.lineage)
        lineage.add(head: head.id, generation: head.generation)
        lineage.add(head: view.vault.id, generation: view.vault.generation)
        if let sent { lineage.add(merged: sent.id) }
        return prepare(
            .merge(
                MergePlan(
                    base: ours.names(head) ? .head : nil,
                    ours: .local(sent == nil ? .vault : .sent), theirs: .head,
                    takesHeaderOfOurs: ours.epoch > head.epoch,
                    generation: max(head.generation, ours.generation) + 1, lineage: lineage)))
    }
}
