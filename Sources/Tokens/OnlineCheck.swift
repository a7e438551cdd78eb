package import Entries
import Graph
import Sodium
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
    private let clients: MetaClients
    private let now: @Sendable () -> Timestamp

    private static let concurrency = 8

    package init(
        vault: UnlockedVault, clients: MetaClients, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.clients = clients
        self.now = now
    }

    private struct Response {
        let index: Int
        let platform: MetaPlatform
        /// The app whose secret was used.
        let app: AppCredentials?
        let result: Result<Answer, GraphError>
    }

    /// What Meta reports about one token.
    fileprivate struct Answer {
        let inspection: TokenInspection
        /// The username on Instagram or Threads.
        var name: String?
    }

    /// Checks each token in `entries`; calls `progress` with the number of checked tokens.
    package func run(
        _ entries: [Entry], progress: (Int) -> Void
    ) async throws -> OnlineCheckResult {
        var checked = OnlineCheckResult(entries: entries)
        var answers: [(entry: Entry, answer: Answer)] = []
        let tokens = entries.indices.filter { entries[$0].reference.kind.isToken }
        try await withThrowingTaskGroup(of: Response.self) { group in
            var waiting = tokens[...]
            var done = 0
            // Apps for which further calls would fail in the same way.
            var stopped: Set<String> = []
            // Platforms for which they all would.
            var stoppedPlatforms: Set<MetaPlatform> = []
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
                    guard let (stored, facebookApp) = subject else { continue }
                    let platform: MetaPlatform
                    do throws(PairingError) {
                        platform = try MetaPlatform.of(stored.entry, stored.secret)
                    } catch {
                        checked.failure = checked.failure ?? error
                        continue
                    }
                    let token = stored.secret
                    // The other platforms answer without an app secret.
                    let app = platform == .facebook ? facebookApp : nil
                    if stoppedPlatforms.contains(platform) { continue }
                    if let app, stopped.contains(app.id) { continue }
                    let clients = clients
                    group.addTask {
                        let result = await Self.answer(on: token, platform, app, clients)
                        return Response(index: index, platform: platform, app: app, result: result)
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
                case .success(let answer):
                    let mismatch = answer.update(
                        &checked.entries[response.index].metadata, of: entry.reference, at: now())
                    if mismatch?.isOfOtherApp == true {
                        checked.ofOtherApps.insert(entry.reference)
                    }
                    answers.append((entry, answer))
                case .failure(let error):
                    checked.failure =
                        checked.failure
                        ?? failure(error, about: entry, on: response.platform, response.app)
                    switch error.extent {
                    case .one: break
                    case .app: if let app = response.app { stopped.insert(app.id) }
                    case .everything: stoppedPlatforms.insert(response.platform)
                    }
                }
                try start()
            }
        }
        let unverified = try save(answers)
        for index in checked.entries.indices {
            guard let user = unverified[checked.entries[index].reference] else { continue }
            checked.entries[index].metadata.markUnverified(becauseOf: user)
        }
        return checked
    }

    private static func answer(
        on token: SharedSecret, _ platform: MetaPlatform, _ app: AppCredentials?,
        _ clients: MetaClients
    ) async -> Result<Answer, GraphError> {
        guard let account = platform.account else {
            return await clients.graph.verdict(on: token, app: app).map { Answer(inspection: $0) }
        }
        // The token of another platform must never reach Facebook, not even by mistake.
        guard let client = clients.client(of: account) else {
            return .failure(.nothingSent)
        }
        do throws(GraphError) {
            let verdict = try await client.verdict(on: token)
            return .success(Answer(inspection: verdict.storable, name: verdict.account?.username))
        } catch {
            return .failure(error)
        }
    }

    private func failure(
        _ error: GraphError, about entry: Entry, on platform: MetaPlatform, _ app: AppCredentials?
    ) -> GraphRequestError {
        let client = platform.account.flatMap { clients.client(of: $0) }
        var context = GraphCallContext(
            host: client?.host ?? clients.graph.endpoint.host,
            app: app.flatMap { Reference(.app, $0.id) } ?? entry.metadata.app,
            token: entry.reference)
        context.isSecretStored = app != nil
        if let next = try? vault.read({ try NextStep(in: $0) }) {
            context.renewal = next.renewal(of: entry)
        }
        return GraphRequestError(error, in: context)
    }

    /// Stores the answers; returns the entries that became unverified, each with its user.
    private func save(
        _ answers: [(entry: Entry, answer: Answer)]
    ) throws -> [Reference: Reference] {
        let now = now()
        var unverified: [Reference: Reference] = [:]
        try vault.change { reader in
            let inspections = answers.map { (entry: $0.entry, inspection: $0.answer.inspection) }
            let found = try UnverifiedPages(after: inspections, in: reader)
            unverified = found.unverified
            return answers.map { entry, answer in
                EntryChange(describing: entry) { metadata in
                    answer.update(&metadata, of: entry.reference, at: now)
                }
            } + found.changes
        }
        return unverified
    }
}

extension OnlineCheck.Answer {
    /// Updates the metadata of `reference`; returns the mismatch if the token is someone else's.
    @discardableResult
    fileprivate func update(
        _ metadata: inout Metadata, of reference: Reference, at now: Timestamp
    ) -> TokenMismatch? {
        let mismatch = metadata.update(from: inspection, of: reference, at: now)
        if mismatch == nil { metadata.update(name: name) }
        return mismatch
    }
}
