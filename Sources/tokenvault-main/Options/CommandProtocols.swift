import ArgumentParser
import Console

/// A command that the program can carry out; it may ask Graph.
protocol NetworkCommand: ParsableCommand, Sendable {
    /// Does the work; returns how the program is to end, or throws why there is no result.
    func run(in world: World, over network: Network) async throws -> ExitStatus
}

/// A command that never asks Graph, and so needs neither a task nor a thread.
protocol LocalCommand: ParsableCommand {
    /// Does the work; returns how the program is to end, or throws why there is no result.
    func run(in world: World) throws -> ExitStatus
}
