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
}
