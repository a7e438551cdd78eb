import Graph
import Sodium
import Vault

/// Asks Meta about tokens that are not stored yet, several at a time.
struct OwnerInquiry {
    let client: GraphClient
    /// The app that asks about a token, if there is one.
    let app: @Sendable (PlainSecret) throws -> Asker?

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
        var askers: [Int: Asker] = [:]
        try await withThrowingTaskGroup(of: (Int, Result<TokenInspection, GraphError>).self) {
            group in
            var waiting = secrets.indices.filter { secrets[$0].reference?.kind != .app }[...]
            func start() throws {
                guard let index = waiting.popFirst() else { return }
                let (client, token) = (client, secrets[index].secret)
                askers[index] = try app(secrets[index])
                let app = askers[index]?.credentials
                group.addTask {
                    let answer = await client.verdict(on: token, app: app)
                    return (index, answer)
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let (index, result) = try await group.next() {
                switch result {
                case .success(let inspection): answers[index] = inspection
                case .failure(let error):
                    group.cancelAll()
                    var question = GraphQuestion(
                        host: client.endpoint.host, app: secrets[index].metadata.app)
                    if let asker = askers[index] {
                        question.app = Reference(.app, asker.credentials.id)
                        question.isSecretStored = asker.isStored
                    }
                    let cause = Failure(error, asking: question)
                    throw Failure(
                        cause.status,
                        "\(secrets[index].source) could not be asked about, and nothing was stored: "
                            + cause.message,
                        hint: cause.hint, kind: cause.kind, refusal: cause.refusal)
                }
                progress(answers.count)
                try start()
            }
        }
        return answers
    }
}
