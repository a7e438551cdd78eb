import Sharing

extension SharedSession {
    /// Syncs, or returns `nil` if that takes longer than `limit`.
    ///
    /// The session goes on until the process ends, which it survives at any time.
    func sync(within limit: Duration, waiting seconds: Double) async -> Outcome? {
        let (outcomes, continuation) = AsyncStream<Outcome?>.makeStream()
        let session = self
        let work = Task.detached {
            let outcome = await session.sync(.sync, waiting: seconds)
            continuation.yield(outcome)
        }
        let timer = Task.detached {
            try? await Task.sleep(for: limit)
            continuation.yield(nil)
        }
        var iterator = outcomes.makeAsyncIterator()
        let first = await iterator.next()
        work.cancel()
        timer.cancel()
        return first ?? nil
    }
}
