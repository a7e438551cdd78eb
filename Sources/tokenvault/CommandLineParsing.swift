import ArgumentParser

/// What a command line asks for.
enum CommandLineParsing {
    /// A text to print, or a command to run.
    case text(String)
    case local(any LocalCommand)
    case network(any Command)

    /// Reads the arguments.
    ///
    /// - Throws: a usage failure that repeats none of their values: someone will type a token there.
    static func command(for arguments: [String]) throws -> CommandLineParsing {
        do {
            var parsed = try Tokenvault.parseAsRoot(arguments)
            switch parsed {
            case let command as any Command: return .network(command)
            case let command as any LocalCommand: return .local(command)
            default:
                // The parser's own: help, which it tells by throwing it.
                try parsed.run()
                return .text(Tokenvault.helpMessage() + "\n")
            }
        } catch {
            guard Tokenvault.exitCode(for: error) != .success else {
                return .text(Tokenvault.fullMessage(for: error) + "\n")
            }
            let command = arguments.first.flatMap { commandNames.contains($0) ? $0 : nil }
            var message = withoutValues(Tokenvault.message(for: error), arguments: arguments)
            if command == "add" || command == "exchange" {
                message += " (secrets are read from the prompt or standard input)"
            }
            throw Failure.usage(message, hint: "tokenvault help" + (command.map { " \($0)" } ?? ""))
        }
    }

    /// The parser's message with every argument taken out that is no option's or command's name.
    private static func withoutValues(_ message: String, arguments: [String]) -> String {
        var text =
            message.split(separator: "\n").first.map(String.init) ?? "the arguments are wrong"
        for argument in arguments {
            var value = Substring(argument)
            if argument.hasPrefix("-") {
                guard let equals = argument.firstIndex(of: "=") else {
                    if isOptionName(argument) { continue }
                    text = text.replacing(argument, with: "…")
                    continue
                }
                value = argument[argument.index(after: equals)...]
            } else if commandNames.contains(argument) {
                continue
            }
            if !value.isEmpty { text = text.replacing(value, with: "…") }
        }
        if let first = text.first, !text.hasPrefix("I ") {
            text = first.lowercased() + text.dropFirst()
        }
        while text.last == "." { text.removeLast() }
        return text
    }

    /// Whether it looks like an option a person would mistype rather than a secret.
    private static func isOptionName(_ argument: String) -> Bool {
        argument.wholeMatch(of: /--?[a-z][a-z-]{0,23}/) != nil
    }

    private static var commandNames: Set<String> {
        let groups =
            Tokenvault.configuration.subcommands + Tokenvault.configuration.ungroupedSubcommands
        return Set(groups.map { $0._commandName })
    }
}
