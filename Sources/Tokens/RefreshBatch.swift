package import Entries
package import Vault

/// Several tokens renewed, a few at a time, each on its own.
package enum RefreshBatch {
    /// Each saves what it gets, so more at a time would wait for each other.
    private static let concurrency = 4

    /// What becomes of each of `entries` by `renew`, in their order; `progress` gets how many are done.
    ///
    /// A token that fails stops no other. Where Meta throttles or cannot be reached, or nothing can be
    /// saved, the rest is not asked about: that would find the same, or make it worse. Where it does not accept an
    /// app's secret, that holds for the tokens of the app, which `app` names.
    package static func run(
        _ entries: [Entry], app: (Entry) throws -> Reference?,
        renew: @escaping @Sendable (Entry) async throws -> RefreshLine,
        progress: (Int) -> Void
    ) async throws -> [RefreshLine] {
        let apps = try entries.map(app)
        var lines = [RefreshLine?](repeating: nil, count: entries.count)
        var stops: [RefreshResult] = []
        await withTaskGroup(of: (Int, Result<RefreshLine, any Error>).self) { group in
            var waiting = entries.indices[...]
            var done = 0
            func start() {
                while let index = waiting.popFirst() {
                    let entry = entries[index]
                    if let stop = stops.first(where: { $0.stops(apps[index]) }) {
                        lines[index] = RefreshLine(
                            before: entry, result: stop.withoutAsking, after: entry)
                        continue
                    }
                    group.addTask {
                        do {
                            let line = try await renew(entry)
                            return (index, .success(line))
                        } catch {
                            return (index, .failure(error))
                        }
                    }
                    return
                }
            }
            for _ in 0..<concurrency { start() }
            // What is on its way comes to its end whatever fails: Meta may have issued a token.
            while let (index, result) = await group.next() {
                done += 1
                progress(done)
                let line: RefreshLine
                switch result {
                case .success(let done): line = done
                case .failure(let error):
                    // The vault failed, and not Meta: it is not asked for tokens that cannot be saved.
                    line = RefreshLine(
                        before: entries[index], result: .stopped(error, app: nil))
                }
                lines[index] = line
                if case .stopped = line.result { stops.append(line.result) }
                start()
            }
        }
        return zip(entries, lines).map { entry, line in
            line ?? RefreshLine(before: entry, result: .failed(RefreshError.notAsked))
        }
    }
}

extension RefreshResult {
    /// Whether a token of `app` would fail as this one did.
    fileprivate func stops(_ app: Reference?) -> Bool {
        guard case .stopped(_, let stopped) = self else { return false }
        return stopped == nil || stopped == app
    }

    /// What becomes of a token that was not asked about because of this.
    fileprivate var withoutAsking: RefreshResult {
        guard case .stopped(let error, _) = self else { return self }
        return .failed(RefreshError.notAskedBecause(error))
    }
}
