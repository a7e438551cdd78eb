import Foundation
import Sharing
import Testing

/// Random histories of machines that share a vault, with everything going wrong that can.
@Suite struct SimulationTests {
    /// The number of histories: 1,000, or what Scripts/torture asks for.
    private static let count: UInt64 = {
        let text = ProcessInfo.processInfo.environment["TOKENVAULT_HISTORIES"] ?? ""
        return UInt64(text) ?? 1_000
    }()

    /// Histories are independent of each other, so several run at once.
    @Test(arguments: 0..<8)
    func noHistoryLosesAnything(remainder: Int) {
        for seed in stride(from: UInt64(remainder), to: Self.count, by: 8) {
            var history = History(seed: seed)
            let fault = history.run()
            #expect(fault == nil, "seed \(seed), \(history.faults)")
            if fault != nil { return }
        }
    }

    /// The faults and conflicts that the histories are for happen in them.
    @Test func theHistoriesAreNotTooQuiet() {
        var counts: [String: Int] = [:]
        for seed in 0..<100 as Range<UInt64> {
            var history = History(seed: seed)
            _ = history.run()
            counts.merge(history.counts) { $0 + $1 }
        }
        for event in [
            "changes", "commits", "kills", "late transactions", "lost answers", "lost races",
            "lost transactions", "merged", "reads", "rebased", "replaced", "restored stores",
            "rollback", "unusable",
        ] {
            #expect(counts[event, default: 0] > 0, "\(event)")
        }
    }

    /// Kills a committer after each of its steps, while another machine and another process of its
    /// own have changed something.
    @Test(arguments: [false, true])
    func killedAfterEachStep(changesMeanwhile: Bool) {
        var hasEnded = false
        for steps in 0..<200 where !hasEnded {
            var history = History(random: SeededRandom(seed: 1), faults: Faults(quiet: true))
            history.perform(.change, on: 0)
            history.perform(.change, on: 1)
            history.perform(.sync, on: 1)
            history.startSync(on: 0)
            for step in 0..<steps where !history.processes.isEmpty {
                history.step(0, healing: true)
                if changesMeanwhile, step == steps / 2, history.machines[0].fileLock == nil {
                    history.performAside(on: 0)
                }
            }
            hasEnded = history.processes.isEmpty
            for process in history.processes { history.end(process.number) }
            // The next process is one that only changes something, or one that commits.
            history.perform(steps % 2 == 0 ? .change : .sync, on: 0)
            history.heal()
            #expect(history.fault == nil, "killed after \(steps) steps")
        }
        #expect(hasEnded)
    }
}

extension Faults {
    fileprivate init(quiet: Bool) {
        self.init()
        machines = 2
        (crashes, lostAnswers, delays) = (!quiet, !quiet, !quiet)
    }
}

extension History {
    fileprivate enum Action {
        case change, sync
    }

    /// Runs a process to its end, alone.
    fileprivate mutating func perform(_ action: Action, on machine: Int) {
        switch action {
        case .change: start(.change(ChangeSession(), next: .lock), on: machine)
        case .sync: startSync(on: machine)
        }
        while !processes.isEmpty, fault == nil { step(0, healing: true) }
    }

    /// Runs a change to its end while another process waits.
    fileprivate mutating func performAside(on machine: Int) {
        start(.change(ChangeSession(), next: .lock), on: machine)
        while processes.count > 1, fault == nil { step(processes.count - 1, healing: true) }
    }
}
