import Foundation
import Testing

// What terminals send besides the characters of a secret: pastes and keys.
@Suite(.timeLimit(.minutes(5)))
struct PasteTests {
    private static let pasted = (begin: "\u{1B}[200~", end: "\u{1B}[201~")
    private let home: TemporaryHome
    private var question: String { "Passphrase for \(home.vault): " }

    init() async throws { home = try await TemporaryHome.withVault() }

    /// Types an answer to the passphrase prompt of `list`, in parts with pauses between them.
    private func list(_ parts: String...) async throws -> ProgramRun {
        let (terminal, program) = try home.startAtTerminal("list")
        try await terminal.wait(for: question)
        for (number, part) in parts.enumerated() {
            if number > 0 { try await Task.sleep(for: .milliseconds(400)) }
            try await terminal.type(part)
        }
        let run = try await program.finish()
        #expect(terminal.text == question + "\n" && terminal.echoes)
        return run
    }

    @Test(arguments: [
        "FAKE one\recho in''jected\r", "FAKE one\necho in''jected\n", "\recho in''jected\r",
        "\(pasted.begin)FAKE one\recho in''jected\r\(pasted.end)\r",
        "\(TemporaryHome.passphrase)\recho in''jected\r",
        String(repeating: "echo in''jected; echo FAKE\r", count: 1000),
    ])
    func `nothing of a paste of several lines reaches the shell`(_ paste: String) async throws {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "exec bash --norc --noprofile -i", environment: TemporaryHome.locked,
            RunningProgram.Streams(
                terminal: terminal, inputIsTerminal: true, outputIsTerminal: true,
                errorIsTerminal: true))
        try await terminal.type("tokenvault list; echo ended $?.\r")
        try await terminal.wait(for: question)
        try await terminal.type(paste)
        try await terminal.wait(for: "ended 77.")
        try await terminal.type("echo do''ne\r")
        try await terminal.wait(for: "done")
        try await terminal.type("exit\r")
        _ = try await program.finish()
        #expect(!terminal.text.contains("injected") && !terminal.text.contains("in''jected"))
        #expect(!terminal.text.contains("FAKE"))
        #expect(terminal.text.contains("pasted as more than one line"))
    }

    @Test func `bracketed paste is on during a prompt, unless the terminal is dumb`() async throws {
        let marks = ["\u{1B}[?2004h", "\u{1B}[?2004l"].map { Array($0.utf8) }
        for (kind, count) in [("xterm", 1), ("dumb", 0), ("", 0)] {
            var environment = TemporaryHome.locked
            environment["TERM"] = kind
            let (terminal, program) = try home.startAtTerminal("list", environment: environment)
            try await terminal.wait(for: question)
            #expect(terminal.bytes.ranges(of: marks[0]).count == count)
            #expect(terminal.bytes.ranges(of: marks[1]).isEmpty)
            try await terminal.type("FAKE wrong\r")
            _ = try await program.finish()
            #expect(terminal.bytes.ranges(of: marks[1]).count == count)
        }
    }

    @Test(arguments: [
        ["FAKE one\rsecond\r", "touch injected\r"],
        ["\(pasted.begin)FAKE one\rsecond\r", "touch injected\r\(pasted.end)\r"],
    ])
    func `the late rest of a paste does not reach the shell either`(
        _ parts: [String]
    ) async throws {
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "exec bash --norc --noprofile -i", environment: TemporaryHome.locked,
            RunningProgram.Streams(
                terminal: terminal, inputIsTerminal: true, outputIsTerminal: true,
                errorIsTerminal: true))
        try await terminal.type("tokenvault list; echo ended $?.\r")
        try await terminal.wait(for: question)
        try await terminal.type(parts[0])
        // Not Task.sleep, which may take longer while other tests run.
        usleep(900_000)
        try await terminal.type(parts[1])
        try await terminal.wait(for: "ended 77.")
        try await terminal.type("exit\r")
        _ = try await program.finish()
        #expect(try home.allFiles().allSatisfy { !$0.hasSuffix("injected") })
    }

    @Test func `half a secret is not stored, and the rest does not answer anything`() async throws {
        let (terminal, program) = try home.startAtTerminal("add", "page:1", environment: [:])
        try await terminal.wait(for: "Token for page:1: ")
        try await terminal.type("EAAFAKEone\rEAAFAKEtwo\r")
        let run = try await program.finish()
        #expect(run.status == 64 && run.hasFailedProperly && !run.errors.contains("FAKE"))
        #expect(try await home.run("show", "page:1").status == 66)
        let (question, removal) = try home.startAtTerminal(
            "remove", TemporaryHome.app, environment: [:])
        try await question.wait(for: "[y/N] ")
        try await question.type("y\ry\r")
        #expect(try await removal.finish().status == 130)
        #expect(try await home.run("show", TemporaryHome.app).status == 0)
    }

    @Test func `half a new passphrase is not accepted`() async throws {
        let home = try TemporaryHome()
        let (terminal, program) = try home.startAtTerminal("init", "--kdf", "interactive")
        try await terminal.wait(for: "New passphrase for")
        try await terminal.type("FAKE one\rFAKE one\r")
        let run = try await program.finish()
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(try home.allFiles().isEmpty)
    }

    @Test(arguments: [
        "\(TemporaryHome.passphrase)\r\n", "\(TemporaryHome.passphrase)\r\r\r",
        "\(pasted.begin)\(TemporaryHome.passphrase)\(pasted.end)\r",
        "\(pasted.begin)\(TemporaryHome.passphrase)\r\(pasted.end)\r",
        "\(pasted.begin)\(TemporaryHome.passphrase)\r\n\(pasted.end)\n",
        "FAKE \(pasted.begin)passphrase\(pasted.end)\r",
        "\(pasted.begin)FAKE\(pasted.end)\(pasted.begin) passphrase\(pasted.end)\r",
        "\(pasted.begin)two\rlines\(pasted.end)\u{15}\(TemporaryHome.passphrase)\r",
    ])
    func `paste markers and trailing newlines are not part of the passphrase`(_ typed: String)
        async throws
    {
        let run = try await list(typed)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test(arguments: [
        // Arrows, Home, Delete, function keys of xterm, rxvt and the console, a mouse, replies.
        "\u{1B}[A", "\u{1B}[D", "\u{1B}OC", "\u{1B}[H", "\u{1B}[3~", "\u{1B}[1;5D", "\u{1B}OP",
        "\u{1B}[15;2~", "\u{1B}[[A", "\u{1B}[M !!", "\u{1B}[<0;10;20M", "\u{1B}[?62;c",
        "\u{1B}]11;rgb:0000/0000/0000\u{07}", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\",
        "\u{1B}P>|term 1\u{1B}\\",
        // Alt with a letter, also one of two bytes.
        "\u{1B}x", "\u{1B}é", "\u{1B}\u{1B}[A",
        // Ctrl-A, Ctrl-B, Ctrl-E, Ctrl-G, Ctrl-K, Ctrl-L, Ctrl-R, Ctrl-Space.
        "\u{01}", "\u{02}", "\u{05}", "\u{07}", "\u{0B}", "\u{0C}", "\u{12}", "\u{00}",
    ])
    func `keys that type no character are not part of a passphrase`(_ key: String) async throws {
        let middle = try await list("FAKE pass\(key)phrase\r")
        #expect(middle.status == 0, "\(middle.errors)")
        let ends = try await list("\(key)FAKE passphrase\(key)\r")
        #expect(ends.status == 0, "\(ends.errors)")
    }

    @Test func `what follows the Escape key is part of the passphrase`() async throws {
        #expect(try await list("FAKE\u{1B}", " passphrase\r").status == 0)
        #expect(try await list("FAKE pass\u{1B}[", "phrase\r").status == 0)
        // The end marker of this paste is missing.
        #expect(
            try await list("\(Self.pasted.begin)FAKE pass", "phrase", "", "", "", "\r").status == 0)
    }

    @Test func `Ctrl-W erases a word, and Ctrl-V takes the next key literally`() async throws {
        #expect(try await list("FAKE wrong words  \u{17}\u{17}passphrase\r").status == 0)
        #expect(try await list("wrong\u{17}\u{17}FAKE passphrase\r").status == 0)
        #expect(try await list("FAKE \u{16}\u{01}\u{7F}passphrase\r").status == 0)
        let home = try TemporaryHome()
        let made = try await home.run(
            "init", "--kdf", "interactive",
            environment: ["TOKENVAULT_PASSPHRASE": "FAKE\u{01}\u{1B}[A\t\u{03}"])
        try #require(made.status == 0)
        let (terminal, program) = try home.startAtTerminal("list")
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type("FAKE\u{16}\u{01}\u{16}\u{1B}[A\t\u{16}\u{03}\r")
        #expect(try await program.finish().status == 0)
    }

    @Test func `a byte that is not UTF-8 is erased on its own`() async throws {
        let (terminal, program) = try home.startAtTerminal("list")
        try await terminal.wait(for: question)
        try await terminal.type("FAKE passphrasx")
        // The last bytes of é and € without the first, é in Latin-1, and a truncated character.
        try await terminal.type(bytes: [0xA9, 0x82, 0xAC, 0xE9, 0xF0, 0x9F])
        try await terminal.type(String(repeating: PseudoTerminal.backspace, count: 7) + "e\r")
        let run = try await program.finish()
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `the control characters that the terminal is set to are used`() async throws {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(terminal: terminal, inputIsTerminal: true)
        let keys = "stty erase '#' kill '@' intr '^X' susp undef"
        let program = try home.startShell(
            "\(keys); tokenvault list", environment: TemporaryHome.locked, streams)
        try await terminal.wait(for: question)
        try await terminal.type("wrong@FAKE passphrasx#\u{03}\u{1A}e\r")
        #expect(try await program.finish().status == 0)
        let interrupted = try home.startShell(
            "\(keys); exec tokenvault list", environment: TemporaryHome.locked, streams)
        try await terminal.wait(for: question, times: 2)
        try await terminal.type("\u{18}")
        #expect(try await interrupted.finish().status == 130)
    }

    @Test func `a URL pasted as two lines is prompted for again`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "login", "--no-browser", "--redirect-uri", "https://fake.example/", environment: [:])
        try await terminal.wait(for: "paste the address")
        try await terminal.type("https://fake.example/?co\rde=FAKE\r")
        try await terminal.wait(for: "paste the address", times: 2)
        try await terminal.type(PseudoTerminal.controlC)
        #expect(try await program.finish().status == 130)
        #expect(!terminal.text.contains("FAKE"))
    }
}
