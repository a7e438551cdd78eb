import Foundation
import Testing

// Ctrl-C at a prompt ends the program as it would any other, and the script around it.
@Suite(.timeLimit(.minutes(5)))
struct InterruptKeyTests {
    private static let question = "Passphrase for"
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    private func start(_ command: String) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "exec \(command)", environment: TemporaryHome.locked,
            RunningProgram.Streams(
                terminal: terminal, inputIsTerminal: true, errorIsTerminal: true))
        return (terminal, program)
    }

    @Test(arguments: [
        "bash script", "dash script", "bash loop", "dash loop", "make -s", "python3 script.py",
        "xargs -n 1 -a words tokenvault", "bash -c 'bash script; echo went on'",
    ])
    func `Ctrl-C ends the script around the program`(_ command: String) async throws {
        try home.write("tokenvault list\necho went on\n", to: "script")
        try home.write(
            "for i in 1 2; do list=$(tokenvault check); done\necho went on\n", to: "loop")
        try home.write("all:\n\ttokenvault list; echo went on\n\techo went on\n", to: "Makefile")
        try home.write("list\ncheck\n", to: "words")
        try home.write(
            "import subprocess\nsubprocess.run(['tokenvault', 'list'])\nprint('went on')\n",
            to: "script.py")
        let (terminal, program) = try start(command)
        try await terminal.wait(for: Self.question)
        try await terminal.type("FAKE" + PseudoTerminal.controlC)
        let run = try await program.finish()
        // Now and then make waits for children that have already ended, and exits with 2.
        let statuses: [Int32] = command.hasPrefix("make") ? [130, 2] : [130]
        #expect(statuses.contains(run.status), "\(terminal.text)")
        #expect(!run.text.contains("went on") && terminal.echoes)
        #expect(terminal.text.ranges(of: Self.question).count == 1)
        #expect(terminal.text.contains("tokenvault: error: interrupted\n"))
        #expect(!terminal.text.contains("FAKE"))
    }

    @Test(
        arguments: zip(
            ["list", "check", "list", "check", "list"],
            [
                (PseudoTerminal.controlC, -SIGINT), (PseudoTerminal.controlC, -SIGINT),
                ("\u{1C}", -SIGQUIT), ("\u{1C}", -SIGQUIT), (PseudoTerminal.controlD, Int32(130)),
            ]))
    func `the caller sees the signal that ended the program`(
        _ command: String, _ end: (key: String, status: Int32)
    ) async throws {
        try home.write(
            """
            import signal, subprocess, sys
            for number in signal.SIGINT, signal.SIGQUIT:
                signal.signal(number, lambda *_: print("heard", number))
            print(subprocess.run(["tokenvault"] + sys.argv[1:]).returncode)
            """, to: "watch.py")
        let (terminal, program) = try start("python3 watch.py \(command)")
        try await terminal.wait(for: Self.question)
        try await terminal.type(end.key)
        let run = try await program.finish()
        #expect(run.lines.last == "\(end.status)", "\(run.text)")
        // Like a terminal, the program sends the signal to the whole process group.
        #expect(run.lines.count == (end.status < 0 ? 2 : 1))
        #expect(terminal.echoes)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], ["list", "check"])
    func `a signal sent to the program alone ends only the program`(
        _ signal: Int32, _ command: String
    ) async throws {
        try home.write(
            """
            import os, subprocess
            program = subprocess.Popen(["tokenvault", "\(command)"])
            open("id.new", "w").write(str(program.pid))
            os.rename("id.new", "id")
            print(program.wait())
            """, to: "watch.py")
        let (terminal, program) = try start("python3 watch.py")
        try await terminal.wait(for: Self.question)
        // The prompt may appear before the file with the process id.
        try await waitFor("the file id") {
            FileManager.default.fileExists(atPath: "\(home.path)/id")
        }
        let id = try #require(
            pid_t(String(decoding: try home.contents("id"), as: UTF8.self)))
        kill(id, signal)
        let run = try await program.finish()
        #expect(run.text == "\(-signal)\n" && run.status == 0)
        #expect(terminal.echoes)
    }

    /// The kernel delivers to the first process of a container only those signals that it handles.
    @Test(
        .enabled(if: geteuid() == 0, "only root can start a container"),
        arguments: [(PseudoTerminal.controlC, Int32(130)), ("\u{1C}", 131)])
    func `the first process of a container exits with the same status`(
        _ key: String, _ status: Int32
    ) async throws {
        let (terminal, program) = try start("unshare --pid --fork --mount-proc tokenvault list")
        try await terminal.wait(for: Self.question)
        try await terminal.type(PseudoTerminal.controlZ)
        try await terminal.wait(for: Self.question, times: 2)
        try await terminal.type(key)
        #expect(try await program.finish().status == status)
        #expect(terminal.echoes)
    }

    @Test func `where SIGINT is ignored, the prompt stays`() async throws {
        let (terminal, program) = try start(
            "bash -c \"trap '' INT; tokenvault list >/dev/null; echo ended \\$?\"")
        try await terminal.wait(for: Self.question)
        try await terminal.type(PseudoTerminal.controlC + TemporaryHome.passphrase)
        try await terminal.type(PseudoTerminal.enter)
        #expect(try await program.finish().text == "ended 0\n")
        #expect(terminal.text.ranges(of: Self.question).count == 1)
    }

    @Test(arguments: [
        ["init", "--vault", "new/vault"], ["key", "add", "web1", "web1.key"], ["passphrase"],
        ["add", "page:1"], ["unlock"], ["login"],
    ])
    func `an interrupted command leaves nothing behind`(_ command: [String]) async throws {
        let files = try home.allFiles()
        let vault = try home.contents("vault")
        let (terminal, program) = try start("tokenvault \(command.joined(separator: " "))")
        try await terminal.wait(for: "assphrase for")
        try await terminal.type("FAKE" + PseudoTerminal.controlC)
        #expect(try await program.finish().status == 130)
        #expect(try home.allFiles() == files)
        #expect(try home.contents("vault") == vault)
    }
}
