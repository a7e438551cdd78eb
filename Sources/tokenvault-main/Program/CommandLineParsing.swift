import ArgumentParser
import Console

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
        if let failure = UnknownCommand(in: arguments)?.failure { throw failure }
        if let completion = completion(for: arguments) { return completion }
        do {
            var parsed = try Tokenvault.parseAsRoot(arguments)
            if let repeated = RepeatedOption(in: arguments, of: type(of: parsed)) {
                throw Failure.usage("\(repeated.name) is given twice; name one")
            }
            switch parsed {
            case let command as any NetworkCommand: return .network(command)
            case let command as any LocalCommand: return .local(command)
            default:
                // The parser's own: help, which it tells by throwing it.
                try parsed.run()
                return .text(Tokenvault.helpMessage() + "\n")
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            guard Tokenvault.exitCode(for: error) != .success else {
                return .text(Tokenvault.fullMessage(for: error) + "\n")
            }
            throw usage(Tokenvault.message(for: error), arguments: arguments)
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

    private static func usage(_ parserMessage: String, arguments: [String]) -> Failure {
        var message = withoutValues(parserMessage, arguments: arguments)
        let command = arguments.first.flatMap { commandNames.contains($0) ? $0 : nil }
        if command == nil, let first = arguments.first, first.hasPrefix("--") {
            message = "options come behind the command"
        } else if let command, secretReaders.contains(command),
            message.contains("unexpected") || message.contains("unknown option")
        {
            message += " (secrets are read from the prompt or standard input)"
        }
        var help = ["tokenvault help", command].compactMap { $0 }
        if command == "key", arguments.count > 1, ["add", "list", "remove"].contains(arguments[1]) {
            help.append(arguments[1])
        }
        return .usage(message, hint: help.joined(separator: " "))
    }

    /// The parser's message without the arguments that it quotes, but for names of options.
    private static func withoutValues(_ message: String, arguments: [String]) -> String {
        var text = message
        for argument in arguments {
            var values = [Substring(argument)]
            if argument.hasPrefix("-") {
                let parts = argument.split(separator: "=", maxSplits: 1)
                values = parts.enumerated().filter { $0.offset > 0 || !isOptionName($0.element) }
                    .map(\.element)
            }
            for value in values where !value.isEmpty {
                text = text.replacing("'\(value)'", with: "'…'")
            }
        }
        text = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        // Should the parser ever show a value in another way, nothing of its message is shown.
        let long = arguments.flatMap { $0.split(separator: "=") }.filter {
            $0.count > 7 && !isOptionName($0) && !commandNames.contains(String($0))
        }
        text.replace("'. Did you mean '", with: "'; did you mean '")
        if text.isEmpty || long.contains(where: { text.contains($0) }) {
            text = "the arguments are not understood"
        }
        text = text.prefix(1).lowercased() + text.dropFirst()
        while text.last == "." { text.removeLast() }
        return text
    }

    /// Whether it looks like an option a person would mistype rather than a secret.
    private static func isOptionName(_ argument: Substring) -> Bool {
        argument.wholeMatch(of: /--?[a-z][a-z-]{0,23}/) != nil
    }

    private static var commandNames: Set<String> {
        let groups =
            Tokenvault.configuration.subcommands + Tokenvault.configuration.ungroupedSubcommands
        return Set(groups.map { $0._commandName })
    }
}
