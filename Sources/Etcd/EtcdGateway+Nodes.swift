internal import NIOCore

extension EtcdGateway {
    /// Sends a request that may be repeated, and returns the first reply of any node.
    ///
    /// If a node fails, or a quarter of the time has passed without a reply, the next one is asked
    /// too. A node that is frozen or cut off from the others would otherwise use up all the time.
    ///
    /// While nodes choose a leader, which takes a second or two, they say at once that they cannot
    /// serve. Then all are asked again until the time is over.
    func first<Reply: EtcdReply>(
        _ request: EtcdRequest, as type: Reply.Type, within limit: Duration
    ) async throws(EtcdError) -> Reply {
        let deadline = NIODeadline.now() + TimeAmount(limit)
        while true {
            do throws(EtcdError) {
                return try await race(patience: limit / 4) { endpoint throws(EtcdError) in
                    try await self.send(request, as: type, to: endpoint, by: deadline)
                }
            } catch {
                guard case .unavailable = error.reason,
                    NIODeadline.now() + Self.pause < deadline,
                    (try? await Task.sleep(for: .nanoseconds(Self.pause.nanoseconds))) != nil
                else { throw error }
            }
        }
    }

    /// How long to wait before all nodes are asked again.
    private static var pause: TimeAmount { .milliseconds(200) }

    /// Returns the first reply of any node to `ask`.
    private func race<Reply: Sendable>(
        patience: Duration,
        _ ask: @escaping @Sendable (EtcdEndpoint) async throws(EtcdError) -> Reply
    ) async throws(EtcdError) -> Reply {
        let result = await withTaskGroup(of: Event<Reply>.self) { group in
            var race = Race(waiting: endpoints[...])
            while true {
                if race.mustStart, let endpoint = race.start() {
                    let number = race.started
                    group.addTask {
                        let result: Result<Reply, EtcdError>
                        do throws(EtcdError) {
                            let reply = try await ask(endpoint)
                            result = .success(reply)
                        } catch {
                            result = .failure(error)
                        }
                        return .ended(endpoint, result)
                    }
                    group.addTask {
                        try? await Task.sleep(for: patience)
                        return .patienceLost(number)
                    }
                }
                let event = await group.next()
                if let event, let result = race.result(after: event) {
                    group.cancelAll()
                    if case .success = result, case .ended(let endpoint, _) = event {
                        prefer(endpoint)
                    }
                    return result
                }
            }
        }
        return try result.get()
    }

    /// Sends a request that must not be applied twice.
    ///
    /// It goes to another node only if it certainly had no effect at the one before. A login before
    /// it may be repeated, and the node that answered the login is the first to get the request.
    func once<Reply: EtcdReply>(
        _ request: EtcdRequest, as type: Reply.Type, within limit: Duration
    ) async throws(EtcdError) -> Reply {
        let deadline = NIODeadline.now() + TimeAmount(limit)
        if mustLogIn {
            _ = try await race(patience: limit / 4) { endpoint throws(EtcdError) in
                try await self.token(at: endpoint, by: deadline)
            }
        }
        var worst: EtcdError?
        for endpoint in endpoints {
            do throws(EtcdError) {
                let reply = try await send(request, as: type, to: endpoint, by: deadline)
                prefer(endpoint)
                return reply
            } catch {
                guard error.hadNoEffect, !error.isFinal, NIODeadline.now() < deadline else {
                    throw error
                }
                worst = error.worse(than: worst)
            }
        }
        guard let worst else { preconditionFailure("an address has at least one node") }
        throw worst
    }

    private enum Event<Reply: Sendable>: Sendable {
        case ended(EtcdEndpoint, Result<Reply, EtcdError>)
        /// The node that was started with this number has had its time.
        case patienceLost(Int)
    }

    /// Which nodes have been asked, and what to do next.
    private struct Race {
        private(set) var waiting: ArraySlice<EtcdEndpoint>
        private(set) var started = 0
        private(set) var mustStart = true
        private var running = 0
        private var worst: EtcdError?

        init(waiting: ArraySlice<EtcdEndpoint>) {
            self.waiting = waiting
        }

        mutating func start() -> EtcdEndpoint? {
            mustStart = false
            guard let endpoint = waiting.popFirst() else { return nil }
            started += 1
            running += 1
            return endpoint
        }

        /// Returns the end of the race, or `nil` if it goes on.
        mutating func result<Reply>(after event: Event<Reply>) -> Result<Reply, EtcdError>? {
            switch event {
            case .patienceLost(let number):
                // If another has been started since, that one has its own time.
                mustStart = number == started
                return nil
            case .ended(_, .success(let reply)):
                return .success(reply)
            case .ended(_, .failure(let error)):
                running -= 1
                mustStart = true
                let worst = error.worse(than: worst)
                self.worst = worst
                let isLast = running == 0 && waiting.isEmpty
                return error.isFinal || isLast ? .failure(error.isFinal ? error : worst) : nil
            }
        }
    }
}

extension EtcdError {
    /// Returns this error or an earlier one, whichever says more.
    fileprivate func worse(than other: EtcdError?) -> EtcdError {
        guard let other, other.weight >= weight else { return self }
        return other
    }
}
