import ArgumentParser
import Console

/// How the result is shown.
struct OutputOptions: ParsableArguments, Sendable {
    @Flag(help: "Print the result, and an error, as JSON.")
    var json = false

    @Flag(name: [.long, .customShort("q")], help: "No notes on standard error.")
    var quiet = false

    /// Tells the person something besides the result.
    func note(_ text: String, in world: World) {
        if !quiet { world.note(text) }
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

    /// Ends the session of a vault that has a new data key, which it could not open any more.
    func endSession(of vaultID: [UInt8], in world: World) {
        guard (try? world.session.end(vaultID)) == true else { return }
        noteUnlessJSON(
            "the session has ended; to begin another: \(world.command("tokenvault unlock"))",
            in: world)
    }

    /// Tells the person what must not go unnoticed, quiet or not.
    func warn(_ text: String, in world: World) { world.warn(text) }
}
