import ArgumentParser
import Console
import Entries

struct Exec: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with tokens in its environment.",
        discussion: """
            The command takes this program's place, so exit status, signals and terminal are its own. \
            Nothing runs when a token is missing or expired. Prefer get where a program can read a \
            token from a pipe: the environment is inherited by whatever the command starts.

            Example:
              tokenvault exec --env PAGE_TOKEN=page:1020000000000001 -- python3 post.py
            """)

    @Option(
        help: ArgumentHelp("A variable and the token for it.", valueName: "name=ref"),
        completion: .references())
    var env: [String]

    @Flag(help: "Give the command these, PATH, HOME, TERM and LANG, and nothing else.")
    var only = false

    @Option(help: ArgumentHelp("Fail unless all live at least this long.", valueName: "span"))
    var validFor: String?

    @Flag(help: "Run it even with tokens that are expired or known to be dead.")
    var allowExpired = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command, behind --.", valueName: "command"))
    var command: [String]

    func run(in world: World) throws -> ExitStatus {
        guard !command.isEmpty else { throw ExecMessage.noCommand }
        var request = ExecRequest()
        request.assignments = try env.map(ExecRequest.assignment)
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
