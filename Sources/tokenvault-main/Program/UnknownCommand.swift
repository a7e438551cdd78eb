import ArgumentParser
import Console
import Entries

/// A word in the position of a command that is not a command.
struct UnknownCommand {
    /// The commands in front of it, such as `key`.
    private let path: [String]
    /// The command that was probably meant.
    private let suggestion: String?

    /// What other programs call the same commands.
    private static let others = [
        "rm": "remove", "delete": "remove", "ls": "list", "mv": "rename", "run": "exec",
        "debug": "inspect", "set": "add", "new": "init", "renew": "refresh", "print": "get",
        "cat": "get",
    ]

    /// Returns `nil` if the arguments start with a command or an option.
    init?(in arguments: [String]) {
        var words = arguments[...]
        if words.first == "help" { words.removeFirst() }
        var level: any ParsableCommand.Type = Tokenvault.self
        var path: [String] = []
        while let word = words.popFirst(), !word.hasPrefix("-"), word != "help" {
            let commands = level.configuration.subcommands
            // A command without subcommands is followed by its own arguments.
            guard !commands.isEmpty else { return nil }
            if let command = commands.first(where: { $0._commandName == word }) {
                level = command
                path.append(word)
                continue
            }
            let names = commands.map { $0._commandName }
            // Only our own names are shown: the word itself may be a token.
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
