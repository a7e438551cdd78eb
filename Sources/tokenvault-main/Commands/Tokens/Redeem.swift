import ArgumentParser
import Console
import Entries
import Graph
import JSON
import Sodium
import Tokens
import Vault

struct Redeem: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem",
        abstract: "Redeem a code of client-code for a token of this device's own, and store that.",
        discussion: """
            The code comes from a hidden prompt, or from standard input where that is no terminal. The \
            app secret is not needed. The machine_id that Meta gives this device is kept with the \
            user, and sent the next time.

            Example:
              tokenvault redeem --redirect-uri https://example.com/ --app 1234567890123456
            """)

    @Option(
        help: ArgumentHelp("The redirect address that client-code was given.", valueName: "url"))
    var redirectURI: String

    @Option(
        help: ArgumentHelp(
            "The app that the code is of; not needed with one app in the vault.", valueName: "ref"),
        completion: .references(.app))
    var app: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let redirect = try RedirectURI.option(redirectURI)
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let (appReference, credentials, machineID, next) = try vault.read { reader in
            let app = try reader.resolve(.app, named: app, option: "--app")
            return (
                app, try reader.appCredentials(of: app), try reader.machineID(for: app),
                try NextStep(in: reader, for: world)
            )
        }
        try graph.reportVariables(output, in: world)
        let code = try SecretInput(world: world, noInput: self.vault.noInput).read(
            "Code: ", for: .code)
        var question = GraphQuestion(host: endpoint.host, app: appReference)
        question.isSecretStored = credentials != nil
        question.redirect = redirect
        question.renewal = "tokenvault help client-code"

        let about = question
        let result = try await graph.withClient(in: world, over: network, nil) { client in
            let exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                question: about, next: next, now: world.now)
            let answer: (token: IssuedToken, machineID: SharedSecret?)
            do throws(GraphError) {
                answer = try await client.redeem(
                    clientCode: code, redirect: redirect, appID: appReference.id,
                    machineID: machineID)
            } catch {
                throw GraphRequestError(error, asking: about)
            }
            return try await exchange.keep(
                answer.token, machineID: (answer.machineID ?? machineID)?.plainText)
        }
        return try result.report(
            json: output.json, next: try vault.read { try NextStep(in: $0, for: world) }, in: world)
    }
}

extension VaultReader {
    /// What Meta called this device the last time that a code for `app` was redeemed.
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
