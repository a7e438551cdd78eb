import Sharing
import Vault

/// One history: machines, processes and a store that take random steps, with faults between them.
struct History {
    var random: SeededRandom
    let faults: Faults
    var machines: [SimulatedMachine] = []
    var processes: [SimulatedProcess] = []
    var store = SimulatedStore()
    var ledger: Ledger
    var clock: Int64 = 1_700_000_000
    private var snapshot: SimulatedStore?
    private var lastNumber: UInt64 = 0
    private var lastProcess = 0
    private var keyRemovals = 0
    /// What went wrong first.
    var fault: String?
    var counts: [String: Int] = [:]

    init(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let faults = Faults(using: &random)
        self.init(random: random, faults: faults)
    }

    init(random: SeededRandom, faults: Faults) {
        self.random = random
        self.faults = faults
        ledger = Ledger(letsStrangersIn: faults.restoresStore)
        let first = firstFile()
        for number in 0..<faults.machines {
            let error = faults.wrongClocks ? Int64(self.random.below(2_000_000)) - 1_000_000 : 0
            var machine = SimulatedMachine(number: number, vault: first, clockError: error)
            if faults.startsApart { live(apart: &machine) }
            machines.append(machine)
        }
        if faults.startsApart {
            for number in machines.indices { machines[number].purpose = .restore }
        } else {
            _ = store.apply(
                SimulatedStore.Transaction(file: first, parts: [], ifRevision: 0))
        }
    }

    /// Runs the history, and returns what went wrong, or `nil` if nothing did.
    mutating func run() -> String? {
        for _ in 0..<faults.steps where fault == nil {
            happen()
            checkMarks()
        }
        heal()
        return fault
    }

    // MARK: What happens

    private mutating func happen() {
        clock += Int64(random.below(3))
        if faults.delays, !store.pending.isEmpty, random.oneIn(12) { deliver() }
        switch random.below(100) {
        case 0..<78: stepSomewhere()
        case 78..<93: spawn()
        case 93: if faults.crashes { kill() }
        case 94: if faults.delays { deliver() }
        case 95: store.isFull = !store.isFull && random.oneIn(5)
        case 96: store.isAway = !store.isAway && random.oneIn(3)
        case 97 where faults.hasOldPrograms: saveWithoutSharing()
        case 97: store.compact()
        case 98: if faults.restoresStore { snapshot = snapshot ?? store }
        default: if faults.restoresStore, random.oneIn(2), let snapshot { restore(snapshot) }
        }
    }

    private mutating func stepSomewhere() {
        guard !processes.isEmpty else { return }
        let index = random.below(processes.count)
        if !processes[index].isSlow || random.oneIn(12) { step(index) }
    }

    private mutating func restore(_ snapshot: SimulatedStore) {
        store.restore(snapshot)
        self.snapshot = nil
        counts["restored stores", default: 0] += 1
    }

    private mutating func spawn() {
        guard processes.count < 2 * machines.count + 2 else { return }
        let machine = random.below(machines.count)
        switch random.below(20) {
        case 0..<8: start(.change(ChangeSession(), next: ChangeSession().start), on: machine)
        case 8..<14: startSync(on: machine)
        case 14..<17: start(.read(SimulatedProcess.Reader()), on: machine)
        default: startReplacement(on: machine)
        }
    }

    mutating func start(_ work: SimulatedProcess.Work, on machine: Int) {
        lastProcess += 1
        processes.append(SimulatedProcess(number: lastProcess, machine: machine, work: work))
    }

    mutating func startSync(on machine: Int) {
        let session = SyncSession(machines[machine].purpose)
        start(.sync(SimulatedProcess.Committer(session: session)), on: machine)
    }

    private mutating func startReplacement(on machine: Int) {
        guard machines[machine].purpose == .sync, machines[machine].ahead == nil else { return }
        var committer = SimulatedProcess.Committer(session: SyncSession(.replace))
        committer.replacement = .newSecret
        if faults.removesKeys, keyRemovals < faults.keyRemovalLimit, !machines[machine].isRemoved,
            let other = machines.indices.last(where: { $0 != machine && !machines[$0].isRemoved })
        {
            committer.replacement = .removeKey(of: other)
        }
        start(.sync(committer), on: machine)
    }

    /// Kills one process, or all of a machine.
    private mutating func kill() {
        guard let victim = processes.randomElement(using: &random) else { return }
        if random.oneIn(3) {
            for process in processes where process.machine == victim.machine { end(process.number) }
        } else {
            end(victim.number)
        }
        counts["kills", default: 0] += 1
    }

    mutating func end(_ number: Int) {
        guard let index = processes.firstIndex(where: { $0.number == number }) else { return }
        machines[processes[index].machine].releaseLocks(of: number)
        processes.remove(at: index)
    }

    /// Lets a transaction arrive for which nobody waits any more.
    private mutating func deliver() {
        guard !store.pending.isEmpty else { return }
        let transaction = store.pending.remove(at: random.below(store.pending.count))
        if commit(transaction) { counts["late transactions", default: 0] += 1 }
    }

    /// Applies a transaction to the store, and records what it did.
    mutating func commit(_ transaction: SimulatedStore.Transaction) -> Bool {
        guard store.apply(transaction) else { return false }
        let file = transaction.file
        ledger.drop(file.dropped)
        if let effect = file.effect {
            ledger.record(effect, isAcknowledged: !faults.restoresStore)
        }
        for machine in machines
        where !machine.isRemoved && !file.slots.contains(machine.number) {
            machines[machine.number].isRemoved = true
            ledger.removeKey(of: machine.number)
            keyRemovals += 1
        }
        return true
    }

    // MARK: The end

    /// Ends all faults, brings everything together and checks it.
    mutating func heal() {
        store.isFull = false
        store.isAway = false
        for transaction in store.pending { _ = commit(transaction) }
        store.pending = []
        for process in processes { end(process.number) }
        // One more commit, which also deletes the parts that killed processes left.
        if let machine = machines.first(where: { !$0.isRemoved }) {
            start(.change(ChangeSession(), next: .lock), on: machine.number)
            while fault == nil, !processes.isEmpty { step(0, healing: true) }
        }
        for _ in 0..<12 where fault == nil && !isQuiet {
            for machine in machines where fault == nil && !machine.isRemoved {
                startSync(on: machine.number)
                var steps = 0
                while fault == nil, !processes.isEmpty {
                    step(0, healing: true)
                    steps += 1
                    if steps > 10_000 { fault = "a session does not end" }
                }
            }
        }
        guard fault == nil else { return }
        guard isQuiet, let head = store.head else {
            fault = "the machines do not come together"
            return
        }
        if store.partCount > head.parts.count { fault = "parts of old heads are left" }
        fault = fault ?? ledger.fault(in: head.file, mayReturn: faults.mayReturn)
    }

    private var isQuiet: Bool {
        machines.allSatisfy { machine in
            machine.isRemoved
                || (machine.vault.state.id == store.head?.file.state.id && machine.ahead == nil
                    && machine.sent == nil)
        }
    }

    /// Checks that no mark has seen a state that was not committed, or is newer than the vault.
    private mutating func checkMarks() {
        guard !faults.startsApart, !faults.hasOldPrograms else { return }
        for machine in machines {
            guard let mark = machine.mark else { continue }
            let isCommitted = store.everHeads.contains { Array($0.text.utf8) == mark.saveID }
            if !isCommitted || mark.isNewer(than: machine.vault.mark) {
                fault = fault ?? "the mark of machine \(machine.number) is wrong"
            }
        }
    }

    // MARK: Files

    mutating func newDigest() -> Digest {
        lastNumber += 1
        return Digest(lastNumber, 0)
    }

    private mutating func firstFile() -> SimulatedFile {
        let state = VaultState(
            id: newDigest(), epoch: 1, generation: 1, dataKey: newDigest(),
            lineage: Lineage(limit: faults.lineageLimit))
        return SimulatedFile(state: state, slots: Set(0..<faults.machines), records: [])
    }

    /// Lets a program of an earlier version save: it changes the vault itself, and takes the lock.
    private mutating func saveWithoutSharing() {
        let number = random.below(machines.count)
        guard machines[number].fileLock == nil, machines[number].purpose == .sync else { return }
        var machine = machines[number]
        live(apart: &machine)
        machines[number] = machine
        counts["saved by old programs", default: 0] += 1
    }

    /// Changes a copy as a program does that does not share it.
    private mutating func live(apart machine: inout SimulatedMachine) {
        for _ in 0..<random.below(4) {
            let (records, effect) = change(machine.vault.records, on: machine)
            ledger.record(effect)
            machine.added.formUnion(effect.added)
            let old = machine.vault.state
            machine.vault = SimulatedFile(
                state: VaultState(
                    id: newDigest(), epoch: old.epoch, generation: old.generation + 1,
                    dataKey: old.dataKey, lineage: old.lineage),
                slots: machine.vault.slots, records: records)
        }
        machine.raiseMark()
    }
}
