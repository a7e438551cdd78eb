import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Exchange: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Exchange a short-lived user token for a long-lived one, and store it.",
        discussion: """
            Prompts for a short-lived token, such as one from the Graph Explorer, without showing it, or \
            reads it from standard input if that is not a terminal.

            Example:
              tokenvault exchange
            """)

    @Option(
        help: ArgumentHelp(
            "The app that the token belongs to; optional if the vault has only one.",
            valueName: "ref"), completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @Argument(
        help: ArgumentHelp(
            "Exchange this stored token instead of prompting for one.", valueName: "ref"),
        completion: .references(.user, .system))
    var reference: String?

    @Flag(help: "Finish an exchange whose token was stored before its owner was known.")
    var resume = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        if resume, reference != nil {
            throw TokenCommandMessage.resumeWithToken
        }
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let (stored, appReference, credentials, next) = try vault.read { reader in
            let stored = try storedToken(in: reader)
            let app = try chosenApp(for: stored?.entry, in: reader)
            // Finishing a `redeem` does not require the app secret.
            if !resume { _ = try reader.entry(app) }
            return (
                stored?.secret, app, try reader.appCredentials(of: app),
                try NextStep(in: reader, for: world)
            )
        }
        var context = GraphCallContext(host: endpoint.host, app: appReference)
        context.isSecretStored = credentials != nil
        context.renewal = next.exchange(for: appReference)

        try graph.reportVariables(output, in: world)
        var token = stored
        if !resume, token == nil {
            token = try SecretInput(world: world, noInput: self.vault.noInput)
                .read("Short-lived user token: ", for: .token)
            try token.map { try refuseOtherPlatform($0, in: vault) }
        }
        let (callContext, given) = (context, token)
        let results = try await graph.withClient(in: world, over: network, nil) { client in
            var exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                context: callContext, next: next, now: world.now)
            guard let given else {
                let confirmation = Confirmation(world: world, noInput: self.vault.noInput)
                exchange.approval = OwnerApproval { try confirmation.answer(about: $0) }
                return try await exchange.resume()
            }
            let result = try await exchange.run(given)
            return [.success(result)]
        }
        return try report(results, in: vault, world: world)
    }

    /// Throws an error unless a pasted token is for Facebook.
    ///
    /// Exchanges on Instagram and Threads will start here.
    private func refuseOtherPlatform(_ token: SharedSecret, in vault: UnlockedVault) throws {
        try vault.read { reader in
            let named = try app.map { try reader.resolveApp(named: $0, option: "--app") }
            let platform = try MetaPlatform.of(pasted: token, app: named)
            _ = try reader.resolveApp(of: platform, named: app, option: "--app")
            try MetaPlatform.requireGraph(pasted: token, app: named)
        }
    }

    /// Returns the stored token that is named, or `nil` if none is named.
    private func storedToken(
        in vault: borrowing VaultReader
    ) throws -> (entry: Entry, secret: SharedSecret)? {
        guard let reference else { return nil }
        let named = try vault.reference(reference)
        guard [.user, .system, .instagram, .threads].contains(named.kind) else {
            throw TokenCommandMessage.notExchangeable
        }
        let stored = try vault.entry(named)
        let app = try app.map { try vault.resolveApp(named: $0, option: "--app") }
        try MetaPlatform.requireGraph(stored.entry, stored.secret, app: app)
        return stored
    }

    /// Returns the named app, the app of the stored token, or the only app.
    private func chosenApp(for stored: Entry?, in vault: borrowing VaultReader) throws -> Reference
    {
        if app == nil, let known = stored?.metadata.app { return known }
        return try vault.resolveApp(named: app, option: "--app")
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
        try EntryListing(stored, json: output.json, in: world).print()
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
