package import Entries
package import Graph
package import Vault

/// What Meta said of tokens.
package struct OnlineCheckResult: Sendable {
    /// All entries, with what was learnt.
    package fileprivate(set) var entries: [Entry]
    /// Entries that hold a token of another app.
    package fileprivate(set) var ofOtherApps: Set<Reference> = []
    /// Why some could not be asked about; their stored state is as it was.
    package fileprivate(set) var failure: GraphRequestError?
}

/// Asks Meta about tokens, several at a time, and keeps the answers.
package struct OnlineCheck {
    private let vault: UnlockedVault
    private let client: GraphClient
    private let now: @Sendable () -> Timestamp

    private static let concurrency = 8

    package init(
        vault: UnlockedVault, client: GraphClient, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.client = client
        self.now = now
    }

    private struct Answer {
        let index: Int
        let app: AppCredentials?
        let result: Result<TokenInspection, GraphError>
    }

    /// Asks about each token among `entries`; `progress` gets the number of answers.
    package func run(
        _ entries: [Entry], progress: (Int) -> Void
    ) async throws -> OnlineCheckResult {
        var checked = OnlineCheckResult(entries: entries)
        var learnt: [(entry: Entry, inspection: TokenInspection)] = []
        let tokens = entries.indices.filter { entries[$0].reference.kind.isToken }
        try await withThrowingTaskGroup(of: Answer.self) { group in
            var waiting = tokens[...]
            var done = 0
            // Apps for which asking on would find the same.
            var stopped: Set<String> = []
            func start() throws {
                while let index = waiting.popFirst() {
                    let subject = try vault.read { reader in
                        try reader.entryIfAny(entries[index].reference).map { stored in
                            (
                                stored.secret,
                                try reader.appCredentials(of: stored.entry.metadata.app)
                            )
                        }
                    }
                    // Another process may have removed it meanwhile.
                    guard let (token, app) = subject else { continue }
                    if let app, stopped.contains(app.id) { continue }
                    let client = client
                    group.addTask {
                        let result = await client.verdict(on: token, app: app)
                        return Answer(index: index, app: app, result: result)
                    }
                    return
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let answer = try await group.next() {
                let entry = entries[answer.index]
                done += 1
                progress(done)
                switch answer.result {
                case .success(let inspection):
                    let mismatch = checked.entries[answer.index].metadata.update(
                        from: inspection, of: entry.reference, at: now())
                    if mismatch?.isOfOtherApp == true {
                        checked.ofOtherApps.insert(entry.reference)
                    }
                    learnt.append((entry, inspection))
                case .failure(let error):
                    checked.failure =
                        checked.failure ?? failure(error, about: entry, askedBy: answer.app)
                    switch error.extent {
                    case .one: break
                    case .app: if let app = answer.app { stopped.insert(app.id) }
                    case .everything: waiting = []
                    }
                }
                try start()
            }
        }
        let unverified = try save(learnt)
        for index in checked.entries.indices {
            guard let user = unverified[checked.entries[index].reference] else { continue }
            checked.entries[index].metadata.markUnverified(becauseOf: user)
        }
        return checked
    }

    private func failure(
        _ error: GraphError, about entry: Entry, askedBy app: AppCredentials?
    ) -> GraphRequestError {
        var question = GraphQuestion(
            host: client.endpoint.host,
            app: app.flatMap { Reference(.app, $0.id) } ?? entry.metadata.app,
            token: entry.reference)
        question.isSecretStored = app != nil
        if let next = try? vault.read({ try NextStep(in: $0) }) {
            question.renewal = next.renewal(of: entry)
        }
        return GraphRequestError(error, asking: question)
    }

    /// Keeps the answers; returns what became unverified by them, with the user whose token died.
    private func save(
        _ learnt: [(entry: Entry, inspection: TokenInspection)]
    ) throws -> [Reference: Reference] {
        let now = now()
        var unverified: [Reference: Reference] = [:]
        try vault.change { reader in
            let found = try UnverifiedPages(after: learnt, in: reader)
            unverified = found.unverified
            return learnt.map { entry, inspection in
                EntryChange(updatingFrom: inspection, of: entry, at: now)
            } + found.changes
        }
        return unverified
    }
}
