import ArgumentParser
import Console
import Entries

extension ExportRequest.Format: ExpressibleByArgument {}

struct Export: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print tokens as assignments to variables.",
        discussion: """
            Prints NAME='TOKEN' for a shell, NAME=TOKEN lines for a .env file, or a JSON object, all or \
            nothing. Values are quoted so that the reader gets exactly the token. A value that \
            python-dotenv and Node would read differently from a .env file is refused. A reference \
            without a variable prints only the token, as get does.

            Examples:
              eval "$(tokenvault export PAGE_TOKEN=page:1020000000000001)"
              (umask 077; tokenvault export --format dotenv PAGE_TOKEN=page:bakery > .env)
            """)

    @Argument(
        help: ArgumentHelp(
            "The variable to set and the entry whose token it gets, or only the entry.",
            valueName: "name=ref"), completion: .references())
    var assignments: [String]

    @Option(help: "The output format. (default: shell)")
    var format: ExportRequest.Format?

    @Option(
        help: ArgumentHelp(
            "Fail unless all tokens are valid for at least this long.", valueName: "span"))
    var validFor: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var requirements = TokenRequirements()
        if let validFor {
            guard let span = TimeWords.span(validFor) else { throw SpanMessage.validity }
            requirements.validFor = span
        }
        switch try ExportRequest.parse(assignments) {
        case .reference(let reference):
            guard format == nil else { throw UseMessage.malformedExport }
            var request = TokenRequest(reference: reference)
            request.access = vault.access
            request.requirements = requirements
            return try request.run(in: world)
        case .assignments(let assignments):
            var request = ExportRequest(assignments)
            request.access = vault.access
            request.requirements = requirements
            request.format = output.json ? .json : format ?? .shell
            return try request.run(in: world)
        }
    }
}
