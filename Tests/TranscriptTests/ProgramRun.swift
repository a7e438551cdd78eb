import Foundation
import Support
import Testing

/// What a program did, once it has ended.
struct ProgramRun: Sendable {
    let output: Data
    /// Standard error, with the lines about the variables that lead the tests' programs to their own
    /// servers.
    let allErrors: String
    /// Standard error as a person sees it who asks Meta itself.
    var errors: String { Self.withoutDestinations(allErrors) }
    /// Its exit status, or 128 and the signal that ended it.
    let status: Int32
    let duration: Duration

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { Self.lines(of: text) }
    var errorLines: [String] { Self.lines(of: errors) }

    /// Whether it failed as every command fails: nothing on stdout, one line that says why and
    /// perhaps one that helps.
    var hasFailedProperly: Bool {
        let lines = errorLines
        let hints = lines.dropFirst().allSatisfy { $0.hasPrefix("tokenvault: hint: ") }
        return status != 0 && output.isEmpty && errors.hasSuffix("\n") && lines.count <= 2
            && lines.first?.hasPrefix("tokenvault: error: ") == true && hints
    }

    /// The result as JSON.
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: output)
    }

    /// `text` without the lines that report where a variable sends secrets.
    static func withoutDestinations(_ text: String) -> String {
        text.replacing(
            /(?m)^tokenvault: TOKENVAULT_(?:GRAPH_URL|DIALOG_URL|CA_FILE) is set: .*\n/, with: "")
    }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }
}

/// A program that runs.
final class RunningProgram: Sendable {
    let process: ChildProcess
    let terminal: PseudoTerminal?
    private let command: [String]
    private let output: String
    private let errors: String
    private let start = ContinuousClock.now

    /// What its streams are to be.
    struct Setting {
        var input = "/dev/null"
        var terminal: PseudoTerminal?
        /// Whether stdin, stdout and stderr are the terminal too.
        var inputIsTerminal = false
        var outputIsTerminal = false
        var errorIsTerminal = false
    }

    /// Starts it; what it writes goes to files in `folder`.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String,
        folder: String, setting: Setting = Setting()
    ) throws {
        let name = UUID().uuidString
        command = [program] + arguments
        terminal = setting.terminal
        output = "\(folder)/\(name).output"
        errors = "\(folder)/\(name).errors"
        let device = setting.terminal?.path
        process = try ChildProcess(
            program, arguments, environment: environment, directory: directory,
            streams: ChildProcess.Streams(
                input: setting.inputIsTerminal ? device ?? setting.input : setting.input,
                output: setting.outputIsTerminal ? device ?? output : output,
                errors: setting.errorIsTerminal ? device ?? errors : errors, terminal: device))
    }

    /// Waits for its end; what it leaves unread at the terminal is read all the while.
    func finish(
        within patience: Duration = PseudoTerminal.patience
    ) async throws -> ProgramRun {
        while true {
            _ = terminal?.text
            if let status = process.statusIfEnded() { return run(status: status) }
            if ContinuousClock.now - start > patience {
                process.endGroup()
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
            SecretWatch.look(at: run, of: Array(command.dropFirst()))
        }
        return run
    }
}
