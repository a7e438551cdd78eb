import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

/// What the arguments of `api` ask for.
struct ApiRequest: CommandDraft, Sendable {
    /// The method, if it is given, and the path.
    var words: [String] = []
    /// The values of `-f`.
    var fields: [String] = []
    /// The values of `-F`.
    var forms: [String] = []
    /// The reference of the token to use.
    var identity: String?
    var isPaginated = false
    var includesHeaders = false
    var showsSecrets = false
    var access = VaultAccess()
    var graph = GraphOptions()
    var output = OutputOptions()

    init() {
        // Options that the argument parser has not set cannot be read.
        graph.version = nil
        graph.url = nil
        graph.certificates = nil
        output.json = false
        output.quiet = false
    }

    var json: Bool {
        get { output.json }
        set { output.json = newValue }
    }

    var quiet: Bool {
        get { output.quiet }
        set { output.quiet = newValue }
    }

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        // Everything is checked before a prompt, and before anything is sent.
        let arguments = try ApiArguments(words, fields: fields, forms: forms)
        if isPaginated, !arguments.isReading { throw ApiMessage.pagination }
        let endpoint = try graph.endpoint(in: world)
        let parameters = try arguments.parameters(in: world)
        let (identity, next) = try access.read(in: world) { reader in
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
            mask: showsSecrets ? nil : SecretMask(secrets: secrets),
            includesHeaders: includesHeaders)
        var context = GraphCallContext(
            app: identity.isAppToken ? identity.entry.reference : identity.entry.metadata.app,
            token: identity.entry.reference)
        context.isSecretStored = identity.app != nil || identity.isAppToken
        context.renewal = next.renewal(of: identity.entry)
        let (sent, isListed) = (call, isPaginated)
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
