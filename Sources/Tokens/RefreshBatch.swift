package import Entries
package import Vault

/// Renews several tokens concurrently and independently of each other.
package enum RefreshBatch {
    /// The number of concurrent renewals; each saves the vault, so more would wait for each other.
    private static let concurrency = 4

    /// Calls `renew` for each of `entries` and returns the results in the same order.
    ///
    /// Calls `progress` with the number of finished entries. A failure does not stop the others,
    /// with these exceptions: if the vault cannot be saved, all remaining entries are skipped, and
    /// if a platform throttles or is unreachable, those of the platform, because they would fail as
    /// well or make it worse. If Meta rejects an app secret, the remaining tokens of that app, as returned by `app`, are skipped.
    package static func run(
        _ entries: [Entry], app: (Entry) throws -> Reference?,
        renew: @escaping @Sendable (Entry) async throws -> RefreshLine,
        progress: (Int) -> Void
    ) async throws -> [RefreshLine] {
        let apps = try entries.map(app)
        var lines = [RefreshLine?](repeating: nil, count: entries.count)
        var stops: [(platform: MetaPlatform?, result: RefreshResult)] = []
        await withTaskGroup(of: (Int, Result<RefreshLine, any Error>).self) { group in
            var waiting = entries.indices[...]
            var done = 0
            func start() {
                while let index = waiting.popFirst() {
                    let entry = entries[index]
                    let platform = MetaPlatform(entry)
                    let stop = stops.first { stop in
                        (stop.platform == nil || stop.platform == platform)
                            && stop.result.stops(apps[index])
                    }
                    if let stop {
                        lines[index] = RefreshLine(
                            before: entry, result: stop.result.asSkipped, after: entry)
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
            // Let renewals in progress finish after any failure: Meta may have issued a token.
            while let (index, result) = await group.next() {
                done += 1
                progress(done)
                let line: RefreshLine
                // A failure of one platform implies nothing about the others, unlike the vault's.
                var platform: MetaPlatform?
                switch result {
                case .success(let done):
                    line = done
                    platform = MetaPlatform(entries[index])
                case .failure(let error):
                    // The vault failed, not Meta: do not request tokens that cannot be saved.
                    line = RefreshLine(
                        before: entries[index], result: .stopped(error, app: nil))
                }
                lines[index] = line
                if case .stopped = line.result { stops.append((platform, line.result)) }
                start()
            }
        }
        return zip(entries, lines).map { entry, line in
            line ?? RefreshLine(before: entry, result: .failed(RefreshError.skipped))
        }
    }
}

extension RefreshResult {
    /// Returns whether a token of `app` would fail in the same way.
    fileprivate func stops(_ app: Reference?) -> Bool {
        guard case .stopped(_, let stopped) = self else { return false }
        return stopped == nil || stopped == app
    }

    /// The result for a token that was skipped because of this one.
    fileprivate var asSkipped: RefreshResult {
        guard case .stopped(let error, _) = self else { return self }
        return .failed(RefreshError.skippedBecause(error))
    }
}
