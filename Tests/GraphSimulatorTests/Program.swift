import Foundation
import Support
import Testing

/// A running program whose output goes to files.
final class Program: Sendable {
    private let process: ChildProcess
    private let folder: URL

    init(_ path: String, _ arguments: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        process = try ChildProcess(
            path, arguments, environment: ProcessInfo.processInfo.environment,
            streams: ChildProcess.Streams(
                input: "/dev/null", output: folder.appending(path: "output").path,
                errors: folder.appending(path: "errors").path))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Returns the output once it contains a line, or after a timeout.
    func firstLine() async throws -> String {
        for _ in 1...3000 {
            let text = contents("output")
            if text.contains("\n") { return text }
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
        return contents("output")
    }

    func terminate() { process.send(SIGTERM) }

    func interrupt() { process.send(SIGINT) }

    /// Returns the exit status, or 128 plus the number of the signal that ended the program.
    func status() async -> Int32 { await process.status() }

    /// Returns the text written to standard error.
    func complaint() -> String { contents("errors") }

    private func contents(_ name: String) -> String {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }
}
