package import Entries

extension World {
    /// Tells the person something that is not a command's own, unless notes are not wanted.
    package func remark(_ text: String) {
        if !isQuiet { terminal.note(text) }
    }

    /// Tells the person something besides the result.
    package func note(_ text: String) { tell(text, as: "tokenvault: \(DisplayText.clean(text))\n") }

    /// Tells the person what must not go unnoticed.
    package func warn(_ text: String) {
        let word = ANSIStyle(forErrorsOf: self).yellow("warning:")
        tell(text, as: "tokenvault: \(word) \(DisplayText.clean(text))\n")
    }

    /// Writes what was held back, at the end of a command that no error ended.
    package func tellHeldNotices() {
        for line in notices.takeLines() { terminal.writeError(line) }
    }

    private func tell(_ text: String, as line: String) {
        if isJSON { notices.hold(text, as: line) } else { terminal.writeError(line) }
    }

    /// Whether the result, and an error, are wanted as JSON.
    package var isJSON: Bool {
        options.contains("--json") || options.contains("--format=json")
            || zip(options, options.dropFirst()).contains { $0 == ("--format", "json") }
    }

    /// A command of this program as a person has to type it: with the `--vault` of this one.
    package func command(_ command: String) -> String {
        let command = command == "tokenvault doctor" ? command + namedServer : command
        guard !command.hasPrefix("tokenvault help"), !command.contains(" --vault "),
            let path = VaultArgument.path(in: options[...]), let word = ShellWord.quoted(path)
        else { return command }
        return "\(command) --vault \(word)"
    }

    /// The same for a command that was put together.
    package func command(_ command: CommandText) -> String { self.command(command.text) }

    /// The same, as a command that others are made of.
    func completed(_ command: CommandText) -> CommandText {
        CommandText(stringLiteral: self.command(command.text))
    }

    /// The options that say which server is asked, as words of a command.
    private var namedServer: String {
        ["--graph-url", "--graph-version", "--ca-file"].compactMap { name in
            VaultArgument.value(of: name, in: options[...]).flatMap(ShellWord.quoted).map {
                " \(name) \($0)"
            }
        }.joined()
    }

    /// Whether `--quiet`, `-q` or `--json` is among the arguments: what opens a vault has not seen the
    /// options.
    ///
    /// A program that reads an error as JSON would not expect anything before it.
    private var isQuiet: Bool {
        options.contains { option in
            if option == "--quiet" || option == "--json" { return true }
            return option.hasPrefix("-") && !option.hasPrefix("--") && option.contains("q")
        }
    }

    /// The words before `--`, which begins another program's.
    var options: [String] {
        arguments.prefix { $0 != Array("--".utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
