import ArgumentParser
import Console

/// A command that the program runs.
protocol RunnableCommand: ParsableCommand {
    /// Returns the hook to run if the command has changed a secret, or `nil` if there is none.
    func changeHook(in world: World) -> Hook?
}

extension RunnableCommand {
    func changeHook(in world: World) -> Hook? { nil }
}

extension RunnableCommand where Self: StoringCommand {
    func changeHook(in world: World) -> Hook? { changes.hook(in: world) }
}

/// A command that may send requests to the Graph API.
protocol NetworkCommand: RunnableCommand, Sendable {
    /// Runs the command and returns the exit status, or throws why there is none.
    func run(in world: World, over network: Network) async throws -> ExitStatus
}

/// A command that never sends requests to the Graph API, and so needs neither a task nor a thread.
protocol LocalCommand: RunnableCommand {
    /// Runs the command and returns the exit status, or throws why there is none.
    func run(in world: World) throws -> ExitStatus
}
