import Sharing
import Vault

/// The steps of the processes.
extension History {
    /// Lets a process take one step, if no lock keeps it from that.
    ///
    /// - Parameter healing: Whether nothing goes wrong any more.
    mutating func step(_ index: Int, healing: Bool = false) {
        var process = processes[index]
        let isDone: Bool
        switch process.work {
        case .change(var session, let next):
            let following = take(next, of: &session, in: process)
            isDone = following == .finished
            process.work = .change(session, next: following)
        case .read(var reader):
            isDone = take(&reader, on: process.machine)
            process.work = .read(reader)
        case .sync(var committer):
            isDone = take(&committer, in: process, healing: healing)
            process.work = .sync(committer)
        }
        guard let place = processes.firstIndex(where: { $0.number == process.number }) else {
            return
        }
        processes[place] = process
        if isDone { end(process.number) }
    }

    // MARK: Changes

    private mutating func take(
        _ step: ChangeSession.Step, of session: inout ChangeSession, in process: SimulatedProcess
    ) -> ChangeSession.Step {
        let machine = process.machine
        switch step {
        case .lock:
            guard lock(process) else { return step }
        case .look: return session.next(.looked(machines[machine].view))
        case .settle(let settling): settle(settling, on: machine)
        case .raiseMark: machines[machine].raiseMark()
        case .write(let file, let generation, let lineage):
            write(file, generation, lineage, on: machine)
        case .unlock: machines[machine].fileLock = nil
        case .finished: break
        }
        return session.next(.done)
    }

    mutating func lock(_ process: SimulatedProcess) -> Bool {
        guard machines[process.machine].fileLock == nil else { return false }
        machines[process.machine].fileLock = process.number
        return true
    }

    private mutating func write(
        _ file: LocalFile, _ generation: UInt64, _ lineage: Lineage, on number: Int
    ) {
        let machine = machines[number]
        guard let old = machine.file(file) else {
            fault = "there is nothing to change"
            return
        }
        let (records, effect) = change(old.records, on: machine)
        ledger.record(effect)
        machines[number].added.formUnion(effect.added)
        machines[number].ahead = SimulatedFile(
            state: VaultState(
                id: newDigest(), epoch: old.state.epoch, generation: generation,
                dataKey: old.state.dataKey, lineage: lineage),
            slots: old.slots, records: records)
        counts["changes", default: 0] += 1
    }

    mutating func settle(_ step: SettlingStep, on number: Int) {
        let machine = machines[number]
        switch step {
        case .removeAhead: machines[number].ahead = nil
        case .removeSent: machines[number].sent = nil
        case .rebase(let plan):
            guard let ours = machine.ahead else {
                fault = "there is nothing to rebase"
                return
            }
            let base = plan.base == .local(.sent) ? machine.sent : nil
            let rebased = merged(plan, base: base, ours: ours, theirs: machine.vault)
            ledger.drop(rebased.dropped)
            machines[number].ahead = rebased
            counts["rebased", default: 0] += 1
        }
    }

    // MARK: Readers

    /// Returns whether the reader is done.
    private mutating func take(_ reader: inout SimulatedProcess.Reader, on number: Int) -> Bool {
        let machine = machines[number]
        switch reader.next {
        case .markFirst:
            reader.mark = machine.mark
            reader.next = .ahead
        case .ahead:
            reader.expected = machine.added
            reader.ahead = machine.ahead
            reader.next = .vault
        case .vault:
            reader.vault = machine.vault
            if reader.isSecondLook { return choose(&reader, on: number) }
            reader.next = .mark
        case .mark:
            reader.mark = machine.mark
            return choose(&reader, on: number)
        case .aheadAgain:
            if machine.ahead != nil { return true }
            reader.next = .raise
        case .raise:
            if let vault = reader.vault { machines[number].raiseMark(to: vault.mark) }
            return true
        }
        return false
    }

    private mutating func choose(_ reader: inout SimulatedProcess.Reader, on number: Int) -> Bool {
        guard let vault = reader.vault else { return true }
        let choice = SharedReading.choice(
            ahead: reader.ahead?.mark, vault: vault.mark, mark: reader.mark)
        switch choice {
        case .ahead:
            check(reader.ahead ?? vault, by: reader, on: number)
            return true
        case .vault(let raisesMark):
            check(vault, by: reader, on: number)
            reader.next = .aheadAgain
            return !raisesMark
        case .tooOld:
            if reader.isSecondLook { refused(on: number) }
            let isDone = reader.isSecondLook
            reader.isSecondLook = true
            reader.next = .markFirst
            return isDone
        }
    }

    /// Only a program that does not know of sharing can make a reader see something too old.
    private mutating func refused(on number: Int) {
        if !faults.hasOldPrograms { fault = "a reader was refused on machine \(number)" }
    }

    /// Checks that a reader finds what was stored on its machine before it looked.
    private mutating func check(
        _ file: SimulatedFile, by reader: SimulatedProcess.Reader, on number: Int
    ) {
        counts["reads", default: 0] += 1
        // An old program neither writes nor reads `.ahead`.
        guard !faults.hasOldPrograms else { return }
        let found = Set(file.records.map(\.secret))
        for secret in reader.expected where !found.contains(secret) && ledger.mustStay(secret) {
            fault = "machine \(number) reads without \(secret.text)"
        }
    }
}
