import Graph
import Sodium
import Vault

/// Asks Meta about tokens that are not stored yet, several at a time.
struct OwnerInquiry {
    let client: GraphClient
    /// The apps that may ask about a token, one after another until it is one's own; without any the token
    /// is asked about itself.
    let apps: @Sendable (PlainSecret) throws -> [Asker]

    struct Asker {
        let credentials: AppCredentials
        /// Whether its secret is in the vault, or in the file alone.
        let isStored: Bool
    }

    private static let concurrency = 8

    /// What Meta says of each token, by its index; app secrets are passed over.
    ///
    /// One that cannot be asked about ends it all: nothing is to be stored then.
    func run(
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
                    throw ImportError.unanswered(
                        found.source, error, inquiry(about: found, by: verdict.asker))
                }
                progress(answers.count)
                try start()
            }
        }
        return answers
    }

    private func inquiry(about found: PlainSecret, by asker: Asker?) -> ImportError.Inquiry {
        ImportError.Inquiry(
            host: client.endpoint.host,
            app: asker.map { Reference(.app, $0.credentials.id) } ?? found.metadata.app,
            isSecretStored: asker?.isStored ?? true)
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
