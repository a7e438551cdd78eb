import ArgumentParser
import Graph
import Sodium
import Vault

struct Exchange: Command {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Exchange a short-lived user token for a long-lived one, and store that.",
        discussion: """
            The short-lived token, as the Graph Explorer shows it, comes from a hidden prompt, or from \
            standard input where that is no terminal.

            Example:
              tokenvault exchange
            """)

    @Option(
        help: ArgumentHelp(
            "The app that the token belongs to; not needed with one app in the vault.",
            valueName: "ref"), completion: .references(.app))
    var app: String?

    @Argument(
        help: ArgumentHelp(
            "Exchange this stored token instead of asking for one.", valueName: "ref"),
        completion: .references(.user, .system))
    var reference: String?

    @Flag(help: "Finish an exchange whose token was stored before its owner was known.")
    var resume = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) async throws -> ExitStatus {
        if resume, reference != nil {
            throw Failure.usage("--resume takes the token from the vault; name none")
        }
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let (appReference, credentials) = try vault.read { reader in
            let app = try reader.only(.app, named: app, option: "--app")
            // What redeem left is finished without the secret.
            if !resume { _ = try reader.entry(app) }
            return (app, try reader.appCredentials(of: app))
        }

        let outcome = try await graph.asking(in: world, output) { client in
            let exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                question: GraphQuestion(host: endpoint.host, app: appReference), now: world.now)
            return resume
                ? try await exchange.resume()
                : try await exchange.run(try token(in: vault, world: world))
        }
        return try outcome.report(output, in: world)
    }

    private func token(
        in vault: UnlockedVault, world: World
    ) throws -> SharedSecret {
        guard let reference else {
            return try SecretInput(world: world, noInput: self.vault.noInput)
                .read("Short-lived user token: ")
        }
        return try vault.read { reader in
            let named = try reader.reference(reference)
            guard named.kind == .user || named.kind == .system else {
                throw Failure.usage(
                    "only the token of a user can be exchanged", hint: "tokenvault list --kind user"
                )
            }
            return try reader.entry(named).secret
        }
    }
}
