import Foundation
import GraphSimulator
import Support
import Testing

/// A home and a simulator of all platforms whose clocks a test moves together.
final class PlatformScene: Sendable {
    static let accounts = ["instagram:17841400000000009", "threads:10200000000000555"]
    static let day = 86_400

    let graph: TemporaryGraph
    let home: TemporaryHome
    private let clock: ShiftedClock
    private let start: Int

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        clock = try ShiftedClock()
        start = graph.simulation.now
        for (app, secret) in [
            ("instagram-app:3456789012345678", "FAKEinstagram0001"),
            ("threads-app:4567890123456789", "FAKEthreads000001"),
        ] {
            try #require(try await home.run("add", app, input: secret).status == 0)
        }
    }

    /// Moves the simulator's clock and that of the programs to this many seconds after the start.
    func setTime(_ seconds: Int) throws {
        graph.simulation.setTime(start + seconds)
        try clock.shift(by: seconds)
    }

    func run(
        _ arguments: String..., input: String? = nil
    ) async throws -> ProgramRun {
        try await run(arguments, input: input)
    }

    func run(_ arguments: [String], input: String? = nil) async throws -> ProgramRun {
        try await home.run(arguments, input: input, launcher: clock.launcher)
    }

    func start(
        _ arguments: [String], environment: [String: String?],
        _ streams: RunningProgram.Streams
    ) throws -> RunningProgram {
        try home.start(
            arguments, environment: environment, launcher: clock.launcher, streams)
    }

    /// Runs a bash script that sees the shifted time.
    func shell(_ script: String) async throws -> ProgramRun {
        try await home.shell(script, launcher: clock.launcher)
    }

    /// Returns the stored token of `entry`, even if it has expired.
    func token(_ entry: String) async throws -> String {
        try await run("get", "-n", "--allow-expired", entry).text
    }

    /// Returns the references of all entries.
    func references() async throws -> [String] {
        try await run("list", "--json").json([EntryDocument].self).map(\.ref)
    }
}
