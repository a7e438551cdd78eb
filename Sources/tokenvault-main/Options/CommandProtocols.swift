import ArgumentParser
import Console

/// A command that may send requests to the Graph API.
protocol NetworkCommand: ParsableCommand, Sendable {
    /// Runs the command and returns the exit status, or throws why there is none.
    func run(in world: World, over network: Network) async throws -> ExitStatus
}

/// A command that never sends requests to the Graph API, and so needs neither a task nor a thread.
protocol LocalCommand: ParsableCommand {
    /// Runs the command and returns the exit status, or throws why there is none.
    func run(in world: World) throws -> ExitStatus
}
