import Testing

// The confirmation before a change that cannot be undone.
struct ConfirmationTests {
    private let home: TemporaryHome
    private static let question = "Remove \(TemporaryHome.app)? [y/N] "

    init() async throws {
        home = try await TemporaryHome.withVault()
    }

    @Test func `the answer appears as it is typed, and can be erased`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "remove", TemporaryHome.app, environment: [:])
        try await terminal.wait(for: Self.question)
        try await terminal.type("no" + PseudoTerminal.controlU + "yx" + PseudoTerminal.backspace)
        try await terminal.type(PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0 && run.errors == "tokenvault: removed \(TemporaryHome.app)\n")
        let erased = "\u{8} \u{8}"
        #expect(terminal.text == Self.question + "no\(erased)\(erased)yx\(erased)\n")
        #expect(terminal.echoes)
        #expect(try await home.run("show", TemporaryHome.app).status == 66)
    }

    @Test(arguments: [PseudoTerminal.enter, PseudoTerminal.controlD, PseudoTerminal.controlC])
    func `anything but yes keeps the entry`(answer: String) async throws {
        let (terminal, program) = try home.startAtTerminal(
            "remove", TemporaryHome.app, environment: [:])
        try await terminal.wait(for: Self.question)
        try await terminal.type(answer)
        let run = try await program.finish()
        #expect(run.status == 130 && run.hasFailedProperly)
        #expect(try await home.run("show", TemporaryHome.app).status == 0)
    }

    @Test func `with --force and in scripts there is no prompt`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "remove", "--force", TemporaryHome.app, environment: [:])
        #expect(try await program.finish().status == 0)
        #expect(terminal.text == "")
        #expect(try await home.run("add", "app:1", input: "FAKE").status == 0)
        #expect(try await home.run("remove", "app:1").status == 0)
    }
}
