import Foundation
import Support
import Testing

/// One bash at one terminal for all commands of a document, so that its directory, variables and files
/// persist from one command to the next.
final class ShellSession: Sendable {
    /// What the user types at each prompt, by how the prompt starts.
    static let answers = [
        "New passphrase for ": TemporaryHome.passphrase,
        "Repeat the passphrase: ": TemporaryHome.passphrase,
        "Passphrase for ": TemporaryHome.passphrase,
        "App secret for ": TemporaryHome.appSecret,
        "New app secret for ": "FAKEsecret0003",
        "Client token for ": "FAKEclient0001",
        "Token for ": "EAAFAKEtoken0001",
        "Short-lived user token: ": TemporaryHome.shortToken,
    ]

    private let home: TemporaryHome
    private let terminal: PseudoTerminal
    private let shell: RunningProgram

    /// Starts bash in `home`, where it waits for commands.
    init(in home: TemporaryHome) throws {
        self.home = home
        terminal = try PseudoTerminal()
        // Each command arrives in a file, and its exit status goes to another one.
        let loop = """
            for ((number = 0; ; number++)); do
                until [ -e ../command.$number ]; do
                    [ -e ../end ] && exit
                    sleep 0.02
                done
                eval "$(cat ../command.$number)" >../output 2>../errors </dev/tty
                echo $? >../status.new && mv ../status.new ../status.$number
            done
            """
        shell = try home.startShell(
            loop.replacing("../", with: "\"$SESSION\"/"),
            environment: [
                "TOKENVAULT_FILE": nil, "TOKENVAULT_PASSPHRASE": nil,
                "SESSION": home.parent,
            ],
            RunningProgram.Streams(terminal: terminal))
    }

    deinit {
        // It must have ended before the folder that it writes to is removed.
        shell.process.killGroupAndWait()
    }

    /// The result of a command, including its prompts.
    struct CommandResult {
        let prompts: [String]
        let output: [String]
        let errors: [String]
        let status: Int32
    }

    /// Runs a command and answers its prompts; `number` counts the commands of the session from 0.
    func run(_ command: String, number: Int) async throws -> CommandResult {
        let seen = terminal.text.count
        let file = "\(home.parent)/command.\(number)"
        try Data(command.utf8).write(to: URL(filePath: file + ".new"))
        try FileManager.default.moveItem(atPath: file + ".new", toPath: file)
        let start = ContinuousClock.now
        var answered = 0
        while true {
            let status = try? String(
                contentsOfFile: "\(home.parent)/status.\(number)", encoding: .utf8)
            let prompts = String(terminal.text.dropFirst(seen))
            if let status, let status = Int32(status.dropLast()) {
                return CommandResult(
                    prompts: prompts.split(separator: "\n").map(String.init),
                    output: lines(of: "output"), errors: lines(of: "errors"), status: status)
            }
            // A prompt is the last line, without a newline.
            let lines = prompts.split(separator: "\n", omittingEmptySubsequences: false)
            if let last = lines.last, lines.count > answered,
                let answer = Self.answers.first(where: { last.hasPrefix($0.key) })?.value,
                last.hasSuffix(": ")
            {
                answered = lines.count
                try await terminal.type(answer + PseudoTerminal.enter)
            }
            try #require(
                ContinuousClock.now - start < PseudoTerminal.timeout,
                "'\(command)' does not end; at the terminal: \(prompts)")
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
    }

    private func lines(of name: String) -> [String] {
        let data = FileManager.default.contents(atPath: "\(home.parent)/\(name)") ?? Data()
        var lines = ProgramRun.withoutDestinations(String(decoding: data, as: UTF8.self))
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

extension ShellSession.CommandResult {
    /// Returns a description of what differs from `step`, or `nil` if nothing does.
    func difference(from step: Transcript.Step) -> String? {
        let expectedPrompts = step.expected.filter { line in
            ShellSession.answers.keys.contains { line.hasPrefix($0.dropLast()) }
        }
        let expectedOutput = step.expected.filter { !expectedPrompts.contains($0) }
        var differences: [String] = []
        if !ExpectedLines(lines: expectedPrompts).match(prompts) {
            differences.append("prompts: \(prompts)")
        }
        if !ExpectedLines(lines: expectedOutput).match(output) {
            differences.append("on stdout:\n" + output.joined(separator: "\n"))
        }
        if !ExpectedLines(lines: step.expectedErrors).match(errors) {
            differences.append("on stderr:\n" + errors.joined(separator: "\n"))
        }
        if status != step.status { differences.append("status \(status)") }
        guard !differences.isEmpty else { return nil }
        return "line \(step.line), \(step.command):\n" + differences.joined(separator: "\n")
    }
}
