import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Login: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in with a browser, and store the long-lived token.",
        discussion: """
            Opens Facebook's login dialog and waits for the browser to return to \
            \(RedirectURI.standard). Register this URI with the app once, exactly as written, under \
            Valid OAuth Redirect URIs. If the browser runs on another machine, paste the address it \
            ended on at the prompt, or pass it on standard input.

            Facebook does not ask again for scopes that you declined, unless you add --rerequest. With \
            --config-id, the dialog is Facebook Login for Business: the configuration, which you make \
            in the app's dashboard, decides the scopes and whether the token is that of a user or of \
            a system user.

            With --instagram or --threads, the dialog is that platform's own, and the redirect URI \
            must be an https URL that is registered with the platform's app. Paste the address \
            that the browser ends on.

            Examples:
              tokenvault login
              tokenvault login --no-browser --scope pages_show_list,pages_manage_posts
              tokenvault login --rerequest
              tokenvault login --config-id 1040000000000001
              tokenvault login --instagram --redirect-uri https://example.com/
            """)

    @Option(
        help: ArgumentHelp(
            "The app to log in to; optional if the vault has only one.", valueName: "ref"),
        completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @Flag(help: "Log in to Instagram.")
    var instagram = false

    @Flag(help: "Log in to Threads.")
    var threads = false

    @Option(
        help: ArgumentHelp(
            "Where the browser is sent after the login, as registered with the app.",
            valueName: "url"))
    var redirectURI = RedirectURI.standard

    @Option(
        help: ArgumentHelp(
            """
            The scopes to request, separated by commas. (default: \
            \(LoginRequest.defaultScopes.joined(separator: ",")); with --instagram \
            \(AccountPlatform.instagram.basicScope), with --threads \
            \(AccountPlatform.threads.basicScope))
            """, valueName: "scopes"))
    var scope: String?

    @Flag(help: "Ask again for scopes that were declined in an earlier login.")
    var rerequest = false

    @Option(
        help: ArgumentHelp(
            "The configuration of Facebook Login for Business to use instead of scopes.",
            valueName: "id"))
    var configID: String?

    @Flag(help: "Only print the address; do not open a browser.")
    var noBrowser = false

    @Option(name: .customLong("for"), help: ArgumentHelp("How long to wait.", valueName: "span"))
    var span = "10m"

    @Option(
        name: .customLong("dialog-url"),
        help: ArgumentHelp("The URL of the login dialog. (TOKENVAULT_DIALOG_URL)", valueName: "url")
    )
    var dialogURL: String?

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        guard let seconds = TimeWords.span(span), seconds > 0 else {
            throw SpanMessage.login
        }
        if let platform = try platform() {
            return try await run(on: platform, seconds: seconds, in: world, over: network)
        }
        let redirect = try RedirectURI.option(redirectURI)
        let request = try LoginRequest(scope: scope, configID: configID, rerequests: rerequest)
        let endpoint = try graph.endpoint(in: world)
        let dialogEndpoint = try dialogEndpoint(version: endpoint.version, in: world)
        if dialogURL == nil, !dialogEndpoint.isMeta {
            output.noteUnlessJSON(
                "TOKENVAULT_DIALOG_URL is set: the login dialog is at \(dialogEndpoint.host)",
                in: world)
        }
        let vault = try vault.access.unlock(in: world)
        let (appReference, credentials, next) = try vault.read { reader in
            let app = try reader.resolveApp(
                of: .facebook, named: app, option: "--app")
            let credentials = AppCredentials(id: app.id, secret: try reader.entry(app).secret)
            return (app, credentials, try NextStep(in: reader, for: world))
        }
        var context = GraphCallContext(host: endpoint.host, app: appReference)
        context.redirect = redirect
        let again = request.command(next.login(to: appReference))
        context.renewal = again
        let dialog = LoginDialog(
            endpoint: dialogEndpoint, appID: appReference.id, redirect: redirect,
            permissions: request.permissions, rerequests: rerequest)
        let answer = try await LoginWait(
            dialog: dialog, world: world, network: network, opensBrowser: !noBrowser,
            noInput: self.vault.noInput, seconds: seconds, again: again
        ).answer()
        if let obstacle = answer.obstacle(in: context) { throw obstacle }

        let approval = try approval(of: appReference, in: vault, world)
        let callContext = context
        let result = try await graph.withClient(in: world, over: network, output) { client in
            let exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                context: callContext, next: next, now: world.now)
            return try await finish(
                answer, with: exchange, approval: approval, in: callContext
            ) { code throws(GraphError) in
                try await client.redeem(code, of: dialog, app: credentials)
            }
        }
        let status = try result.report(
            json: output.json, next: try vault.read { try NextStep(in: $0, for: world) }, in: world)
        let login = next.login(to: appReference)
        if let warning = request.warning(about: result, orAgain: login) { world.warn(warning.text) }
        return status
    }

    private func dialogEndpoint(version: String?, in world: World) throws -> GraphEndpoint {
        let url = dialogURL ?? world.variable("TOKENVAULT_DIALOG_URL") ?? LoginDialog.defaultURL
        do throws(GraphEndpoint.Unusable) {
            return try GraphEndpoint(url: url, version: version ?? "none")
        } catch {
            throw error == .unencrypted
                ? TokenCommandMessage.unencryptedDialog : TokenCommandMessage.dialogAddress
        }
    }
}
