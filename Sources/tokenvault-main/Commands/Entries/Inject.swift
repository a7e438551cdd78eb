import ArgumentParser
import Console
import Entries

struct Inject: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "inject",
        abstract: "Fill in the tokens in a template.",
        discussion: """
            Copies a template, with a token in place of each {{ REF }}, where REF is kind:id or kind:name. \
            A placeholder is on one line; {{{{ stands for {{. Everything else is copied byte for byte. A \
            token is inserted as it is, without quoting. The template has at most 4 MiB.

            Nothing is written if a placeholder is wrong, an entry does not exist or a token has expired. \
            A file given with -o is replaced atomically: other programs see either the old file or \
            the complete new one. A new file has mode 0600; an existing one keeps its owner, group \
            and mode, but others lose their access.

            Examples:
              tokenvault inject -i config.php.template -o config.php
              cat settings.template | tokenvault inject | ssh web1 'umask 077; cat > settings'
            """)

    @Option(
        name: .customShort("i"),
        help: ArgumentHelp(
            "Read the template from this file instead of standard input.", valueName: "path"),
        completion: .file())
    var input: String?

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp(
            "Replace this file instead of writing to standard output.", valueName: "path"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Fail unless all tokens are valid for at least this long.", valueName: "span"))
    var validFor: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var outputOptions: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var request = InjectRequest()
        request.input = input
        request.output = output
        request.access = vault.access
        if let validFor {
            guard let span = TimeWords.span(validFor) else { throw SpanMessage.validity }
            request.requirements.validFor = span
        }
        return try request.run(in: world)
    }
}
