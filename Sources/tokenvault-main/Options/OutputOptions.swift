import ArgumentParser
import Console

/// The options for what a command prints.
struct OutputOptions: ParsableArguments, Sendable {
    @Flag(help: "Print the result or the error as JSON.")
    var json = false

    @Flag(name: [.long, .customShort("q")], help: "Do not print notes on standard error.")
    var quiet = false

    /// Writes a note for the user, unless `--quiet` is given.
    func note(_ text: String, in world: World) {
        if !quiet { world.note(text) }
    }

    /// Writes a note that a program which reads the JSON does not need.
    func noteUnlessJSON(_ text: String, in world: World) {
        if !json { note(text, in: world) }
    }

    /// Reports what was done: as a note or, with `--json`, as a document.
    func report(_ text: String, _ document: [String: String], in world: World) throws {
        if json {
            try world.terminal.print(try JSONDocument.text(document))
        } else {
            note(text, in: world)
        }
    }

    /// Ends the session of a vault that has a new data key: the session's key no longer opens it.
    func endSession(of vaultID: [UInt8], in world: World) {
        guard (try? world.session.end(vaultID)) == true else { return }
        noteUnlessJSON(
            "the session has ended; to start a new one: \(world.command("tokenvault unlock"))",
            in: world)
    }

    /// Writes a warning for the user, even if `--quiet` is given.
    func warn(_ text: String, in world: World) { world.warn(text) }
}
