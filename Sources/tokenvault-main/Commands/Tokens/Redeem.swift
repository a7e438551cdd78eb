import ArgumentParser
import Console
import Entries
import Graph
import JSON
import Sodium
import Tokens
import Vault

struct Redeem: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem",
        abstract: "Redeem a code from client-code for this device's own token, and store it.",
        discussion: """
            Prompts for the code without showing it, or reads it from standard input if that is not a \
            terminal. The app secret is not needed. The machine_id that Meta gives this device is stored \
            with the user, and sent the next time.

            Example:
              tokenvault redeem --redirect-uri https://example.com/ --app 1234567890123456
            """)

    @Option(
        help: ArgumentHelp("The redirect URI that was passed to client-code.", valueName: "url"))
    var redirectURI: String

    @Option(
        help: ArgumentHelp(
            "The app that the code is for; optional if the vault has only one.", valueName: "ref"),
        completion: .references(.app))
    var app: String?

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let redirect = try RedirectURI.option(redirectURI)
        try MetaPlatform.requireFacebook(app, for: "redeem")
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let (appReference, credentials, machineID, next) = try vault.read { reader in
            let app = try reader.resolve(.app, named: app, option: "--app")
            return (
                app, try reader.appCredentials(of: app), try reader.machineID(for: app),
                try NextStep(in: reader, for: world)
            )
        }
        try graph.reportVariables(output, for: [.facebook], in: world)
        let code = try SecretInput(world: world, noInput: self.vault.noInput).read(
            "Code: ", for: .code)
        var context = GraphCallContext(host: endpoint.host, app: appReference)
        context.isSecretStored = credentials != nil
        context.redirect = redirect
        context.renewal = "tokenvault help client-code"

        let callContext = context
        let result = try await graph.withClient(in: world, over: network, nil) { client in
            let exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                context: callContext, next: next, now: world.now)
            let redeemed: (token: IssuedToken, machineID: SharedSecret?)
            do throws(GraphError) {
                redeemed = try await client.redeem(
                    clientCode: code, redirect: redirect, appID: appReference.id,
                    machineID: machineID)
            } catch {
                throw GraphRequestError(error, in: callContext)
            }
            return try await exchange.keep(
                redeemed.token, machineID: (redeemed.machineID ?? machineID)?.plainText)
        }
        return try result.report(
            json: output.json, next: try vault.read { try NextStep(in: $0, for: world) }, in: world)
    }
}

extension VaultReader {
    /// Returns the ID that Meta gave this device when it last redeemed a code for `app`, if any.
    fileprivate func machineID(for app: Reference) throws -> SharedSecret? {
        let named = try entries().filter {
            $0.metadata.app == app && $0.metadata.machineID != nil
        }
        let latest = named.max {
            ($0.metadata.changedAt?.seconds ?? 0) < ($1.metadata.changedAt?.seconds ?? 0)
        }
        return latest?.metadata.machineID.map {
            SharedSecret(Secret(copying: Array($0.utf8).span))
        }
    }
}
