package import Entries
package import Graph
package import Vault

/// The result of checking tokens with Meta.
package struct OnlineCheckResult: Sendable {
    /// All entries, updated with the results.
    package fileprivate(set) var entries: [Entry]
    /// The entries that hold a token of another app.
    package fileprivate(set) var ofOtherApps: Set<Reference> = []
    /// The first reason why tokens could not be checked; the state stored for those is unchanged.
    package fileprivate(set) var failure: (any Error)?
}

/// Checks tokens with Meta, several at a time, and stores the results.
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

    private struct Response {
        let index: Int
        let app: AppCredentials?
        let result: Result<TokenInspection, GraphError>
    }

    /// Checks each token in `entries`; calls `progress` with the number of checked tokens.
    package func run(
        _ entries: [Entry], progress: (Int) -> Void
    ) async throws -> OnlineCheckResult {
        var checked = OnlineCheckResult(entries: entries)
        var inspections: [(entry: Entry, inspection: TokenInspection)] = []
        let tokens = entries.indices.filter { entries[$0].reference.kind.isToken }
        try await withThrowingTaskGroup(of: Response.self) { group in
            var waiting = tokens[...]
            var done = 0
            // Apps for which further calls would fail in the same way.
            var stopped: Set<String> = []
            func start() throws {
                while let index = waiting.popFirst() {
                    let subject = try vault.read { reader in
                        try reader.entryIfAny(entries[index].reference).map { stored in
                            (
                                stored,
                                try reader.appCredentials(of: stored.entry.metadata.app)
                            )
                        }
                    }
                    // Another process may have removed the entry in the meantime.
                    guard let (stored, app) = subject else { continue }
                    // Checks on Instagram and Threads will start here.
                    do throws(PairingError) {
                        try MetaPlatform.requireGraph(stored.entry, stored.secret)
                    } catch {
                        checked.failure = checked.failure ?? error
                        continue
                    }
                    let token = stored.secret
                    if let app, stopped.contains(app.id) { continue }
                    let client = client
                    group.addTask {
                        let result = await client.verdict(on: token, app: app)
                        return Response(index: index, app: app, result: result)
                    }
                    return
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let response = try await group.next() {
                let entry = entries[response.index]
                done += 1
                progress(done)
                switch response.result {
                case .success(let inspection):
                    let mismatch = checked.entries[response.index].metadata.update(
                        from: inspection, of: entry.reference, at: now())
                    if mismatch?.isOfOtherApp == true {
                        checked.ofOtherApps.insert(entry.reference)
                    }
                    inspections.append((entry, inspection))
                case .failure(let error):
                    checked.failure =
                        checked.failure ?? failure(error, about: entry, viewedBy: response.app)
                    switch error.extent {
                    case .one: break
                    case .app: if let app = response.app { stopped.insert(app.id) }
                    case .everything: waiting = []
                    }
                }
                try start()
            }
        }
        let unverified = try save(inspections)
        for index in checked.entries.indices {
            guard let user = unverified[checked.entries[index].reference] else { continue }
            checked.entries[index].metadata.markUnverified(becauseOf: user)
        }
        return checked
    }

    private func failure(
        _ error: GraphError, about entry: Entry, viewedBy app: AppCredentials?
    ) -> GraphRequestError {
        var context = GraphCallContext(
            host: client.endpoint.host,
            app: app.flatMap { Reference(.app, $0.id) } ?? entry.metadata.app,
            token: entry.reference)
        context.isSecretStored = app != nil
        if let next = try? vault.read({ try NextStep(in: $0) }) {
            context.renewal = next.renewal(of: entry)
        }
        return GraphRequestError(error, in: context)
    }

    /// Stores the inspections; returns the entries that became unverified, each with its user.
    private func save(
        _ inspections: [(entry: Entry, inspection: TokenInspection)]
    ) throws -> [Reference: Reference] {
        let now = now()
        var unverified: [Reference: Reference] = [:]
        try vault.change { reader in
            let found = try UnverifiedPages(after: inspections, in: reader)
            unverified = found.unverified
            return inspections.map { entry, inspection in
                EntryChange(updatingFrom: inspection, of: entry, at: now)
            } + found.changes
        }
        return unverified
    }
}
