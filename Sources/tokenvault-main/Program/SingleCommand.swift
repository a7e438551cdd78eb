import ArgumentParser

/// A command parsed alone, without the others and without the parser's own flags.
///
/// This halves the time that parsing takes, which for short commands is much of the whole. It accepts
/// only what the whole parser accepts too; for anything else, that one has the message or the help.
enum SingleCommand {
    /// Returns the command that `arguments` begin with, or `nil` if the whole parser must look at them.
    static func parsed(_ arguments: [String]) -> (any ParsableCommand)? {
        guard let name = arguments.first,
            let command = Tokenvault.configuration.subcommands.first(where: {
                $0._commandName == name
            }),
            command.configuration.subcommands.isEmpty
        else { return nil }
        return parsed(command, from: Array(arguments.dropFirst()))
    }

    private static func parsed<Command: ParsableCommand>(
        _ command: Command.Type, from arguments: [String]
    ) -> (any ParsableCommand)? {
        (try? Root<Command>.parseAsRoot(arguments) as? Root<Command>)?.command
    }
}

/// The root of a command tree with nothing but one command's options.
private struct Root<Command: ParsableCommand>: ParsableCommand {
    static var configuration: CommandConfiguration {
        // With this name, the parser does not look for requests of completion scripts.
        CommandConfiguration(_superCommandName: "tokenvault", helpNames: [])
    }

    @OptionGroup var command: Command
}
