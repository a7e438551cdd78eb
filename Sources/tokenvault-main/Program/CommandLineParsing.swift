import ArgumentParser
import Console
import Entries

/// What a command line asks for.
enum CommandLineParsing {
    /// A text to print, or a command to run.
    case text(String)
    case local(any LocalCommand)
    case network(any NetworkCommand)

    /// Reads the arguments.
    ///
    /// - Throws: a usage failure that repeats none of their values: someone will type a token there.
    static func command(for arguments: [String]) throws -> CommandLineParsing {
        let arguments = withoutAlias(arguments)
        if let unknown = UnknownCommand(in: arguments) { throw unknown.message }
        if let completion = completion(for: arguments) { return completion }
        do {
            var parsed = try Tokenvault.parseAsRoot(arguments)
            if let repeated = RepeatedOption(in: arguments, of: type(of: parsed)) {
                throw CommandLineMessage.repeatedOption(OptionName(repeated.name))
            }
            switch parsed {
            case let command as any NetworkCommand: return .network(command)
            case let command as any LocalCommand: return .local(command)
            default:
                // The parser's own: help, which it tells by throwing it.
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

    /// `export REF` is `get REF`, as long as it is not more.
    private static func withoutAlias(_ arguments: [String]) -> [String] {
        guard let place = arguments.firstIndex(where: { $0 != "help" }), place < 2,
            arguments[place] == "export"
        else { return arguments }
        var arguments = arguments
        arguments[place] = "get"
        return arguments
    }

    /// What a shell asks for, by options of the argument parser's own.
    private static func completion(for arguments: [String]) -> CommandLineParsing? {
        switch arguments.first {
        case "---completion":
            // The answer to TAB; who presses it wants no complaint.
            do {
                _ = try Tokenvault.parseAsRoot(arguments)
                return .text("")
            } catch {
                guard Tokenvault.exitCode(for: error) == .success else { return .text("") }
                let answer = Tokenvault.fullMessage(for: error)
                return .text(answer.isEmpty ? "" : answer + "\n")
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

    /// Commands that read a secret, which somebody will have given as an argument.
    private static let secretReaders: Set<String> = [
        "add", "exchange", "inspect", "login", "redeem", "rotate",
    ]

    /// The words for what the parser complains of in `arguments`.
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

    /// The subcommand of `key`, the only command that has any.
    private static func subcommand(in arguments: [String]) -> String? {
        guard arguments.first == "key", arguments.count > 1 else { return nil }
        return ["add", "list", "remove"].contains(arguments[1]) ? arguments[1] : nil
    }
}
