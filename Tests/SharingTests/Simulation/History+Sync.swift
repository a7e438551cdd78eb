import Sharing
import Vault

/// The steps of committers, and what the store makes of them.
extension History {
    /// Returns whether the committer is done.
    mutating func take(
        _ committer: inout SimulatedProcess.Committer, in process: SimulatedProcess, healing: Bool
    ) -> Bool {
        let number = process.machine
        guard let step = committer.next else {
            // Only one process of a machine commits.
            if machines[number].committerLock == nil {
                machines[number].committerLock = process.number
                committer.next = committer.session.start()
            }
            return false
        }
        if case .finished(let result) = step {
            finish(result, of: committer, on: number, healing: healing)
            return true
        }
        guard let event = perform(step, by: &committer, in: process, healing: healing) else {
            return false
        }
        committer.next = committer.session.next(event)
        return false
    }

    /// Makes one step, and returns what happened, or `nil` if a lock is not free.
    private mutating func perform(
        _ step: SyncSession.Step, by committer: inout SimulatedProcess.Committer,
        in process: SimulatedProcess, healing: Bool
    ) -> SyncSession.Event? {
        let number = process.machine
        switch step {
        case .lock: return lock(process) ? .done : nil
        case .unlock: machines[number].fileLock = nil
        case .look: return .looked(machines[number].view)
        case .settle(let settling): settle(settling, on: number)
        case .link(let file): machines[number].sent = machines[number].file(file)
        case .renameAhead:
            if let ahead = machines[number].ahead { machines[number].vault = ahead }
            machines[number].ahead = nil
        case .install:
            guard let head = committer.head else { return nil }
            machines[number].vault = head
            counts["installed", default: 0] += 1
        case .raiseMark: machines[number].raiseMark()
        case .readHead: return readHead(&committer, healing)
        case .readPart(let name, let revision):
            guard isReached(by: committer, healing) else { return .noAnswer }
            guard let content = store.part(name, at: revision) else {
                return .part(isPresent: false)
            }
            if content != committer.head?.state.id { fault = "a part of another file" }
            return .part(isPresent: true)
        case .openHead:
            guard let head = committer.head else { return nil }
            return head.slots.contains(number) ? .opened(head.state) : .unusable(.locked)
        case .prepare(let candidate): return prepare(candidate, for: &committer, on: number)
        case .writePart(let part):
            guard isReached(by: committer, healing), let file = committer.candidate else {
                return .noAnswer
            }
            if store.isFull { return .refused(.quotaExceeded) }
            store.write(committer.candidateParts[part], of: file)
            if !healing, faults.lostAnswers, random.oneIn(8) { return .noAnswer }
        case .commit(let revision): return .committed(commit(&committer, revision, healing))
        case .wait, .finished: break
        }
        return .done
    }

    private mutating func isReached(
        by committer: SimulatedProcess.Committer, _ healing: Bool
    ) -> Bool {
        guard committer.incarnation == store.incarnation, !store.isAway else { return false }
        return healing || !faults.lostAnswers || !random.oneIn(12)
    }

    private mutating func readHead(
        _ committer: inout SimulatedProcess.Committer, _ healing: Bool
    ) -> SyncSession.Event {
        committer.incarnation = store.incarnation
        guard isReached(by: committer, healing) else { return .noAnswer }
        committer.head = store.head?.file
        return .head(
            store.head.map { head in
                SyncSession.Head(
                    revision: head.revision, readRevision: store.revision, parts: head.parts)
            })
    }

    private mutating func prepare(
        _ candidate: SyncSession.Candidate, for committer: inout SimulatedProcess.Committer,
        on number: Int
    ) -> SyncSession.Event {
        let machine = machines[number]
        switch candidate {
        case .file(let file): committer.candidate = machine.file(file)
        case .merge(let plan):
            func file(_ source: MergeSource) -> SimulatedFile? {
                switch source {
                case .local(let file): machine.file(file)
                case .head: committer.head
                }
            }
            let base = plan.base.flatMap(file)
            if let ours = file(plan.ours), let theirs = file(plan.theirs) {
                committer.candidate = merged(plan, base: base, ours: ours, theirs: theirs)
                counts["merged", default: 0] += 1
            }
        case .successor(let generation, let lineage):
            committer.candidate = successor(
                of: machine, generation, lineage, committer.replacement)
        }
        guard let file = committer.candidate else { return .noAnswer }
        committer.attempted.append(file.state)
        let set = newDigest().text
        committer.candidateParts =
            faults.hasParts ? (0..<2).map { PartName(set: set, number: $0) } : []
        return .prepared(file.state, parts: committer.candidateParts.count)
    }

    private mutating func successor(
        of machine: SimulatedMachine, _ generation: UInt64, _ lineage: Lineage,
        _ replacement: SimulatedProcess.Replacement?
    ) -> SimulatedFile {
        let old = machine.vault
        guard case .removeKey(let other) = replacement else {
            let (records, effect) = change(old.records, on: machine)
            let state = VaultState(
                id: newDigest(), epoch: old.state.epoch, generation: generation,
                dataKey: old.state.dataKey, lineage: lineage)
            return SimulatedFile(
                state: state, slots: old.slots, records: records, effect: effect)
        }
        let state = VaultState(
            id: newDigest(), epoch: old.state.epoch + 1, generation: generation,
            dataKey: newDigest(), lineage: lineage)
        return SimulatedFile(
            state: state, slots: old.slots.subtracting([other]), records: old.records)
    }

    private mutating func commit(
        _ committer: inout SimulatedProcess.Committer, _ revision: Int64, _ healing: Bool
    ) -> SyncSession.Outcome {
        guard let file = committer.candidate else { return .unknown }
        let transaction = SimulatedStore.Transaction(
            file: file, parts: committer.candidateParts, ifRevision: revision)
        guard committer.incarnation == store.incarnation else { return .unknown }
        if store.isAway { return .refused(.unavailable) }
        if store.isFull { return .refused(.quotaExceeded) }
        let loses = !healing && faults.lostAnswers && random.oneIn(6)
        if loses, random.oneIn(2) {
            if faults.delays { store.pending.append(transaction) }
            counts["lost transactions", default: 0] += 1
            return .unknown
        }
        let isApplied = commit(transaction)
        if loses {
            counts["lost answers", default: 0] += 1
            return .unknown
        }
        guard isApplied else {
            counts["lost races", default: 0] += 1
            return .lostRace
        }
        counts["commits", default: 0] += 1
        committer.head = file
        return .succeeded(revision: store.revision)
    }

    private mutating func finish(
        _ result: SyncSession.Result, of committer: SimulatedProcess.Committer, on number: Int,
        healing: Bool
    ) {
        switch result {
        case .shared: machines[number].purpose = .sync
        case .replaced:
            let head = committer.head?.state
            if !committer.attempted.contains(where: { head?.contains($0) ?? false }) {
                fault = "a command says that it replaced the vault, and did not"
            }
            let added = committer.head?.effect?.added ?? []
            ledger.acknowledge(added)
            machines[number].added.formUnion(added)
        case .rollback, .headGone:
            machines[number].purpose = .restore
            if !faults.mayRollBack { fault = "machine \(number) ends with \(result)" }
        case .unusable(.locked):
            if !machines[number].isRemoved { fault = "machine \(number) cannot open the head" }
        case .forkedEpochs:
            if !faults.restoresStore || !faults.removesKeys { fault = "two epochs of one number" }
        case .failed, .exhausted, .unusable(.damaged), .unusable(.laterFormat):
            fault = "a session ends with \(result)"
        case .notShared, .aheadWaiting, .behind:
            if healing { fault = "while nothing fails, a session ends with \(result)" }
        }
        counts["\(result)".prefix { $0 != "(" }.description, default: 0] += 1
    }
}
