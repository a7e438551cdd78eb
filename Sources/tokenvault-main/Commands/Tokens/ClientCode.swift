import ArgumentParser
import Console
import Entries
import Graph
import JSON
import Sodium
import Tokens
import Vault

struct ClientCode: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "client-code",
        abstract: "Get a code that another device can redeem for a token of its own.",
        discussion: """
            Prints the code and a newline, and nothing else. The code can be redeemed once, within \
            minutes, and with the same redirect URI. The other device does not need the app secret.

            Example:
              uri=https://example.com/
              tokenvault client-code --redirect-uri $uri |
                ssh kiosk tokenvault redeem --redirect-uri $uri
            """)

    @Argument(
        help: ArgumentHelp(
            "The user; optional if the vault has only one.", valueName: "ref"),
        completion: .references(.user))
    var user: String?

    @Option(
        help: ArgumentHelp("A redirect URI that the app allows.", valueName: "url"))
    var redirectURI: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let redirect = try RedirectURI.option(redirectURI)
        try MetaPlatform.requireFacebook(user, for: "client-code")
        let endpoint = try graph.endpoint(in: world)
        let (entry, token, app, next) = try vault.access.read(in: world) { reader in
            let reference = try reader.resolve(.user, named: user, option: nil)
            let (entry, token) = try reader.entry(reference)
            try MetaPlatform.requireFacebook(entry, token, for: "client-code")
            return (
                entry, token, try reader.appCredentials(of: entry.metadata.app),
                try NextStep(in: reader, for: world)
            )
        }
        guard let app else { throw AppSecretError.missing(for: entry) }
        let code = try await graph.withClient(in: world, over: network, output) { client in
            do throws(GraphError) {
                return try await client.clientCode(of: token, redirect: redirect, app: app)
            } catch {
                var context = GraphCallContext(
                    host: endpoint.host, app: Reference(.app, app.id), token: entry.reference)
                context.redirect = redirect
                context.renewal = next.renewal(of: entry)
                throw GraphRequestError(error, in: context)
            }
        }
        if output.json {
            try world.terminal.print(try JSONDocument.text(["code": code.plainText]))
        } else {
            var line = code.duplicate()
            line.append(UInt8(ascii: "\n"))
            try line.withBytes { try world.terminal.writeOutput($0) }
        }
        return .done
    }
}
