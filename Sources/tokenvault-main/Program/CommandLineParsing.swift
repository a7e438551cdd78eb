import ArgumentParser
import Console
import Entries

/// What a command line asks the program to do.
enum CommandLineParsing {
    /// Print a text.
    case text(String)
    /// Run a command.
    case local(any LocalCommand)
    case network(any NetworkCommand)

    /// Parses the arguments.
    ///
    /// - Throws: a usage error that repeats none of their values, because one of them may be a token.
    static func command(for arguments: [String]) throws -> CommandLineParsing {
        if let command = QuickCommands.parsed(arguments) { return command.asked }
        let arguments = EmptyValue.separated(in: VerifyWebhook.withJoinedSignature(arguments))
        if let unknown = UnknownCommand(in: arguments) { throw unknown.message }
        if let completion = completion(for: arguments) { return completion }
        do {
            var parsed = try SingleCommand.parsed(arguments) ?? Tokenvault.parseAsRoot(arguments)
            if let repeated = RepeatedOption(in: arguments, of: type(of: parsed)) {
                throw CommandLineMessage.repeatedOption(OptionName(repeated.name))
            }
            switch parsed {
            case let command as any NetworkCommand: return .network(command)
            case let command as any LocalCommand: return .local(command)
            default:
                // The parser's own `help` command, which throws the text.
                try parsed.run()
                return .text(Tokenvault.helpMessage() + "\n")
            }
        } catch let message as CommandLineMessage {
            throw message
        } catch {
            guard Tokenvault.exitCode(for: error) != .success else {
                return .text(Tokenvault.fullMessage(for: error) + "\n")
            }
            throw message(for: Tokenvault.message(for: error), about: arguments)
        }
    }

    /// Returns what a shell requests with the parser's completion options, or `nil` for other arguments.
    private static func completion(for arguments: [String]) -> CommandLineParsing? {
        switch arguments.first {
        case "---completion":
            // The user pressed Tab: an error message would only clutter the command line.
            do {
                _ = try Tokenvault.parseAsRoot(arguments)
                return .text("")
            } catch {
                guard Tokenvault.exitCode(for: error) == .success else { return .text("") }
                let candidates = Tokenvault.fullMessage(for: error)
                return .text(candidates.isEmpty ? "" : candidates + "\n")
            }
        case "--generate-completion-script":
            guard arguments.count == 2, let shell = CompletionScript.shells[arguments[1]] else {
                return nil
            }
            return .text(CompletionScript.text(for: shell))
        default:
            return nil
        }
    }

    /// The commands that read a secret; users may pass it as an argument by mistake.
    private static let secretReaders: Set<String> = [
        "add", "exchange", "inspect", "login", "redeem", "rotate", "signed-request",
    ]

    /// Returns the message for the parser's error about `arguments`.
    private static func message(
        for parserText: String, about arguments: [String]
    ) -> CommandLineMessage {
        let command = arguments.first.flatMap { Tokenvault.commandNames.contains($0) ? $0 : nil }
        var help: CommandText = "tokenvault help"
        for word in [command, subcommand(in: arguments)].compactMap(\.self).compactMap(
            ShellWord.init)
        {
            help = "\(help) \(word)"
        }
        guard let command else {
            if arguments.first?.hasPrefix("--") == true { return .optionBeforeCommand(help: help) }
            return .parser(
                ParserComplaint(parserText, about: arguments), readsSecret: false, help: help)
        }
        return .parser(
            ParserComplaint(parserText, about: arguments),
            readsSecret: secretReaders.contains(command), help: help)
    }

    /// Returns the subcommand that follows a command with subcommands, if there is one.
    private static func subcommand(in arguments: [String]) -> String? {
        guard arguments.count > 1,
            let command = Tokenvault.configuration.subcommands.first(where: {
                $0._commandName == arguments[0]
            }),
            let found = command.configuration.subcommands.first(where: {
                $0._commandName == arguments[1]
            })
        else { return nil }
        return found._commandName
    }
}
