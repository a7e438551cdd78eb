import Sharing
import Testing

/// What a session does that no loss would show.
@Suite struct SyncSessionTests {
    private func state(_ id: UInt64, epoch: UInt64 = 1, key: UInt64 = 0) -> VaultState {
        VaultState(
            id: Digest(id, 0), epoch: epoch, generation: id, dataKey: Digest(key, 0),
            lineage: Lineage())
    }

    /// Runs a session up to the first read of a head, and answers with `event`.
    private func session(
        _ purpose: SyncSession.Purpose, _ view: LocalView, _ event: SyncSession.Event
    ) -> (SyncSession, SyncSession.Step) {
        var session = SyncSession(purpose)
        var step = session.start()
        while step != .readHead, step != .openHead {
            step = session.next(step == .look ? .looked(view) : .done)
        }
        step = session.next(event)
        return (session, step)
    }

    private func opened(
        _ purpose: SyncSession.Purpose, _ view: LocalView, _ head: VaultState
    ) -> (SyncSession, SyncSession.Step) {
        var (session, _) = session(
            purpose, view, .head(SyncSession.Head(revision: 5, readRevision: 6, parts: [])))
        let step = session.next(.opened(head))
        return (session, step)
    }

    @Test func aMissingHeadIsNotFilledByItself() {
        let view = LocalView(vault: state(1))
        #expect(session(.sync, view, .head(nil)).1 == .finished(.headGone))
        #expect(session(.replace, view, .head(nil)).1 == .finished(.headGone))
        #expect(session(.restore, view, .head(nil)).1 == .prepare(.file(.vault)))
    }

    @Test(arguments: [SyncSession.Purpose.sync, .restore])
    func twoEpochsOfOneNumber(purpose: SyncSession.Purpose) {
        let (_, step) = opened(purpose, LocalView(vault: state(1, key: 1)), state(2, key: 2))
        let expected: SyncSession.Result = purpose == .sync ? .rollback(.fork) : .forkedEpochs
        #expect(step == .finished(expected))
    }

    @Test func noAnswerIsNotNo() {
        var (session, step) = session(.restore, LocalView(vault: state(1)), .head(nil))
        step = session.next(.prepared(state(1), parts: 0))
        #expect(step == .commit(ifRevision: 0))
        step = session.next(.committed(.unknown))
        #expect(step == .wait(attempt: 1))
        #expect(session.next(.done) == .readHead)
        #expect(session.next(.noAnswer) == .finished(.notShared(.noAnswer)))
    }

    @Test func lostRacesEnd() {
        var (session, step) = session(.restore, LocalView(vault: state(1)), .head(nil))
        var waits = 0
        while true {
            step = session.next(.prepared(state(1), parts: 0))
            step = session.next(.committed(.lostRace))
            guard case .wait = step else { break }
            waits += 1
            _ = session.next(.done)
            step = session.next(.head(nil))
        }
        #expect(waits == SyncSession.attemptLimit)
        #expect(step == .finished(.notShared(.lostRaces)))
    }

    @Test func everyPartIsConfirmedBeforeTheHead() {
        var (session, step) = session(.restore, LocalView(vault: state(1)), .head(nil))
        step = session.next(.prepared(state(1), parts: 2))
        #expect(step == .writePart(0))
        #expect(session.next(.done) == .writePart(1))
        #expect(session.next(.noAnswer) == .wait(attempt: 1))
        _ = session.next(.done)
        #expect(session.next(.head(nil)) == .prepare(.file(.vault)))
    }

    @Test func nothingGrowsBeyondTheLastGeneration() {
        let last = VaultState(
            id: Digest(1, 0), epoch: 1, generation: UInt64(Int64.max), dataKey: Digest(0, 0),
            lineage: Lineage())
        var (session, _) = session(
            .replace, LocalView(vault: last),
            .head(SyncSession.Head(revision: 5, readRevision: 6, parts: [])))
        var step = session.next(.opened(last))
        for _ in 0..<20 where step != .finished(.exhausted) {
            step = session.next(step == .look ? .looked(LocalView(vault: last)) : .done)
        }
        #expect(step == .finished(.exhausted))
    }
}
