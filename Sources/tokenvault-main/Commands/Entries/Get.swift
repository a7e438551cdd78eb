import ArgumentParser
import Console
import Entries

struct Get: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print a token.",
        discussion: """
            Prints the token and a newline, and nothing else. Prints nothing if it fails.

            Examples:
              token=$(tokenvault get page:1020000000000001)
              curl -H @<(tokenvault get --header page:1020000000000001) \\
                https://graph.facebook.com/v26.0/me
            """)

    @Argument(
        help: ArgumentHelp(
            "The entry, as kind:id or kind:name; app-token:ID for an app access token.",
            valueName: "ref"), completion: .references())
    var reference: String

    @Flag(name: .customShort("n"), help: "Do not print a newline.")
    var noNewline = false

    @Flag(help: "Print an Authorization header, for curl -H @file.")
    var header = false

    @Option(
        help: ArgumentHelp(
            "Fail unless the token is valid for at least this long.", valueName: "span"))
    var validFor: String?

    @Option(help: ArgumentHelp("Fail unless the token has this scope.", valueName: "scope"))
    var requireScope: [String] = []

    @Flag(help: "Print the token even if it is expired or known to be invalid.")
    var allowExpired = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var request = TokenRequest(reference: reference)
        request.access = vault.access
        request.noNewline = noNewline
        request.header = header
        request.requirements.requiredScopes = requireScope
        request.requirements.allowExpired = allowExpired
        if let validFor {
            guard let span = TimeWords.span(validFor) else { throw SpanMessage.validity }
            request.requirements.validFor = span
        }
        return try request.run(in: world)
    }
}
