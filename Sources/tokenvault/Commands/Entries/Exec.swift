import ArgumentParser
import Console
import Platform
import Sodium
import Vault

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
        guard !command.isEmpty else {
            throw Failure.usage("no command behind --", hint: "tokenvault help exec")
        }
        let wanted = try env.map(Self.assignment)
        guard Set(wanted.map(\.0)).count == wanted.count else {
            throw Failure.usage("two tokens for one variable; name one")
        }
        var requirements = TokenRequirements()
        requirements.allowExpired = allowExpired
        if let validFor {
            guard let span = TimeWords.span(validFor) else {
                throw Failure.usage("--valid-for needs a span such as 2h or 14d")
            }
            requirements.validFor = span
        }
        let now = world.now()
        let tokens = try vault.access.read(in: world) { reader in
            try wanted.map { variable, reference in
                let (entry, token) = try reader.token(reference)
                try requirements.check(entry, in: reader, now: now)
                return (variable, token)
            }
        }
        withholdWaysIn(in: world)
        world.tellHeldNotices()
        var environment = world.environmentForChildren
        if only { environment = environment.filter(["PATH", "HOME", "TERM", "LANG"].contains) }
        do throws(ProgramReplacement.Failure) {
            try ProgramReplacement.run(
                words(in: world), environment: environment,
                secrets: Dictionary(tokens) { $1 })
        } catch {
            switch error {
            case .notFound: throw Failure(.commandNotFound, "no such command")
            case .notExecutable(let reason):
                throw Failure(.commandNotExecutable, "the command cannot be run: \(reason)")
            }
        }
    }

    /// Keeps from the command what a variable names and another way to unlock has made unnecessary: the
    /// descriptor of a passphrase that was not read.
    private func withholdWaysIn(in world: World) {
        let named = ["TOKENVAULT_PASSPHRASE_FILE", "TOKENVAULT_KEY_FILE"].compactMap {
            world.variable($0).flatMap { try? world.path($0) }
        }
        let credentials = world.variable("CREDENTIALS_DIRECTORY").map { directory in
            ["tokenvault-key", "tokenvault-passphrase"].map { "\(directory)/\($0)" }
        }
        for path in named + (credentials ?? []) {
            guard let status = try? FileStatus(of: path) else { continue }
            StandardStream.withholdAll(of: status)
        }
    }

    /// The command as it came: the parser's strings have lost the bytes that are no UTF-8.
    private func words(in world: World) -> [[UInt8]] {
        let terminator = Array("--".utf8)
        let words = world.arguments.drop { $0 != terminator }.dropFirst()
        precondition(words.count == command.count)
        return Array(words)
    }

    private static func assignment(_ text: String) throws -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw Failure.usage("--env needs NAME=REF, as in TOKEN=page:1020000000000001")
        }
        let name = String(text[..<equals])
        guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            throw Failure.usage("a variable's name is made of letters, digits and underscores")
        }
        return (name, String(text[text.index(after: equals)...]))
    }
}
