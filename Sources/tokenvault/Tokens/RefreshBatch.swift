import Vault

/// Several tokens renewed, a few at a time, each on its own.
enum RefreshBatch {
    /// Each saves what it gets, so more at a time would wait for each other.
    private static let concurrency = 4

    /// What becomes of each of `entries` by `renew`, in their order; `progress` gets how many are done.
    ///
    /// A token that fails stops no other. Where Meta throttles or cannot be reached the rest is not
    /// asked about: that would find the same, or make a throttle longer.
    static func run(
        _ entries: [Entry], renew: @escaping @Sendable (Entry) async throws -> RefreshLine,
        progress: (Int) -> Void
    ) async throws -> [RefreshLine] {
        var lines = [RefreshLine?](repeating: nil, count: entries.count)
        var stop: RefreshLine?
        var failure: (any Error)?
        await withTaskGroup(of: (Int, Result<RefreshLine, any Error>).self) { group in
            var waiting = entries.indices[...]
            var done = 0
            func start() {
                guard stop == nil, failure == nil, let index = waiting.popFirst() else { return }
                let entry = entries[index]
                group.addTask {
                    do {
                        let line = try await renew(entry)
                        return (index, .success(line))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<concurrency { start() }
            // What is on its way comes to its end whatever fails: Meta may have issued a token.
            while let (index, result) = await group.next() {
                done += 1
                progress(done)
                switch result {
                case .success(let line):
                    lines[index] = line
                    if case .stopped = line.result { stop = line }
                case .failure(let error): failure = failure ?? error
                }
                start()
            }
        }
        if let failure { throw failure }
        return zip(entries, lines).map { entry, line in
            line ?? RefreshLine(before: entry, result: .notAsked(after: stop), after: entry)
        }
    }
}

extension TokenRefresh.Result {
    /// What becomes of a token that was not asked about, because of another.
    fileprivate static func notAsked(after stop: RefreshLine?) -> Self {
        guard let stop, case .stopped(let status, let reason) = stop.result else {
            return .failed(.internalFault, "not asked")
        }
        return .failed(status, "not asked: \(reason)")
    }
}
