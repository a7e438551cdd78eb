import Foundation
import Support
import Testing

/// One bash at one terminal for all the commands of a document: its directory, its variables and its
/// files last from one to the next.
final class ShellSession: Sendable {
    /// What a person types where the program asks, by how the question begins.
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

    /// A bash in `home` that waits for commands.
    init(in home: TemporaryHome) throws {
        self.home = home
        terminal = try PseudoTerminal()
        // Each command is a file that appears; what it ends with is another one.
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
                "SESSION": home.session,
            ],
            RunningProgram.Setting(terminal: terminal))
    }

    deinit {
        // It must be gone before the folder that it writes to.
        shell.process.endGroup()
        while shell.process.statusIfEnded() == nil { usleep(1000) }
    }

    /// What a command did, its questions included.
    struct Outcome {
        let questions: [String]
        let output: [String]
        let errors: [String]
        let status: Int32
    }

    /// Runs the command that comes `number`th, from 0, and answers its questions.
    func run(_ command: String, number: Int) async throws -> Outcome {
        let seen = terminal.text.count
        let file = "\(home.session)/command.\(number)"
        try Data(command.utf8).write(to: URL(filePath: file + ".new"))
        try FileManager.default.moveItem(atPath: file + ".new", toPath: file)
        let start = ContinuousClock.now
        var answered = 0
        while true {
            let status = try? String(
                contentsOfFile: "\(home.session)/status.\(number)", encoding: .utf8)
            let questions = String(terminal.text.dropFirst(seen))
            if let status, let number = Int32(status.dropLast()) {
                return Outcome(
                    questions: questions.split(separator: "\n").map(String.init),
                    output: lines(of: "output"), errors: lines(of: "errors"), status: number)
            }
            // A question stands at the end, without a line break.
            let asked = questions.split(separator: "\n", omittingEmptySubsequences: false)
            if let last = asked.last, asked.count > answered,
                let answer = Self.answers.first(where: { last.hasPrefix($0.key) })?.value,
                last.hasSuffix(": ")
            {
                answered = asked.count
                try await terminal.type(answer + PseudoTerminal.enter)
            }
            try #require(
                ContinuousClock.now - start < PseudoTerminal.patience,
                "'\(command)' does not end; at the terminal: \(questions)")
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
    }

    private func lines(of name: String) -> [String] {
        let data = FileManager.default.contents(atPath: "\(home.session)/\(name)") ?? Data()
        var lines = ProgramRun.withoutDestinations(String(decoding: data, as: UTF8.self))
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

extension ShellSession.Outcome {
    /// What differs from `step`, for people to read; nil when nothing does.
    func difference(from step: Transcript.Step) -> String? {
        let asked = step.expected.filter { line in
            ShellSession.answers.keys.contains { line.hasPrefix($0.dropLast()) }
        }
        let printed = step.expected.filter { !asked.contains($0) }
        var faults: [String] = []
        if !ExpectedLines(lines: asked).match(questions) {
            faults.append("asked: \(questions)")
        }
        if !ExpectedLines(lines: printed).match(output) {
            faults.append("printed:\n" + output.joined(separator: "\n"))
        }
        if !ExpectedLines(lines: step.expectedErrors).match(errors) {
            faults.append("on stderr:\n" + errors.joined(separator: "\n"))
        }
        if status != step.status { faults.append("status \(status)") }
        guard !faults.isEmpty else { return nil }
        return "line \(step.line), \(step.command):\n" + faults.joined(separator: "\n")
    }
}
