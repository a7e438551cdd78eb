import Foundation
import Support
import Testing

// Ctrl-Z at a prompt: a job stops once and then prompts again; a program that no shell could continue
// keeps running.
@Suite(.timeLimit(.minutes(5)))
struct JobControlTests {
    private static let question = "Passphrase for"
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
        try home.write("all:\n\ttokenvault list\n", to: "Makefile")
        try home.write(
            "import subprocess\nsubprocess.run(['tokenvault', 'list'], check=True)\n", to: "list.py"
        )
    }

    /// Starts a script at a terminal, with job control as in an interactive shell.
    private func start(
        _ script: String, shell: String = "bash"
    ) throws -> (PseudoTerminal, RunningProgram) {
        try home.write("set -m\n" + script, to: "script")
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(
            terminal: terminal, inputIsTerminal: true, errorIsTerminal: true)
        let program = try home.startShell(
            "exec \(shell) script", environment: TemporaryHome.locked, streams)
        return (terminal, program)
    }

    private func answer(at terminal: PseudoTerminal) async throws {
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
    }

    @Test(
        arguments: [
            "tokenvault list", "tokenvault check", "sh -c 'tokenvault list; exit $?'",
            "bash -c 'tokenvault list; exit $?'", "make -s", "echo list | xargs tokenvault",
            "python3 list.py", "timeout --foreground 60 tokenvault list",
            "bash -c 'list=$(tokenvault pages --offline); exit $?'",
        ], ["bash", "dash"])
    func `a job stops once, with the terminal restored, and prompts again`(
        _ command: String, _ shell: String
    ) async throws {
        let (terminal, program) = try start(
            """
            \(command) >/dev/null
            echo "stopped $?" >/dev/tty
            read -r line </dev/tty
            fg >/dev/null
            echo ended $?
            """, shell: shell)
        try await terminal.wait(for: Self.question)
        #expect(!terminal.echoes)
        try await terminal.type("FAKE" + PseudoTerminal.controlZ)
        try await terminal.wait(for: "stopped 1")
        #expect(terminal.echoes)
        try await terminal.type("go on\n")
        try await terminal.wait(for: Self.question, times: 2)
        #expect(!terminal.echoes)
        try await answer(at: terminal)
        let run = try await program.finish()
        #expect(run.text == "ended 0\n", "\(terminal.text)")
        #expect(terminal.echoes && !terminal.text.contains("FAKE"))
        #expect(terminal.text.ranges(of: "stopped ").count == 1)
        #expect(terminal.text.ranges(of: Self.question).count == 2)
    }

    @Test func `continued in the background, it waits for the foreground`() async throws {
        let (terminal, program) = try start(
            """
            tokenvault list >/dev/null
            bg >/dev/null
            until jobs -s | grep -q tokenvault; do sleep 0.1; done
            echo "stopped again" >/dev/tty
            read -r line </dev/tty
            fg >/dev/null
            echo ended $?
            """)
        try await terminal.wait(for: Self.question)
        try await terminal.type(PseudoTerminal.controlZ)
        try await terminal.wait(for: "stopped again")
        #expect(terminal.echoes)
        try await terminal.type("go on\n")
        try await terminal.wait(for: Self.question, times: 2)
        #expect(!terminal.echoes)
        try await answer(at: terminal)
        #expect(try await program.finish().text == "ended 0\n")
        #expect(terminal.echoes)
    }

    /// The program leads its session, as with `ssh -t`, `docker run -it` and tmux.
    @Test(arguments: [
        ["list"], ["check"], ["pages", "--offline"], ["add", "page:1"],
        ["key", "add", "a", "a.key"],
    ])
    func `where no shell could continue it, it prompts again`(_ command: [String]) async throws {
        let terminal = try PseudoTerminal()
        let program = try home.start(
            command, environment: TemporaryHome.locked,
            RunningProgram.Streams(terminal: terminal, inputIsTerminal: true))
        for attempt in 1...3 {
            try await terminal.wait(for: Self.question, times: attempt)
            try await terminal.type("FAKE" + PseudoTerminal.controlZ)
        }
        try await terminal.wait(for: Self.question, times: 4)
        #expect(!terminal.echoes)
        try await answer(at: terminal)
        if command[0] == "add" {
            try await terminal.wait(for: "Token for page:1: ")
            try await terminal.type(PseudoTerminal.controlZ)
            try await terminal.wait(for: "Token for page:1: ", times: 2)
            try await terminal.type("EAAFAKE1" + PseudoTerminal.enter)
        }
        let run = try await program.finish()
        #expect([0, 66].contains(run.status), "\(run.errors)")
        #expect(terminal.echoes)
    }

    @Test func `a confirmation prompt appears again too`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "remove", TemporaryHome.app, environment: [:])
        try await terminal.wait(for: "[y/N] ")
        try await terminal.type("y" + PseudoTerminal.controlZ)
        try await terminal.wait(for: "[y/N] ", times: 2)
        try await terminal.type("n" + PseudoTerminal.enter)
        #expect(try await program.finish().status == 130)
        #expect(try await home.run("show", TemporaryHome.app).status == 0)
    }

    @Test(arguments: [SIGTSTP, SIGCONT])
    func `a signal from another process does the same`(_ signal: Int32) async throws {
        let (terminal, program) = try home.startAtTerminal("check")
        try await terminal.wait(for: Self.question)
        // SIGSTOP leaves no time to restore the terminal, and after SIGCONT nothing is certain.
        if signal == SIGCONT { program.process.send(SIGSTOP) }
        program.process.send(signal)
        try await terminal.wait(for: Self.question, times: 2)
        #expect(!terminal.echoes)
        try await answer(at: terminal)
        #expect(try await program.finish().status == 0)
        #expect(terminal.echoes)
    }

    @Test func `where SIGTSTP is ignored, Ctrl-Z has no effect`() async throws {
        let (terminal, program) = try start(
            "trap '' TSTP\ntokenvault list >/dev/null\necho ended $?\n")
        try await terminal.wait(for: Self.question)
        let typed = TemporaryHome.passphrase
        try await terminal.type(String(typed.prefix(4)) + PseudoTerminal.controlZ)
        try await terminal.type(typed.dropFirst(4) + PseudoTerminal.enter)
        #expect(try await program.finish().text == "ended 0\n")
        #expect(terminal.text.ranges(of: Self.question).count == 1)
    }
}
