import ArgumentParser
import Console
import Entries

struct Get: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print one token.",
        discussion: """
            Prints the token and a line feed, and nothing else; prints nothing when it fails.

            Examples:
              token=$(tokenvault get page:1020000000000001)
              curl -H @<(tokenvault get --header page:1020000000000001) \\
                https://graph.facebook.com/v26.0/me
            """)

    @Argument(
        help: ArgumentHelp(
            "The entry, as kind:id or kind:name; app-token:ID for the app's own token.",
            valueName: "ref"), completion: .references())
    var reference: String

    @Flag(name: .customShort("n"), help: "Print no line feed.")
    var noNewline = false

    @Flag(help: "Print it as an Authorization header, for curl -H @file.")
    var header = false

    @Option(help: ArgumentHelp("Fail unless it lives at least this long.", valueName: "span"))
    var validFor: String?

    @Option(help: ArgumentHelp("Fail unless it has this scope.", valueName: "scope"))
    var requireScope: [String] = []

    @Flag(help: "Print it even if it has expired or is known to be dead.")
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
