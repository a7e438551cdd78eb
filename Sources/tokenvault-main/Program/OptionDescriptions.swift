import ArgumentParser
import FoundationEssentials

/// The parser's description of the options of a command and of its subcommands.
///
/// Asking the parser takes longer than most commands, so it is asked only about unusual arguments.
struct OptionDescriptions {
    private let command: Command

    /// Returns `nil` if the parser's description cannot be read.
    init?(of command: any ParsableCommand.Type) {
        guard
            let document = try? JSONDecoder().decode(
                Document.self, from: Data(command._dumpHelp().utf8))
        else { return nil }
        self.command = document.command
    }

    /// Whether `name`, such as `--vault`, is an option with a value that can be given only once.
    func isSingle(_ name: String) -> Bool {
        command.option(name).contains { !$0.isRepeating }
    }

    /// Whether `name` is an option with a value.
    func takesValue(_ name: String) -> Bool { !command.option(name).isEmpty }

    private struct Document: Decodable {
        let command: Command
    }

    /// The parts of the description that are needed here.
    private struct Command: Decodable {
        let arguments: [Argument]?
        let subcommands: [Command]?

        /// Returns the options of this name that take a value.
        func option(_ name: String) -> [Argument] {
            (arguments ?? []).filter { $0.kind == "option" && $0.has(name) }
                + (subcommands ?? []).flatMap { $0.option(name) }
        }
    }

    private struct Argument: Decodable {
        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        func has(_ name: String) -> Bool {
            names?.contains { ($0.kind == "short" ? "-" : "--") + $0.name == name } == true
        }
    }

    private struct Name: Decodable {
        let kind: String
        let name: String
    }
}
