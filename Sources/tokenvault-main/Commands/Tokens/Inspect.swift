import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Inspect: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Ask Meta about a token: its owner, scopes and expiry.",
        discussion: """
            Inspects a stored token. Without a reference, prompts for a token without showing it, or \
            reads it from standard input if that is not a terminal. Nothing is stored. Exits with 2 if \
            the token is not valid.

            Examples:
              tokenvault inspect page:1020000000000001
              tokenvault inspect --app app:1234567890123456
            """)

    @Argument(
        help: ArgumentHelp("A stored token, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var reference: String?

    @Option(
        help: ArgumentHelp(
            "The app that asks; optional for a stored token, or if the vault has only one.",
            valueName: "ref"), completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        // Report an invalid URL before any prompt.
        _ = try graph.endpoint(in: world)
        let (subject, next) = try vault.access.read(in: world) { reader in
            (try self.subject(in: reader, world: world), try NextStep(in: reader, for: world))
        }
        let (inspection, account) = try await ask(about: subject, next, world, network)
        let mismatch = subject.entry.flatMap { entry in
            TokenMismatch(
                inspection, of: entry.reference, app: entry.metadata.app?.id ?? subject.app?.id)
        }
        let answer = InspectionAnswer(
            inspection: inspection, account: account, platform: subject.platform,
            mismatch: mismatch)
        if output.json {
            try world.terminal.print(try JSONDocument.text(InspectionDocument(answer)))
        } else {
            try world.terminal.print(answer.details(in: world))
        }
        if let mismatch { return mismatch.status }
        return inspection.isValid ? .done : .tokenRefused
    }

    /// A token, where it is from, and the app that asks about it.
    private struct Subject {
        var entry: Entry?
        let token: SharedSecret
        let platform: MetaPlatform
        var app: AppCredentials?
    }

    private func ask(
        about subject: Subject, _ next: NextStep, _ world: World, _ network: Network
    ) async throws -> (TokenInspection, PlatformAccount?) {
        let entry = subject.entry
        var context = GraphCallContext(app: entry?.metadata.app, token: entry?.reference)
        if let entry { context.renewal = next.renewal(of: entry) }
        guard let account = subject.platform.account else {
            context.host = try graph.endpoint(in: world).host
            let app = subject.app
            context.app = app.flatMap { Reference(.app, $0.id) } ?? context.app
            context.isSecretStored = app != nil
            let callContext = context
            return try await graph.withClient(in: world, over: network, output) { client in
                do throws(GraphError) {
                    let inspection = try await client.inspect(subject.token, app: app)
                    return (inspection, nil)
                } catch {
                    throw GraphRequestError(error, in: callContext)
                }
            }
        }
        context.host = try graph.endpoint(of: account, in: world).main.host
        let callContext = context
        return try await graph.withClient(of: account, in: world, over: network, output) {
            client in
            do throws(GraphError) {
                let verdict = try await client.verdict(on: subject.token)
                return (verdict.inspection, verdict.account)
            } catch {
                throw GraphRequestError(error, in: callContext)
            }
        }
    }

    private func subject(in vault: borrowing VaultReader, world: World) throws -> Subject {
        // An ID alone fits any platform.
        let named = try app.flatMap { app in
            Reference.Kind(startOf: app) == nil
                ? nil : try vault.resolveApp(named: app, option: "--app")
        }
        if let reference {
            let (entry, token) = try vault.entry(try vault.reference(reference))
            guard entry.reference.kind.isToken else {
                throw TokenCommandMessage.notAToken(entry.reference)
            }
            let platform = try MetaPlatform.of(entry, token, app: named)
            guard platform == .facebook else {
                try requireApp(of: platform, in: vault)
                return Subject(entry: entry, token: token, platform: platform)
            }
            let asking = try app.map { try vault.resolveApp(named: $0, option: "--app") }
            return Subject(
                entry: entry, token: token, platform: platform,
                app: try vault.appCredentials(of: asking ?? entry.metadata.app))
        }
        // Instagram and Threads answer without an app, so only their tokens need none.
        let kinds: [Reference.Kind] = [.instagram, .threads, .instagramApp, .threadsApp]
        let isEmpty = try (kinds + [.app]).allSatisfy { try vault.references(of: $0).isEmpty }
        let asking = app != nil || isEmpty ? try vault.resolveApp(named: app, option: "--app") : nil
        let token = try SecretInput(world: world, noInput: self.vault.noInput).read(
            "Token: ", for: .token)
        let platform = try MetaPlatform.of(pasted: token, app: named)
        guard platform == .facebook else {
            try requireApp(of: platform, in: vault)
            return Subject(token: token, platform: platform)
        }
        let viewer = try asking ?? vault.resolveApp(named: nil, option: "--app")
        return Subject(token: token, platform: platform, app: try vault.appCredentials(of: viewer))
    }

    /// Checks that an app that was named, if any, is one of `platform`, though it is not needed.
    private func requireApp(
        of platform: MetaPlatform, in vault: borrowing VaultReader
    ) throws {
        guard app != nil else { return }
        _ = try vault.entry(try vault.resolveApp(of: platform, named: app, option: "--app"))
    }
}
