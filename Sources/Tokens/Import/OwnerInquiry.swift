import Entries
package import Graph
import Sodium
import Vault

/// Requests information from Meta about tokens that are not stored yet, several at a time.
package struct OwnerInquiry {
    private let client: GraphClient
    /// Returns the apps to try for a token, in order, until one owns it.
    ///
    /// Without any app, the token inspects itself.
    private let apps: @Sendable (PlainSecret) throws -> [Asker]

    package init(
        client: GraphClient, apps: @escaping @Sendable (PlainSecret) throws -> [Asker]
    ) {
        self.client = client
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

    /// Inspects each token, and returns the results by the index in `secrets`; skips app secrets
    /// and tokens of other platforms than Facebook.
    ///
    /// Throws an error at the first token that cannot be inspected, so that nothing is imported.
    package func run(
        _ secrets: [PlainSecret], progress: (Int) -> Void
    ) async throws -> [Int: TokenInspection] {
        var inspections: [Int: TokenInspection] = [:]
        try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
            // Requests to Instagram and Threads, about tokens without a reference, will start here.
            var waiting = secrets.indices.filter {
                secrets[$0].reference?.kind != .app && secrets[$0].platform == .facebook
            }[...]
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
                case .success(let inspection): inspections[index] = inspection
                case .failure(let error):
                    group.cancelAll()
                    let found = secrets[index]
                    let context = context(about: found, by: verdict.asker)
                    throw ImportError.notInspected(
                        found.source, because: GraphRequestError(error, in: context))
                }
                progress(inspections.count)
                try start()
            }
        }
        return inspections
    }

    private func context(about found: PlainSecret, by asker: Asker?) -> GraphCallContext {
        var context = GraphCallContext(host: client.endpoint.host, app: found.metadata.app)
        if let asker {
            context.app = Reference(.app, asker.credentials.id)
            context.isSecretStored = asker.isStored
        }
        return context
    }

    /// The result of inspecting a token, and the app that was used.
    private struct Verdict {
        let result: Result<TokenInspection, GraphError>
        let asker: Asker?

        /// Whether the token belongs to an app other than the one used.
        var isOfOtherApp: Bool {
            (try? result.get())?.refusal?.classification == .configuration(.otherApp)
        }
    }

    /// Inspects the token with each app until one owns it; fails if there is no result for any app.
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
