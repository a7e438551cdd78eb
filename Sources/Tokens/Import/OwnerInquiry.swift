import Entries
package import Graph
import Sodium
import Vault

/// Requests information from Meta about tokens that are not stored yet, several at a time.
package struct OwnerInquiry {
    private let clients: MetaClients
    private var client: GraphClient { clients.graph }
    /// Returns the apps to try for a token, in order, until one owns it.
    ///
    /// Without any app, the token inspects itself.
    private let apps: @Sendable (PlainSecret) throws -> [Asker]

    package init(
        clients: MetaClients, apps: @escaping @Sendable (PlainSecret) throws -> [Asker]
    ) {
        self.clients = clients
        self.apps = apps
    }

    /// An app whose app token is used for a request.
    package struct Asker: Sendable {
        fileprivate let credentials: AppCredentials
        /// Whether the app secret is in the vault, and not only in the file.
        fileprivate let isStored: Bool

        package init(credentials: AppCredentials, isStored: Bool) {
            self.credentials = credentials
            self.isStored = isStored
        }
    }

    private static let concurrency = 8

    /// Inspects each token, and returns the results by the index in `secrets`; skips app secrets.
    ///
    /// Throws an error at the first token that cannot be inspected, so that nothing is imported.
    package func run(
        _ secrets: [PlainSecret], progress: (Int) -> Void
    ) async throws -> [Int: OwnerAnswer] {
        var answers: [Int: OwnerAnswer] = [:]
        try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
            var waiting = secrets.indices.filter { secrets[$0].reference?.kind.isApp != true }[...]
            func start() throws {
                guard let index = waiting.popFirst() else { return }
                let token = secrets[index].secret
                if let account = secrets[index].platform.account {
                    group.addTask {
                        let verdict = await verdict(on: token, of: account)
                        return (index, verdict)
                    }
                    return
                }
                let askers = try apps(secrets[index])
                group.addTask {
                    let verdict = await verdict(on: token, asking: askers)
                    return (index, verdict)
                }
            }
            for _ in 0..<Self.concurrency { try start() }
            while let (index, verdict) = try await group.next() {
                switch verdict.result {
                case .success(let answer): answers[index] = answer
                case .failure(let error):
                    group.cancelAll()
                    let found = secrets[index]
                    let context = context(about: found, by: verdict.asker)
                    throw ImportError.notInspected(
                        found.source, because: GraphRequestError(error, in: context))
                }
                progress(answers.count)
                try start()
            }
        }
        return answers
    }

    private func context(about found: PlainSecret, by asker: Asker?) -> GraphCallContext {
        let other = found.platform.account.flatMap { clients.client(of: $0) }
        var context = GraphCallContext(
            host: other?.host ?? client.endpoint.host, app: found.metadata.app)
        if let asker {
            context.app = Reference(.app, asker.credentials.id)
            context.isSecretStored = asker.isStored
        }
        return context
    }

    /// The result of inspecting a token, and the app that was used.
    private struct Verdict {
        let result: Result<OwnerAnswer, GraphError>
        let asker: Asker?

        /// Whether the token belongs to an app other than the one used.
        var isOfOtherApp: Bool {
            (try? result.get())?.inspection.refusal?.classification == .configuration(.otherApp)
        }
    }

    /// Inspects the token with each app until one owns it; fails if there is no result for any app.
    private func verdict(on token: SharedSecret, asking askers: [Asker]) async -> Verdict {
        var last: Verdict?
        for asker in askers {
            let result = await client.verdict(on: token, app: asker.credentials).map {
                OwnerAnswer(inspection: $0)
            }
            let verdict = Verdict(result: result, asker: asker)
            if case .success = result, !verdict.isOfOtherApp { return verdict }
            if case .failure(let error) = result, error.extent == .everything { return verdict }
            if last == nil || !verdict.isOfOtherApp { last = verdict }
        }
        if let last { return last }
        let result = await client.verdict(on: token, app: nil).map { OwnerAnswer(inspection: $0) }
        return Verdict(result: result, asker: nil)
    }

    /// Asks Instagram or Threads, which need no app, about a token.
    private func verdict(on token: SharedSecret, of account: AccountPlatform) async -> Verdict {
        guard let client = clients.client(of: account) else {
            return Verdict(result: .success(OwnerAnswer(inspection: .unclear)), asker: nil)
        }
        do throws(GraphError) {
            let verdict = try await client.verdict(on: token)
            let answer = OwnerAnswer(
                inspection: verdict.storable, name: verdict.account?.username)
            return Verdict(result: .success(answer), asker: nil)
        } catch {
            return Verdict(result: .failure(error), asker: nil)
        }
    }
}

/// What Meta reports about a token in a file.
package struct OwnerAnswer: Sendable {
    let inspection: TokenInspection
    /// The username on Instagram or Threads.
    var name: String?
}
