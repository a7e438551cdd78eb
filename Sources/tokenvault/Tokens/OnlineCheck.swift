import Graph
import Sodium
import Vault

/// Asks Meta about tokens, several at a time, and keeps the answers.
struct OnlineCheck {
    let vault: UnlockedVault
    let client: GraphClient
    let host: String
    let now: @Sendable () -> Timestamp

    private static let concurrency = 8

    struct Outcome {
        /// All entries, with what was learnt.
        var entries: [Entry]
        /// Why some could not be asked about; their stored state is as it was.
        var failure: Failure?
    }

    private typealias Answer = (index: Int, result: Result<TokenInspection, GraphError>)

    /// Asks about each token among `entries`; `progress` gets the number of answers.
    func run(_ entries: [Entry], progress: (Int) -> Void) async throws -> Outcome {
        var outcome = Outcome(entries: entries)
        var learnt: [(entry: Entry, inspection: TokenInspection)] = []
        let tokens = entries.indices.filter { entries[$0].reference.kind.isToken }
        try await withThrowingTaskGroup(of: Answer.self) { group in
            var waiting = tokens[...]
            var done = 0
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
                    let client = client
                    group.addTask {
                        let answer = await Self.ask(client, token, app: app)
                        return (index, answer)
                    }
                    return
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let (index, result) = try await group.next() {
                done += 1
                progress(done)
                switch result {
                case .success(let inspection):
                    outcome.entries[index].metadata.learn(inspection, at: now())
                    learnt.append((entries[index], inspection))
                case .failure(let error):
                    outcome.failure = outcome.failure ?? failure(error, about: entries[index])
                    // Asking on would find Meta as unreachable, or make a throttle longer.
                    if error.isHopeless { waiting = [] }
                }
                try start()
            }
        }
        let suspects = try save(learnt)
        for index in outcome.entries.indices {
            guard let user = suspects[outcome.entries[index].reference] else { continue }
            outcome.entries[index].metadata.suspect(becauseOf: user)
        }
        return outcome
    }

    /// What Meta says of `token`, of a dead one too.
    static func ask(
        _ client: GraphClient, _ token: SharedSecret, app: AppCredentials?
    ) async -> Result<TokenInspection, GraphError> {
        do throws(GraphError) {
            let inspection = try await client.inspect(token, app: app)
            return .success(inspection)
        } catch {
            // Without an app secret the token was asked about itself, and a dead one cannot answer.
            if app == nil, case .refused(let refusal) = error,
                refusal.classification.isDeadToken || refusal.classification == .person
            {
                return .success(TokenInspection(deadBecause: refusal))
            }
            return .failure(error)
        }
    }

    private func failure(_ error: GraphError, about entry: Entry) -> Failure {
        let question = GraphQuestion(
            host: host, app: entry.metadata.app, token: entry.reference)
        // The call was made with the app's token: if that is refused, nothing is known of the token
        // that was asked about.
        if case .refused(let refusal) = error, refusal.classification.isDeadToken,
            let app = entry.metadata.app
        {
            return Failure(
                .configuration, "Meta does not accept the app secret of \(app)",
                hint: "tokenvault rotate \(app)", kind: .graph, refusal: refusal)
        }
        return Failure(error, asking: question)
    }

    /// Keeps the answers; returns what became suspect by them, with the user whose token died.
    private func save(
        _ learnt: [(entry: Entry, inspection: TokenInspection)]
    ) throws -> [Reference: Reference] {
        let now = now()
        var suspects: [Reference: Reference] = [:]
        try vault.change { reader in
            let suspicion = try Suspicion(after: learnt, in: reader)
            suspects = suspicion.suspects
            return learnt.map { entry, inspection in
                EntryChange(learning: inspection, of: entry, at: now)
            } + suspicion.changes
        }
        return suspects
    }
}

extension GraphError {
    /// Whether the next call would find the same, or make a throttle longer.
    var isHopeless: Bool {
        switch self {
        case .unreachable: true
        case .refused(let refusal):
            [.throttled, .blocked].contains(refusal.classification)
        default: false
        }
    }
}
