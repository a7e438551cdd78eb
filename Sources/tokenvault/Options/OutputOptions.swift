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
