import ArgumentParser

/// How the result is shown.
struct OutputOptions: ParsableArguments, Sendable {
    @Flag(help: "Print the result, and an error, as JSON.")
    var json = false

    @Flag(name: [.long, .customShort("q")], help: "No notes on standard error.")
    var quiet = false

    /// Tells the person something besides the result.
    func note(_ text: String, in world: World) {
        if !quiet { world.terminal.note(text) }
    }

    /// Tells the person what a program that reads JSON need not know.
    func noteUnlessJSON(_ text: String, in world: World) {
        if !json { note(text, in: world) }
    }

    /// Reports what was done: a note for a person, or a document for a program.
    func report(_ text: String, _ document: [String: String], in world: World) throws {
        if json {
            try world.terminal.print(try JSONDocument.text(document))
        } else {
            note(text, in: world)
        }
    }

    /// Tells the person what must not go unnoticed, quiet or not.
    func warn(_ text: String, in world: World) { world.warn(text) }
}

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
        let word = Paint(forErrorsOf: self).yellow("warning:")
        terminal.writeError("tokenvault: \(word) \(DisplayText.clean(text))\n")
    }
}
