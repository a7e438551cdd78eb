import Console
import Entries
import Graph
import Tokens
import Vault

/// `login --instagram` and `login --threads`.
extension Login {
    /// Returns the platform of the options, or `nil` for Facebook.
    func platform() throws -> AccountPlatform? {
        if instagram, threads { throw PlatformLoginMessage.bothPlatforms }
        guard let platform: AccountPlatform = instagram ? .instagram : threads ? .threads : nil
        else { return nil }
        if configID != nil {
            throw PlatformLoginMessage.onlyForFacebook(.configID, platform.platform)
        }
        // The platforms' dialogs do not document an equivalent.
        if rerequest { throw PlatformLoginMessage.onlyForFacebook(.rerequest, platform.platform) }
        return platform
    }

    /// Logs in to a platform, and stores the long-lived token.
    ///
    /// The short-lived token of the code is saved before it is exchanged.
    func run(
        on platform: AccountPlatform, seconds: Int64, in world: World, over network: Network
    ) async throws -> ExitStatus {
        let redirect = try RedirectURI.option(redirectURI)
        // The listener serves only http on this machine, which the platforms do not accept.
        guard redirect.listenAddress == nil else {
            throw PlatformLoginMessage.redirectNotHTTPS(platform.platform)
        }
        let scopes = try scope.map(LoginRequest.scopes) ?? []
        let endpoint = try graph.endpoint(of: platform, in: world)
        let dialogEndpoint = try dialogEndpoint(of: platform, in: world)
        if dialogURL == nil, !dialogEndpoint.isMeta {
            output.noteUnlessJSON(
                "\(platform.dialogVariable.rawValue) is set: the login dialog is at "
                    + dialogEndpoint.host, in: world)
        }
        let vault = try vault.access.unlock(in: world)
        let (appReference, credentials, next) = try vault.read { reader in
            let app = try reader.resolveApp(
                of: platform.platform, named: app, option: "--app")
            _ = try reader.entry(app)
            return (
                app, try reader.platformCredentials(of: app), try NextStep(in: reader, for: world)
            )
        }
        var context = GraphCallContext(host: endpoint.codes.host, app: appReference)
        context.redirect = redirect
        let again = again(next.login(to: appReference), redirect: redirect, scopes: scopes)
        context.renewal = again
        let dialog = LoginDialog(
            platformEndpoint: dialogEndpoint, appID: appReference.id, redirect: redirect,
            scopes: scopes.isEmpty ? [platform.basicScope] : scopes)
        let answer = try await LoginWait(
            dialog: dialog, world: world, network: network, opensBrowser: !noBrowser,
            noInput: self.vault.noInput, seconds: seconds, again: again
        ).answer()
        if let obstacle = answer.obstacle(in: context) { throw obstacle }

        let approval = try approval(of: appReference, in: vault, world)
        let callContext = context
        let result = try await graph.withClient(of: platform, in: world, over: network, output) {
            client in
            var exchangeContext = callContext
            exchangeContext.host = client.host
            let exchange = PlatformExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                context: exchangeContext, next: next, now: world.now)
            return try await finish(
                answer, with: exchange, approval: approval, in: callContext
            ) { code throws(GraphError) in
                try await client.redeem(code, of: dialog, app: credentials)
            }
        }
        return try result.report(
            json: output.json, next: try vault.read { try NextStep(in: $0, for: world) }, in: world)
    }

    /// Returns the command that starts another login like this one.
    private func again(
        _ login: CommandText, redirect: RedirectURI, scopes: [String]
    ) -> CommandText {
        guard let address = ShellWord(redirect.text) else { return "tokenvault help login" }
        let command: CommandText = "\(login) --redirect-uri \(address)"
        return scopes.isEmpty ? command : "\(command) --scope \(ScopeList(scopes))"
    }

    private func dialogEndpoint(
        of platform: AccountPlatform, in world: World
    ) throws -> GraphEndpoint {
        let variable = platform.dialogVariable
        do throws(GraphEndpoint.Unusable) {
            return try PlatformEndpoint.dialog(
                of: platform, url: dialogURL ?? world.variable(variable.rawValue))
        } catch {
            guard dialogURL == nil else {
                throw error == .unencrypted
                    ? TokenCommandMessage.unencryptedDialog : TokenCommandMessage.dialogAddress
            }
            throw PlatformURLMessage(error, in: variable, of: platform)
        }
    }
}
