import Foundation
import Support

/// How a program ended and what it wrote.
struct Outcome: Equatable {
    /// The exit status, or 128 plus the signal's number.
    let status: Int32
    let output: String
    let errors: String

    /// The lines on standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// A program that runs alongside the test, without a terminal.
///
/// Its standard streams are files, so it never waits for the test to read.
struct Child: Sendable {
    private let process: ChildProcess
    private let streams: String

    var pid: pid_t { process.id }

    /// Starts the program; `scratch` is an existing directory for its streams.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        input: String = "", scratch: String
    ) throws {
        streams = "\(scratch)/\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(filePath: "\(streams).in"))
        process = try ChildProcess(
            executable, arguments, environment: environment,
            streams: ChildProcess.Streams(
                input: "\(streams).in", output: "\(streams).out", errors: "\(streams).err"))
    }

    /// What it has written to standard output so far.
    var outputSoFar: String {
        (try? String(contentsOfFile: "\(streams).out", encoding: .utf8)) ?? ""
    }

    /// Sends a signal.
    func signal(_ number: Int32) { process.send(number) }

    /// Waits for the program to end.
    ///
    /// Call this only once.
    func outcome() async throws -> Outcome {
        let status = await process.status()
        let output = try String(contentsOfFile: "\(streams).out", encoding: .utf8)
        let errors = try String(contentsOfFile: "\(streams).err", encoding: .utf8)
        for name in ["in", "out", "err"] {
            try FileManager.default.removeItem(atPath: "\(streams).\(name)")
        }
        return Outcome(status: status, output: output, errors: errors)
    }
}
