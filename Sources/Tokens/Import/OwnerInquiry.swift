package import Graph
import Sodium
import Vault

/// Asks Meta about tokens that are not stored yet, several at a time.
package struct OwnerInquiry {
    private let client: GraphClient
    /// The apps that may ask about a token, one after another until it is one's own; without any the token
    /// is asked about itself.
    private let apps: @Sendable (PlainSecret) throws -> [Asker]

    package init(
        client: GraphClient, apps: @escaping @Sendable (PlainSecret) throws -> [Asker]
    ) {
        self.client = client
        self.apps = apps
    }

    /// An app that asks.
    package struct Asker: Sendable {
        fileprivate let credentials: AppCredentials
        /// Whether its secret is in the vault, or in the file alone.
        fileprivate let isStored: Bool

        package init(credentials: AppCredentials, isStored: Bool) {
            self.credentials = credentials
            self.isStored = isStored
        }
    }

    private static let concurrency = 8

    /// What Meta says of each token, by its index; app secrets are passed over.
    ///
    /// One that cannot be asked about ends it all: nothing is to be stored then.
    package func run(
        _ secrets: [PlainSecret], progress: (Int) -> Void
    ) async throws -> [Int: TokenInspection] {
        var answers: [Int: TokenInspection] = [:]
        try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
            var waiting = secrets.indices.filter { secrets[$0].reference?.kind != .app }[...]
            func start() throws {
                guard let index = waiting.popFirst() else { return }
                let token = secrets[index].secret
                let askers = try apps(secrets[index])
                group.addTask {
                    let verdict = await verdict(on: token, asking: askers)
                    return (index, verdict)
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let (index, verdict) = try await group.next() {
                switch verdict.result {
                case .success(let inspection): answers[index] = inspection
                case .failure(let error):
                    group.cancelAll()
                    let found = secrets[index]
                    let question = question(about: found, by: verdict.asker)
                    throw ImportError.unanswered(
                        found.source, because: GraphRequestError(error, asking: question))
                }
                progress(answers.count)
                try start()
            }
        }
        return answers
    }

    private func question(about found: PlainSecret, by asker: Asker?) -> GraphQuestion {
        var question = GraphQuestion(host: client.endpoint.host, app: found.metadata.app)
        if let asker {
            question.app = Reference(.app, asker.credentials.id)
            question.isSecretStored = asker.isStored
        }
        return question
    }

    /// What Meta said of a token, and by whom it was asked.
    private struct Verdict {
        let result: Result<TokenInspection, GraphError>
        let asker: Asker?

        /// Whether the token is not the asking app's.
        var isOfOtherApp: Bool {
            (try? result.get())?.refusal?.classification == .configuration(.otherApp)
        }
    }

    /// Asks as each app until the token is its own; a failure counts where no app gets an answer.
    private func verdict(on token: SharedSecret, asking askers: [Asker]) async -> Verdict {
        var last: Verdict?
        for asker in askers {
            let result = await client.verdict(on: token, app: asker.credentials)
            let verdict = Verdict(result: result, asker: asker)
            if case .success = result, !verdict.isOfOtherApp { return verdict }
            if case .failure(let error) = result, error.extent == .everything { return verdict }
            if last == nil || !verdict.isOfOtherApp { last = verdict }
        }
        if let last { return last }
        let result = await client.verdict(on: token, app: nil)
        return Verdict(result: result, asker: nil)
    }
}
