import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Exchange: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Exchange a short-lived token for a long-lived one, and store it.",
        discussion: """
            Prompts for a short-lived token, such as one from the Graph Explorer, without showing it, or \
            reads it from standard input if that is not a terminal. The beginning of the token decides \
            whether it is one of Facebook, Instagram or Threads.

            Examples:
              tokenvault exchange
              tokenvault exchange --app instagram-app:3456789012345678
            """)

    @Option(
        help: ArgumentHelp(
            "The app that the token belongs to; optional if the vault has only one.",
            valueName: "ref"), completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @Argument(
        help: ArgumentHelp(
            "Exchange this stored token instead of prompting for one.", valueName: "ref"),
        completion: .references(.user, .system, .instagram, .threads))
    var reference: String?

    @Flag(help: "Finish an exchange whose token was stored before its owner was known.")
    var resume = false

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        if resume, reference != nil {
            throw TokenCommandMessage.resumeWithToken
        }
        // Report an invalid URL before any prompt.
        _ = try graph.endpoint(in: world)
        let vault = try await sharing.unlock(vault.access, in: world, over: network)
        let next = try vault.read { try NextStep(in: $0, for: world) }
        let scene = Scene(vault: vault, next: next, world: world, network: network)
        let results: Results
        if resume {
            results = try await resumeAll(in: scene)
        } else {
            let token = try givenToken(in: scene)
            results = try await run(on: token.app, in: scene) { exchange in
                let result = try await exchange.run(token.secret)
                return [.success(result)]
            }
        }
        return try report(results, in: vault, world: world)
    }

    /// What every exchange of this command uses.
    private struct Scene {
        let vault: UnlockedVault
        let next: NextStep
        let world: World
        let network: Network
    }

    private typealias Results = [Result<ExchangeResult, any Error>]

    /// Finishes the exchanges of all apps that have one, or of the app that was named.
    ///
    /// A failure for one app does not affect the others.
    private func resumeAll(in scene: Scene) async throws -> Results {
        let apps = try scene.vault.read { try appsToResume(in: $0) }
        var results: Results = []
        for app in apps {
            do {
                results += try await run(on: app, in: scene) { try await $0.resume() }
            } catch {
                if apps.count == 1 { throw error }
                results.append(.failure(error))
            }
        }
        return results
    }

    /// Calls `work` with an exchange for `app`, whose kind decides the platform.
    private func run(
        on app: Reference, in scene: Scene, _ work: (any MetaExchange) async throws -> Results
    ) async throws -> Results {
        let (vault, next, world) = (scene.vault, scene.next, scene.world)
        let confirmation = Confirmation(world: world, noInput: self.vault.noInput)
        // Only for unfinished logins: a token that was given is the user's choice.
        let approval = resume ? OwnerApproval { try confirmation.answer(about: $0) } : nil
        var context = GraphCallContext(app: app)
        context.renewal = next.exchange(for: app)
        guard let account = MetaPlatform(app.kind)?.account else {
            context.host = try graph.endpoint(in: world).host
            let credentials = try vault.read { try $0.appCredentials(of: app) }
            context.isSecretStored = credentials != nil
            let callContext = context
            let output = resume ? output : nil
            return try await graph.withClient(in: world, over: scene.network, output) { client in
                var exchange = TokenExchange(
                    vault: vault, client: client, app: app, credentials: credentials,
                    context: callContext, next: next, now: world.now)
                exchange.approval = approval
                return try await work(exchange)
            }
        }
        context.host = try graph.endpoint(of: account, in: world).main.host
        let credentials = try vault.read { try $0.platformCredentials(of: app) }
        let callContext = context
        return try await graph.withClient(
            of: account, in: world, over: scene.network, resume ? output : nil
        ) { client in
            var exchange = PlatformExchange(
                vault: vault, client: client, app: app, credentials: credentials,
                context: callContext, next: next, now: world.now)
            exchange.approval = approval
            return try await work(exchange)
        }
    }

    /// Returns the stored token that is named or a token that the user pastes, and its app.
    private func givenToken(in scene: Scene) throws -> (secret: SharedSecret, app: Reference) {
        let (vault, world) = (scene.vault, scene.world)
        if let reference {
            let (secret, app) = try vault.read { try storedToken(reference, in: $0) }
            let platform = MetaPlatform(app.kind) ?? .facebook
            try graph.reportVariables(output, for: [platform], in: world)
            return (secret, app)
        }
        let platforms = try vault.read { try possiblePlatforms(in: $0) }
        try graph.reportVariables(output, for: platforms, in: world)
        let token = try SecretInput(world: world, noInput: self.vault.noInput)
            .read("Short-lived user token: ", for: .token)
        return try vault.read { reader in
            let platform = try MetaPlatform.of(pasted: token, app: try namedApp(in: reader))
            let app = try reader.resolveApp(of: platform, named: app, option: "--app")
            _ = try reader.entry(app)
            return (token, app)
        }
    }

    /// Returns the stored token and the app that is named, its own or the platform's only one.
    private func storedToken(
        _ reference: String, in vault: borrowing VaultReader
    ) throws -> (SharedSecret, Reference) {
        let named = try vault.reference(reference)
        guard [.user, .system, .instagram, .threads].contains(named.kind) else {
            throw TokenCommandMessage.notExchangeable
        }
        let stored = try vault.entry(named)
        let platform = try MetaPlatform.of(
            stored.entry, stored.secret, app: try namedApp(in: vault))
        let known = app == nil ? stored.entry.metadata.app : nil
        let chosen = try known ?? vault.resolveApp(of: platform, named: app, option: "--app")
        _ = try vault.entry(chosen)
        return (stored.secret, chosen)
    }

    /// Returns the app that is named together with its kind; an ID alone fits any platform.
    private func namedApp(in vault: borrowing VaultReader) throws -> Reference? {
        guard let app, Reference.Kind(startOf: app) != nil else { return nil }
        return try vault.resolveApp(named: app, option: "--app")
    }

    /// Returns the platforms for which a token can be given: only the token shows which one it is.
    ///
    /// Throws an error if there is no app for any token, or if Facebook is the only platform and the
    /// app is not clear.
    private func possiblePlatforms(in vault: borrowing VaultReader) throws -> Set<MetaPlatform> {
        if let named = try namedApp(in: vault) {
            _ = try vault.entry(named)
            return [MetaPlatform(named.kind) ?? .facebook]
        }
        let platforms = try MetaPlatform.allCases.filter { platform in
            try vault.references(of: platform.appKind).contains { $0.suffix == nil }
        }
        if platforms.isEmpty || platforms == [.facebook] {
            _ = try vault.entry(try vault.resolveApp(named: app, option: "--app"))
        }
        return Set(platforms)
    }

    /// Returns the apps whose exchanges to finish.
    private func appsToResume(in vault: borrowing VaultReader) throws -> [Reference] {
        if app != nil { return [try vault.resolveApp(named: app, option: "--app")] }
        var apps: [Reference] = []
        var hasOthers = false
        for entry in try vault.entries() where entry.reference.kind == .pending {
            guard let app = entry.metadata.app, MetaPlatform(app.kind)?.account != nil else {
                hasOthers = true
                continue
            }
            if !apps.contains(app) { apps.append(app) }
        }
        guard apps.isEmpty || hasOthers else { return apps }
        if !hasOthers, try vault.references(of: .app).isEmpty,
            let other = try [.instagramApp, .threadsApp].flatMap({ try vault.references(of: $0) })
                .first(where: { $0.suffix == nil })
        {
            return [other]
        }
        return [try vault.resolveApp(named: nil, option: "--app")] + apps
    }

    /// Reports each result; the first one that is not a success decides the exit status.
    private func report(
        _ results: [Result<ExchangeResult, any Error>], in vault: UnlockedVault, world: World
    ) throws -> ExitStatus {
        if results.count == 1 {
            let next = try vault.read { try NextStep(in: $0, for: world) }
            return try results[0].get().report(json: output.json, next: next, in: world)
        }
        let stored = results.compactMap { try? $0.get().entry }
        try EntryListing.print(stored, json: output.json, in: world)
        var status = ExitStatus.done
        for result in results {
            switch result {
            case .success(let result):
                let resultStatus = result.warn(in: world)
                if status == .done { status = resultStatus }
            case .failure(let error):
                let failure = Failure(error)
                output.warn(failure.message.text, in: world)
                if status == .done { status = failure.status }
            }
        }
        return status
    }
}
