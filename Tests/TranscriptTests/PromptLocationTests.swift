import Foundation
import Testing

// Where prompts appear, and what happens where nobody can answer them.
struct PromptLocationTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    /// Returns the streams with which bash has job control.
    ///
    /// Without stderr at the terminal, it does not move jobs between foreground and background.
    private static func jobControl(at terminal: PseudoTerminal) -> RunningProgram.Streams {
        RunningProgram.Streams(terminal: terminal, inputIsTerminal: true, errorIsTerminal: true)
    }

    @Test func `the prompt goes to the terminal whatever the standard streams are`() async throws {
        try home.write("EAAFAKEpage0001\n", to: "token")
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "tokenvault add page:1020000000000001 --json <token | cat",
            environment: TemporaryHome.locked, RunningProgram.Streams(terminal: terminal))
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.errors.isEmpty && run.text.hasPrefix("{\"ref\"") && run.text.hasSuffix("}\n"))
        #expect(terminal.text == "Passphrase for \(home.vault): \n")
        #expect(try await home.run("get", "page:1020000000000001").text == "EAAFAKEpage0001\n")
    }

    @Test func `a command prompts for the passphrase once, and each prompt says what it is for`()
        async throws
    {
        let (terminal, program) = try home.startAtTerminal("add", "client:1234567890123456")
        try await terminal.wait(for: "Passphrase for \(home.vault): ")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        try await terminal.wait(for: "Client token for client:1234567890123456: ")
        try await terminal.type("FAKEclient0001" + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(run.errors == "tokenvault: stored client:1234567890123456\n")
        #expect(terminal.text.ranges(of: ": \n").count == 2)
    }

    @Test func `a new passphrase is prompted for twice`() async throws {
        let home = try TemporaryHome()
        let (terminal, program) = try home.startAtTerminal("init", "--kdf", "interactive")
        try await terminal.wait(for: "New passphrase for \(home.vault): ")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        try await terminal.wait(for: "Repeat the passphrase: ")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
        #expect(try await home.run("list").status == 0)
    }

    @Test func `new passphrases that differ are prompted for again, three times in all`()
        async throws
    {
        let home = try TemporaryHome()
        let (terminal, program) = try home.startAtTerminal("init", "--kdf", "interactive")
        for attempt in 1...3 {
            try await terminal.wait(for: "New passphrase for", times: attempt)
            try await terminal.type("FAKE one" + PseudoTerminal.enter)
            try await terminal.wait(for: "Repeat the passphrase: ", times: attempt)
            try await terminal.type("FAKE other" + PseudoTerminal.enter)
        }
        let run = try await program.finish()
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errorLines.filter { $0.hasPrefix("tokenvault: error: ") }.count == 1)
        #expect(terminal.text.ranges(of: "New passphrase for").count == 3)
        #expect(try home.allFiles().isEmpty)
    }

    @Test func `an empty new passphrase is refused`() async throws {
        let home = try TemporaryHome()
        let (terminal, program) = try home.startAtTerminal("init", "--kdf", "interactive")
        try await terminal.wait(for: "New passphrase for")
        try await terminal.type(PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(try home.allFiles().isEmpty)
    }

    @Test(arguments: [
        ["get", TemporaryHome.app], ["list"], ["show", TemporaryHome.app], ["exchange"], ["pages"],
        ["check"], ["add", "page:1"], ["remove", TemporaryHome.app],
        ["init", "--vault", "another"],
    ])
    func `without a terminal it never waits but says how to unlock`(
        _ arguments: [String]
    ) async throws {
        let run = try await home.run(arguments, environment: TemporaryHome.locked)
        #expect(run.status == 77 && run.hasFailedProperly)
        #expect(run.errors.contains("--passphrase-file"))
        #expect(run.duration < .seconds(30))
    }

    @Test func `with --no-input it does not prompt at a terminal`() async throws {
        let (terminal, program) = try home.startAtTerminal("list", "--no-input")
        let run = try await program.finish()
        #expect(run.status == 77 && run.hasFailedProperly)
        let (_, adding) = try home.startAtTerminal("add", "page:1", "--no-input", environment: [:])
        #expect(try await adding.finish().status == 77)
        #expect(terminal.text.isEmpty)
    }

    @Test func `in the background of a terminal it never waits`() async throws {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "set -m; tokenvault list & wait $!; echo status $?", environment: TemporaryHome.locked,
            Self.jobControl(at: terminal))
        let run = try await program.finish()
        #expect(run.text == "status 77\n")
        #expect(terminal.text.contains("tokenvault: error: the vault is locked"))
        #expect(!terminal.text.contains("Passphrase") && terminal.echoes)
    }

    @Test func `suspended at the prompt it restores the terminal, and prompts again`() async throws
    {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "set -m; tokenvault list >/dev/null; echo stopped $?; read -r line </dev/tty; fg; "
                + "echo ended $?",
            environment: TemporaryHome.locked,
            Self.jobControl(at: terminal))
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type("FAKE" + PseudoTerminal.controlZ)
        try await terminal.wait(for: "Stopped")
        #expect(terminal.echoes)
        try await terminal.type("go on\n")
        try await terminal.wait(for: "Passphrase for", times: 2)
        #expect(!terminal.echoes)
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(
            ["stopped 147", "stopped 148"].contains(run.lines.first) && run.lines.last == "ended 0")
        #expect(terminal.echoes && !terminal.text.contains("FAKE"))
    }

    @Test func `Ctrl-D at the prompt ends it with one line`() async throws {
        let (terminal, program) = try home.startAtTerminal("list")
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type(PseudoTerminal.controlD)
        let run = try await program.finish()
        #expect(run.status != 0 && run.hasFailedProperly)
        #expect(terminal.echoes)
    }
}
