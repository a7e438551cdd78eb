import Foundation
import Testing

// Ctrl-C at a question ends the program as any other, and the script around it.
@Suite(.timeLimit(.minutes(5)))
struct InterruptKeyTests {
    private static let question = "Passphrase for"
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    private func start(_ command: String) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "exec \(command)", environment: TemporaryHome.locked,
            RunningProgram.Setting(
                terminal: terminal, inputIsTerminal: true, errorIsTerminal: true))
        return (terminal, program)
    }

    @Test(arguments: [
        "bash script", "dash script", "bash loop", "dash loop", "make -s", "python3 script.py",
        "xargs -n 1 -a words tokenvault", "bash -c 'bash script; echo went on'",
    ])
    func `it ends the script around the program`(_ command: String) async throws {
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
        // make waits for children that are gone by then, now and then, and says 2.
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
    func `who started it sees the signal that ended it`(
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
        // The terminal would have sent it to the whole group.
        #expect(run.lines.count == (end.status < 0 ? 2 : 1))
        #expect(terminal.echoes)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT], ["list", "check"])
    func `a signal that was sent to the program alone ends it alone`(
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
        // The question may be there before its asker's number is.
        let start = ContinuousClock.now
        while !FileManager.default.fileExists(atPath: "\(home.path)/id") {
            try #require(ContinuousClock.now - start < PseudoTerminal.patience)
            try await Task.sleep(for: .milliseconds(5), clock: .suspending)
        }
        let id = try #require(
            pid_t(String(decoding: try home.contents("id"), as: UTF8.self)))
        kill(id, signal)
        let run = try await program.finish()
        #expect(run.text == "\(-signal)\n" && run.status == 0)
        #expect(terminal.echoes)
    }

    /// The kernel lets the first process of a container ignore signals that have their default effect.
    @Test(
        .enabled(if: geteuid() == 0, "a container of one's own takes root"),
        arguments: [(PseudoTerminal.controlC, Int32(130)), ("\u{1C}", 131)])
    func `the first process of a container ends with the same status`(
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

    @Test func `where SIGINT is ignored the question stays`() async throws {
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
    func `nothing is left of what was not begun`(_ command: [String]) async throws {
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
