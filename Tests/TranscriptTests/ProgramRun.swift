import Foundation
import Support
import Testing

/// The result of a program that has ended.
struct ProgramRun: Sendable {
    let output: Data
    /// Standard error, including the notes about variables that name the tests' own servers.
    let allErrors: String
    /// Standard error without those notes, as users see it.
    var errors: String { Self.withoutDestinations(allErrors) }
    /// The exit status, or 128 plus the signal that ended the program.
    let status: Int32
    let duration: Duration

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { Self.lines(of: text) }
    var errorLines: [String] { Self.lines(of: errors) }

    /// The command in the hint, or `nil` if there is no hint.
    var hint: String? {
        let prefix = "tokenvault: hint: "
        return errorLines.last { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// Whether the program failed as every command should: with nothing on standard output, one line
    /// that says why, and at most one hint.
    var hasFailedProperly: Bool {
        let lines = errorLines
        let hints = lines.dropFirst().allSatisfy { $0.hasPrefix("tokenvault: hint: ") }
        return status != 0 && output.isEmpty && errors.hasSuffix("\n") && lines.count <= 2
            && lines.first?.hasPrefix("tokenvault: error: ") == true && hints
    }

    /// Returns the JSON on standard output.
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try Self.decode(type, from: output)
    }

    /// Returns the JSON error on standard error.
    func errorDocument() throws -> ErrorDocument {
        try Self.decode(ErrorDocument.Envelope.self, from: Data(errors.utf8)).error
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    /// Returns `text` without the notes about variables that say where secrets are sent.
    static func withoutDestinations(_ text: String) -> String {
        text.replacing(
            /(?m)^tokenvault: TOKENVAULT_(?:[A-Z_]+_URL|CA_FILE) is set: .*\n/,
            with: "")
    }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }
}

/// A running program.
final class RunningProgram: Sendable {
    let process: ChildProcess
    let terminal: PseudoTerminal?
    private let command: [String]
    private let output: String
    private let errors: String
    private let start = ContinuousClock.now

    /// The standard streams and the terminal of a program.
    struct Streams {
        var input = "/dev/null"
        var terminal: PseudoTerminal?
        /// Whether standard input is the terminal.
        var inputIsTerminal = false
        /// Whether standard output is the terminal.
        var outputIsTerminal = false
        /// Whether standard error is the terminal.
        var errorIsTerminal = false
    }

    /// Starts a program whose output goes to files in `folder`.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String,
        folder: String, streams: Streams = Streams()
    ) throws {
        let name = UUID().uuidString
        command = [program] + arguments
        terminal = streams.terminal
        output = "\(folder)/\(name).output"
        errors = "\(folder)/\(name).errors"
        let device = streams.terminal?.path
        process = try ChildProcess(
            program, arguments, environment: environment, directory: directory,
            streams: ChildProcess.Streams(
                input: streams.inputIsTerminal ? device ?? streams.input : streams.input,
                output: streams.outputIsTerminal ? device ?? output : output,
                errors: streams.errorIsTerminal ? device ?? errors : errors, terminal: device))
    }

    /// Waits until the program has ended, and keeps reading what it writes to the terminal.
    func finish(
        within timeout: Duration = PseudoTerminal.timeout
    ) async throws -> ProgramRun {
        while true {
            _ = terminal?.text
            if let status = process.statusIfEnded() { return run(status: status) }
            if ContinuousClock.now - start > timeout {
                process.killGroup()
                Issue.record("it does not end; at the terminal: \(terminal?.text ?? "none")")
            }
            try await Task.sleep(for: .milliseconds(3), clock: .suspending)
        }
    }

    private func run(status: Int32) -> ProgramRun {
        defer {
            try? FileManager.default.removeItem(atPath: output)
            try? FileManager.default.removeItem(atPath: errors)
        }
        let run = ProgramRun(
            output: FileManager.default.contents(atPath: output) ?? Data(),
            allErrors: String(
                decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self),
            status: status, duration: ContinuousClock.now - start)
        if command[0].hasSuffix("/tokenvault") {
            SecretWatch.search(run, of: Array(command.dropFirst()))
        }
        return run
    }
}
