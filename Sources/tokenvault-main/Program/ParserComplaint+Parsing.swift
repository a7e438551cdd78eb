import ArgumentParser
import Console

extension ParserComplaint {
    /// Parses the parser's text about `arguments`.
    init(_ parserText: String, about arguments: [String]) {
        guard let text = Self.cleaned(parserText, of: arguments) else {
            self = .notUnderstood
            return
        }
        // If a later version of the parser words it differently, its text is shown unchanged.
        guard let complaint = Self.kind(of: text), complaint.text.text == text else {
            self = .other(ParserWords(text))
            return
        }
        self = complaint
    }

    /// Returns the complaint that the cleaned text contains, or `nil` if it is not a known one.
    private static func kind(of text: String) -> ParserComplaint? {
        if let match = text.wholeMatch(
            of: /unknown option '([^']*)'(?:; did you mean '([^']*)'\?)?/)
        {
            return .unknownOption(
                TypedWord(match.1), nearest: match.2.map { OptionName(String($0)) })
        }
        if let match = text.wholeMatch(of: /invalid option: (.+)/) {
            return .invalidOption(OptionName(String(match.1)))
        }
        if let match = text.wholeMatch(of: /missing value for '([^']+)'/) {
            return .missingValue(OptionName(String(match.1)))
        }
        if let match = text.wholeMatch(of: /missing expected argument '([^']+)'/) {
            return .missingArgument(ArgumentName(match.1))
        }
        if let match = text.wholeMatch(
            of: /(?:unexpected argument|[0-9]+ unexpected arguments:) '(.*)'/)
        {
            let words = match.1.split(separator: "', '", omittingEmptySubsequences: false)
            return .unexpectedArguments(words.map(TypedWord.init))
        }
        if let match = text.wholeMatch(
            of: /the option '([^']+)' does not take any value, but '([^']*)' was specified/)
        {
            return .valueNotTaken(OptionName(String(match.1)), TypedWord(match.2))
        }
        if let match = text.wholeMatch(
            of: /the value '([^']*)' is invalid for '([^']+)'\. Please provide one of (.+)/)
        {
            return .unknownValue(
                TypedWord(match.1), OptionName(String(match.2)), known: KnownValues(match.3))
        }
        return nil
    }

    /// Returns the first line of the parser's text without the arguments that it quotes, except for
    /// the names of options, or `nil` if it may still contain an argument.
    private static func cleaned(_ parserText: String, of arguments: [String]) -> String? {
        var text = parserText
        for argument in arguments {
            var values = [Substring(argument)]
            if argument.hasPrefix("-") {
                let parts = argument.split(separator: "=", maxSplits: 1)
                values = parts.enumerated().filter { $0.offset > 0 || !isOptionName($0.element) }
                    .map(\.element)
            }
            for value in values where !value.isEmpty {
                text = text.replacing("'\(value)'", with: "'\(TypedWord.ellipsis)'")
            }
        }
        text = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        // If the parser ever quotes values in a different way, nothing of its text is shown.
        let long = arguments.flatMap { $0.split(separator: "=") }.filter {
            $0.count > 7 && !isOptionName($0) && !Tokenvault.commandNames.contains(String($0))
        }
        text.replace("'. Did you mean '", with: "'; did you mean '")
        if text.isEmpty || long.contains(where: { text.contains($0) }) { return nil }
        text = text.prefix(1).lowercased() + text.dropFirst()
        while text.last == "." { text.removeLast() }
        return text
    }

    /// Returns whether it looks like a mistyped option rather than a secret.
    private static func isOptionName(_ argument: Substring) -> Bool {
        argument.wholeMatch(of: /--?[a-z][a-z-]{0,23}/) != nil
    }
}

extension Tokenvault {
    /// The names of the commands, without subcommands.
    static var commandNames: Set<String> {
        let commands = configuration.subcommands + configuration.ungroupedSubcommands
        return Set(commands.map { $0._commandName })
    }
}
