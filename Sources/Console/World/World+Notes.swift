package import Entries

extension World {
    /// Writes a note that does not concern the command itself, unless `--quiet` or `--json` is
    /// given.
    package func remark(_ text: String) {
        if !isQuiet { terminal.note(text) }
    }

    /// Writes a note in addition to the result.
    package func note(_ text: String) {
        write(text, as: "tokenvault: \(DisplayText.clean(text))\n")
    }

    /// Writes a warning.
    package func warn(_ text: String) {
        let word = ANSIStyle(forErrorsOf: self).yellow("warning:")
        write(text, as: "tokenvault: \(word) \(DisplayText.clean(text))\n")
    }

    /// Writes the notices that were held back, at the end of a command that did not fail.
    package func writeHeldNotices() {
        for line in notices.takeLines() { terminal.writeError(line) }
    }

    private func write(_ text: String, as line: String) {
        if isJSON { notices.hold(text, as: line) } else { terminal.writeError(line) }
    }

    /// Whether results and errors should be printed as JSON.
    package var isJSON: Bool {
        options.contains("--json") || options.contains("--format=json")
            || zip(options, options.dropFirst()).contains { $0 == ("--format", "json") }
    }

    /// Returns a command for the user to type, with the `--vault` option of this command line.
    package func command(_ command: String) -> String {
        let command = command == "tokenvault doctor" ? command + namedServer : command
        guard !command.hasPrefix("tokenvault help"), !VaultArgument.isNamed(in: command),
            let path = VaultArgument.path(in: options[...]), let word = ShellWord.quoted(path)
        else { return command }
        return "\(command) --vault \(word)"
    }

    /// Returns a command for the user to type, with the `--vault` option of this command line.
    package func command(_ command: CommandText) -> String { self.command(command.text) }

    /// Returns the same as a `CommandText`.
    func completed(_ command: CommandText) -> CommandText {
        CommandText(stringLiteral: self.command(command.text))
    }

    /// The options of this command line that select the server, as words of a command.
    private var namedServer: String {
        ["--graph-url", "--graph-version", "--ca-file"].compactMap { name in
            VaultArgument.value(of: name, in: options[...]).flatMap(ShellWord.quoted).map {
                " \(name) \($0)"
            }
        }.joined()
    }

    /// Whether `--quiet`, `-q` or `--json` is among the arguments.
    ///
    /// The code that opens a vault does not have the parsed options. With `--json`, a script that
    /// parses the error as JSON must not find anything else in front of it.
    private var isQuiet: Bool {
        options.contains { option in
            if option == "--quiet" || option == "--json" { return true }
            return option.hasPrefix("-") && !option.hasPrefix("--") && option.contains("q")
        }
    }

    /// The arguments before `--`; those after it are for another program.
    var options: [String] {
        arguments.prefix { $0 != Array("--".utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
