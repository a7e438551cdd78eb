import ArgumentParser
import Console
import Entries

/// A word in a command's place that names none.
struct UnknownCommand {
    /// The commands before it, such as `key`.
    private let path: [String]
    /// What may have been meant.
    private let suggestion: String?

    /// Words that other programs have for the same.
    private static let others = [
        "rm": "remove", "delete": "remove", "ls": "list", "mv": "rename", "run": "exec",
        "debug": "inspect", "set": "add", "new": "init", "renew": "refresh", "print": "get",
        "cat": "get",
    ]

    /// Nil where the arguments begin with a command, or with an option.
    init?(in arguments: [String]) {
        var words = arguments[...]
        if words.first == "help" { words.removeFirst() }
        var level: any ParsableCommand.Type = Tokenvault.self
        var path: [String] = []
        while let word = words.popFirst(), !word.hasPrefix("-"), word != "help" {
            let commands = level.configuration.subcommands
            // Behind a command without subcommands come its own arguments.
            guard !commands.isEmpty else { return nil }
            if let command = commands.first(where: { $0._commandName == word }) {
                level = command
                path.append(word)
                continue
            }
            let names = commands.map { $0._commandName }
            // The name that is shown is one of ours: in the word's place may stand a token.
            suggestion =
                Self.others[word].flatMap { names.contains($0) ? $0 : nil }
                ?? Suggestion.nearest(to: word, among: names).first
            self.path = path
            return
        }
        return nil
    }

    var message: CommandLineMessage {
        let words = (path + [suggestion].compactMap(\.self)).compactMap(ShellWord.init)
        func command(_ start: CommandText) -> CommandText {
            words.reduce(start) { "\($0) \($1)" }
        }
        return .noSuchCommand(
            nearest: suggestion == nil ? nil : command("tokenvault"),
            help: command("tokenvault help"))
    }
}
