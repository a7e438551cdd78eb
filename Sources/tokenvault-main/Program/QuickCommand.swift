import ArgumentParser
import Console

/// A command that scripts call often, which is also parsed with an option table.
///
/// The start of the argument parser takes longer than the rest of such a command. The parser still
/// has the help, the errors and every command line that the table does not understand completely.
protocol QuickCommand: ParsableCommand, CommandDraft {
    var vault: VaultOptions { get set }
    var output: OutputOptions { get set }

    /// Sets the command's own options and arguments to their defaults.
    ///
    /// What neither this nor the parser has set cannot be read.
    mutating func setDefaults()
    /// The command's own options, as the parser has them.
    static var ownOptions: [OptionTable<Self>.Option] { get }
    /// Takes the arguments that are not options, and returns whether they can be right.
    mutating func take(_ words: [String]) -> Bool
    /// What the program is asked to do.
    ///
    /// A cast to find that out would make the runtime search all conformances.
    var asked: CommandLineParsing { get }
}

extension QuickCommand where Self: LocalCommand {
    var asked: CommandLineParsing { .local(self) }
}

extension QuickCommand where Self: NetworkCommand {
    var asked: CommandLineParsing { .network(self) }
}

extension QuickCommand {
    /// The options; those of the parser are the same.
    static var optionTable: OptionTable<Self> { OptionTable(OptionTable.common + ownOptions) }

    var access: VaultAccess {
        get { vault.access }
        set { vault.access = newValue }
    }

    var json: Bool {
        get { output.json }
        set { output.json = newValue }
    }

    var quiet: Bool {
        get { output.quiet }
        set { output.quiet = newValue }
    }

    /// Most commands have options alone.
    mutating func take(_ words: [String]) -> Bool { words.isEmpty }

    /// Parses the arguments after the command's name, or returns `nil` if the table does not
    /// understand them completely.
    init?(quickly arguments: ArraySlice<String>) {
        self.init()
        vault = .defaults
        output = .defaults
        setDefaults()
        let arguments = arguments.map { Array($0.utf8) }
        guard let others = OptionTable.parse(arguments[...], into: &self, Self.optionTable),
            others.command == nil, take(others.positionals)
        else { return nil }
    }
}

/// The commands that are parsed with an option table.
enum QuickCommands {
    static let all: [any QuickCommand.Type] = [
        Api.self, Check.self, Exchange.self, List.self, Pages.self, Verify.self,
    ]

    /// Returns the command that `arguments` ask for, or `nil` if the parser must look at them.
    static func parsed(_ arguments: [String]) -> (any QuickCommand)? {
        guard let name = arguments.first,
            let command = all.first(where: { $0._commandName == name })
        else { return nil }
        return command.init(quickly: arguments.dropFirst())
    }
}
