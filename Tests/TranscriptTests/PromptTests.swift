import Foundation
import Support
import Testing

// Prompts for secrets at a terminal.
struct PromptTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    private var question: String { "Passphrase for \(home.vault): " }

    @Test func `what is typed does not appear, and the echo is restored`() async throws {
        let (terminal, program) = try home.startAtTerminal("get", TemporaryHome.app)
        try await terminal.wait(for: question)
        #expect(!terminal.echoes)
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.text == TemporaryHome.appSecret + "\n")
        #expect(terminal.text == question + "\n")
        #expect(terminal.echoes)
    }

    /// `check` and `pages` do not run on the thread to which the kernel delivers a signal first.
    @Test(arguments: [("get", TemporaryHome.app), ("check", "--online"), ("pages", "--offline")])
    func `Ctrl-C at the prompt ends it with one line and the echo restored`(
        _ command: String, _ argument: String
    ) async throws {
        let (terminal, program) = try home.startAtTerminal(command, argument)
        try await terminal.wait(for: question)
        try await terminal.type("FAKE" + PseudoTerminal.controlC)
        let run = try await program.finish()
        #expect(run.status == 130 && run.output.isEmpty)
        #expect(run.errors == "tokenvault: error: interrupted\n")
        #expect(terminal.text == question + "\n")
        #expect(terminal.echoes)
    }

    @Test(arguments: [SIGTERM, SIGHUP], ["get", "show"])
    func `a signal at the prompt ends the program, with the echo restored`(
        _ signal: Int32, _ command: String
    ) async throws {
        let (terminal, program) = try home.startAtTerminal(command, TemporaryHome.app)
        try await terminal.wait(for: question)
        #expect(!terminal.echoes)
        program.process.send(signal)
        let run = try await program.finish()
        #expect(run.status == 128 + signal && run.output.isEmpty)
        #expect(terminal.echoes)
    }

    @Test func `SIGQUIT ends it too, without a crash report`() async throws {
        let (terminal, program) = try home.startAtTerminal("get", TemporaryHome.app)
        try await terminal.wait(for: question)
        program.process.send(SIGQUIT)
        let run = try await program.finish()
        #expect(run.status == 128 + SIGQUIT && run.errors.isEmpty)
        #expect(terminal.text == question + "\n")
        #expect(terminal.echoes)
    }

    @Test func `Backspace erases whole characters, and Ctrl-U the line`() async throws {
        let (terminal, program) = try home.startAtTerminal("get", TemporaryHome.app)
        try await terminal.wait(for: question)
        let erase = PseudoTerminal.backspace
        try await terminal.type("wrong" + PseudoTerminal.controlU)
        try await terminal.type(erase + "FAKE pä€🥐\(erase)\(erase)\(erase)assphrase")
        try await terminal.type(PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0, "\(run.errors)")
        #expect(terminal.text == question + "\n")
    }

    @Test func `a passphrase beyond ASCII is accepted as typed`() async throws {
        let home = try TemporaryHome()
        let made = try await home.run(
            "init", "--kdf", "interactive", environment: ["TOKENVAULT_PASSPHRASE": "FAKE pä€🥐"])
        try #require(made.status == 0)
        let (terminal, program) = try home.startAtTerminal("list")
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type("FAKE pä€🥐" + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
    }

    @Test func `a wrong passphrase is not prompted for again`() async throws {
        let (terminal, program) = try home.startAtTerminal("get", TemporaryHome.app)
        try await terminal.wait(for: question)
        try await terminal.type("FAKE wrong" + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 77 && run.hasFailedProperly)
        #expect(terminal.text == question + "\n")
    }

    @Test func `a token of 10,000 bytes pasted at the prompt is accepted whole`() async throws {
        let token = "EAAFAKE" + String(repeating: "0123456789", count: 1000).dropLast(7)
        let (terminal, program) = try home.startAtTerminal(
            "add", "page:1020000000000001", environment: [:])
        try await terminal.wait(for: "Token for page:1020000000000001: ")
        try await terminal.type(token + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
        #expect(terminal.text == "Token for page:1020000000000001: \n")
        let got = try await home.run("get", "-n", "page:1020000000000001")
        #expect(got.text == token && got.text.utf8.count == 10_000)
    }

    @Test func `a secret longer than 64 KiB is refused, not truncated`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "add", "page:1020000000000001", environment: [:])
        try await terminal.wait(for: "Token for page:1020000000000001: ")
        try await terminal.type(String(repeating: "x", count: 65_537) + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(try await home.run("get", "page:1020000000000001").status == 66)
    }

    @Test func `whitespace in a pasted secret is reported by its position`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "add", "page:1020000000000001", environment: [:])
        try await terminal.wait(for: "Token for page:1020000000000001: ")
        try await terminal.type("EAAFAKE page" + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(run.errors.contains("at character 8") && !run.errors.contains("EAAFAKE"))
    }
}
