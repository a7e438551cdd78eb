import ArgumentParser
import Console
import Entries

struct Exec: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with tokens in its environment.",
        discussion: """
            The command replaces tokenvault, so exit status, signals and terminal are its own. Nothing \
            runs if a token is missing or expired. If the command can read a token from a pipe, use get \
            instead: every process that the command starts inherits its environment.

            Example:
              tokenvault exec --env PAGE_TOKEN=page:1020000000000001 -- python3 post.py
            """)

    @Option(
        help: ArgumentHelp(
            "The variable to set, and the entry whose token it gets.", valueName: "name=ref"),
        completion: .references())
    var env: [String]

    @Flag(help: "Pass only these variables, PATH, HOME, TERM and LANG.")
    var only = false

    @Option(
        help: ArgumentHelp(
            "Fail unless all tokens are valid for at least this long.", valueName: "span"))
    var validFor: String?

    @Flag(help: "Run the command even if a token is expired or known to be invalid.")
    var allowExpired = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
    var command: [String]

    func run(in world: World) throws -> ExitStatus {
        guard !command.isEmpty else { throw ExecMessage.noCommand }
        var request = ExecRequest()
        request.assignments = try env.map { try Assignment($0) }
        request.access = vault.access
        request.only = only
        request.requirements.allowExpired = allowExpired
        if let validFor {
            guard let span = TimeWords.span(validFor) else { throw SpanMessage.validity }
            request.requirements.validFor = span
        }
        return try request.run(in: world)
    }
}
