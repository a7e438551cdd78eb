import ArgumentParser
import Console

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
        try await request.run(in: world, over: network)
    }

    /// What the arguments ask for.
    var request: ApiRequest {
        var request = ApiRequest()
        request.words = words
        request.fields = fields
        request.forms = forms
        request.identity = identity
        request.isPaginated = paginate
        request.includesHeaders = include
        request.showsSecrets = showSecrets
        request.access = vault.access
        request.graph = graph
        request.output = output
        return request
    }
}
