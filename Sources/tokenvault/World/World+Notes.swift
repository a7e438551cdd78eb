extension World {
    /// Tells the person something that is not a command's own, unless notes are not wanted.
    func remark(_ text: String) {
        if !isQuiet { terminal.note(text) }
    }

    /// A command of this program as a person has to type it: with the `--vault` of this one.
    func command(_ command: String) -> String {
        let words = arguments.prefix { $0 != Array("--".utf8) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        guard !command.hasPrefix("tokenvault help"), !command.contains(" --vault "),
            let path = VaultArgument.path(in: words[...]), let word = ShellWord.quoted(path)
        else { return command }
        return "\(command) --vault \(word)"
    }

    /// Whether `--quiet`, `-q` or `--json` is among the arguments: what opens a vault has not seen the
    /// options.
    ///
    /// A program that reads an error as JSON would not expect anything before it.
    private var isQuiet: Bool {
        let dash = UInt8(ascii: "-")
        return arguments.prefix { $0 != [dash, dash] }.contains { argument in
            if argument == Array("--quiet".utf8) || argument == Array("--json".utf8) { return true }
            return argument.first == dash && argument.dropFirst().first != dash
                && argument.contains(UInt8(ascii: "q"))
        }
    }

    /// Tells the person what must not go unnoticed.
    func warn(_ text: String) {
        let word = ANSIStyle(forErrorsOf: self).yellow("warning:")
        terminal.writeError("tokenvault: \(word) \(DisplayText.clean(text))\n")
    }
}
