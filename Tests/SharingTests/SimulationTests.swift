import Sharing
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Random histories of machines that share a vault, with everything going wrong that can.
@Suite struct SimulationTests {
    @Test func noHistoryLosesAnything() {
        let count = ProcessHistories.count
        for seed in 0..<count {
            var history = History(seed: seed)
            let fault = history.run()
            #expect(fault == nil, "seed \(seed), \(history.faults)")
            if fault != nil { return }
        }
    }
}
