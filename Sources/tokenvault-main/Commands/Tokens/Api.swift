import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Api: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Send a signed call to the Graph API, Instagram or Threads.",
        usage: "tokenvault api [GET|POST|DELETE] <path> [<options>]",
        discussion: """
            Adds the token, the appsecret_proof and the version, and prints the response \
            unchanged, except that stored secrets in it are masked. No other program sees the token.

            The path may begin with a reference, such as page:ID/feed: the call is then made with that \
            token, and its ID takes the place of the reference. Otherwise, the call is made with \
            the token that --as selects or, without --as, the token of the only user. With app:ID, \
            it is made with the app's own token.

            The method is POST if there are parameters, and GET otherwise. Parameters are sent as a \
            form with POST, and in the URL with GET and DELETE.

            Examples:
              tokenvault api me
              tokenvault api page:1020000000000001/feed -f message=Hello -f published=false
              tokenvault api page:1020000000000001/photos -F source=@photo.jpg
              tokenvault api DELETE 1020000000000001_1220000000000001 --as page:1020000000000001
              tokenvault api GET me/accounts -f fields=id,name --paginate
            """)

    @Argument(
        help: ArgumentHelp(
            "The path, such as me/accounts?fields=name, optionally preceded by the method.",
            valueName: "path"),
        completion: .references())
    var words: [String]

    @Option(
        name: [.customShort("f"), .customLong("field")],
        help: ArgumentHelp("Send this parameter.", valueName: "name=value"))
    var fields: [String] = []

    @Option(
        name: [.customShort("F"), .customLong("form")],
        help: ArgumentHelp(
            "Send this file as a parameter; - is standard input. Without @, like -f.",
            valueName: "name=@file"))
    var forms: [String] = []

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("The token to use, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var identity: String?

    @Flag(help: "Print the elements of all result pages as one JSON array.")
    var paginate = false

    @Flag(name: [.long, .customShort("i")], help: "Print the status and headers too.")
    var include = false

    @Flag(help: "Do not mask secrets in the response.")
    var showSecrets = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        // Everything is checked before a prompt, and before anything is sent.
        let arguments = try ApiArguments(words, fields: fields, forms: forms)
        if paginate, !arguments.isReading { throw ApiMessage.pagination }
        let endpoint = try graph.endpoint(in: world)
        let parameters = try arguments.parameters(in: world)
        let (identity, next) = try vault.access.read(in: world) { reader in
            let identity = try CallIdentity(
                path: arguments.path.reference, option: self.identity, in: reader)
            return (identity, try NextStep(in: reader, for: world))
        }

        var call = ChosenCall(arguments.method, arguments.path, token: identity.token)
        call.id = identity.id
        call.parameters = parameters
        call.appSecret = identity.app?.secret
        call.usesAppToken = identity.isAppToken
        // Also with --show-secrets, which is about the response: no error contains a secret.
        call.alsoKnown = identity.concerned
        let secrets = identity.concerned + [identity.token]
        let report = ApiReport(
            mask: showSecrets ? nil : SecretMask(secrets: secrets),
            includesHeaders: include)
        var context = GraphCallContext(
            app: identity.isAppToken ? identity.entry.reference : identity.entry.metadata.app,
            token: identity.entry.reference)
        context.isSecretStored = identity.app != nil || identity.isAppToken
        context.renewal = next.renewal(of: identity.entry)
        let (sent, isListed) = (call, paginate)
        guard let account = identity.platform.account else {
            context.host = endpoint.host
            let callContext = context
            return try await graph.withClient(in: world, over: network, output) { client in
                try await Self.send(
                    sent, isListed: isListed, client.caller, report, callContext, world)
            }
        }
        context.host = try graph.endpoint(of: account, in: world).main.host
        let callContext = context
        return try await graph.withClient(of: account, in: world, over: network, output) {
            client in
            try await Self.send(
                sent, isListed: isListed, client.caller, report, callContext, world)
        }
    }

    /// Sends the call, and prints the response even if it is an error object.
    private static func send(
        _ call: ChosenCall, isListed: Bool, _ caller: GraphCaller, _ report: ApiReport,
        _ context: GraphCallContext, _ world: World
    ) async throws -> ExitStatus {
        if caller.hasVersion, call.path.beginsWithVersion { throw ApiMessage.versionInPath }
        let refusal: GraphRefusal?
        do {
            if isListed {
                let list = try await caller.list(call)
                refusal = list.refusal
                try report.print(list, in: world)
            } else {
                let response = try await caller.call(call)
                refusal = response.refusal
                try report.print(response.response, in: world)
            }
        } catch let error as GraphError {
            throw GraphRequestError(error, in: context)
        }
        guard let refusal else { return .done }
        throw GraphRequestError(.refused(refusal), in: context)
    }
}
