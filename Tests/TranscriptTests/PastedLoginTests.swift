import Foundation
import GraphSimulator
import Testing

// A login whose response the user pastes, instead of the browser delivering it.
struct PastedLoginTests {
    private static let question = "paste the address it ended on: "
    private let scene: LoginScene

    init() async throws { scene = try await LoginScene() }

    private var environment: [String: String?] {
        ["TOKENVAULT_DIALOG_URL": scene.graph.url]
    }

    private func start(_ options: String...) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(
            terminal: terminal, inputIsTerminal: true, errorIsTerminal: true)
        let program = try scene.home.start(
            ["login", "--no-browser", "--redirect-uri", scene.redirect] + options,
            environment: environment, streams)
        return (terminal, program)
    }

    /// Presses a button of the dialog whose URL the terminal shows, and returns the URL it leads to.
    private func press(
        _ button: String = "continue", at terminal: PseudoTerminal, and items: String = ""
    ) async throws -> String {
        try await terminal.wait(for: Self.question)
        let line = try #require(
            terminal.text.split(separator: "\n").first { $0.contains("/dialog/oauth?") })
        return press(button, dialog: line, and: items)
    }

    private func press(
        _ button: String, dialog: some StringProtocol, and items: String = ""
    ) -> String {
        let query = dialog.split(separator: "?", maxSplits: 1)[1]
        let response = scene.graph.simulation.answer(
            SimulatedRequest(
                "POST", "/v26.0/dialog/oauth", form: "\(query)\(items)&decision=\(button)"))
        return response.header("Location") ?? "none"
    }

    @Test func `pasting the URL at the prompt, which does not echo it, is enough`() async throws {
        let (terminal, program) = try start()
        let address = try await press(at: terminal)
        #expect(!terminal.echoes)
        try await terminal.type(address + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0 && run.lines.first == "Ann Fake, \(LoginScene.user)")
        #expect(terminal.echoes && !terminal.text.contains("AQAFAKE"))
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
    }

    @Test func `the browser may finish before the prompt, and the echo is restored`() async throws {
        let (terminal, program) = try start()
        let address = try await press(at: terminal)
        let page = try await scene.home.shell("curl -sS '\(address)'")
        #expect(page.text.contains("close this window"))
        let run = try await program.finish()
        #expect(run.status == 0, "\(terminal.text)")
        #expect(terminal.echoes)
    }

    @Test func `a token in the fragment is exchanged`() async throws {
        let (terminal, program) = try start()
        let address = try await press(at: terminal, and: "&response_type=token")
        #expect(address.contains("#access_token="))
        try await terminal.type(address + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
    }

    @Test func `other input is prompted for again, three times in all`() async throws {
        let (terminal, program) = try start()
        for attempt in 1...3 {
            try await terminal.wait(for: Self.question, times: attempt)
            try await terminal.type("https://fake.example/" + PseudoTerminal.enter)
        }
        #expect(try await program.finish().status == 64)
        #expect(terminal.text.contains("response from the login dialog; try again"))
        #expect(terminal.echoes && scene.calls.isEmpty)
    }

    @Test func `the URL of another login, or part of one, is prompted for again`() async throws {
        let (terminal, program) = try start()
        let address = try await press(at: terminal)
        let state = try #require(address.split(separator: "state=").last?.prefix(43))
        try await terminal.type(address.replacing(state, with: "other") + PseudoTerminal.enter)
        try await terminal.wait(for: Self.question, times: 2)
        try await terminal.type(address.prefix(35) + PseudoTerminal.enter)
        try await terminal.wait(for: Self.question, times: 3)
        let notes = terminal.text.ranges(
            of: "that address is incomplete or belongs to another login; try again")
        #expect(notes.count == 2, "\(terminal.text)")
        try await terminal.type("<\(address)>." + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0, "\(terminal.text)")
    }

    @Test(arguments: [
        "error=access_denied&error_description=FAKE+words", "code=AQFAKEother&state=other",
        "error_code=190&error_message=FAKE+words&state=x",
    ])
    func `a response without this login's state is rejected on standard input too`(
        query: String
    ) async throws {
        let run = try await scene.home.run(
            "login", "--no-browser", "--redirect-uri", scene.redirect,
            input: "\(scene.redirect)?\(query)\n", environment: environment)
        #expect(run.status == 2 && run.output.isEmpty && !run.errors.contains("FAKE"))
        #expect(run.complaints.first?.contains("that address belongs to another login") == true)
        #expect(scene.calls.isEmpty)
    }

    @Test func `Ctrl-C restores the terminal and stores nothing`() async throws {
        let (terminal, program) = try start()
        try await terminal.wait(for: Self.question)
        try await terminal.type(PseudoTerminal.controlC)
        #expect(try await program.finish().status == 130)
        #expect(terminal.echoes && terminal.text.contains("tokenvault: error: interrupted"))
        #expect(try await scene.references() == [TemporaryHome.app])
    }

    @Test func `a prompt that nobody answers times out after the given time`() async throws {
        let (terminal, program) = try start("--for", "1s")
        #expect(try await program.finish().status == 75)
        #expect(terminal.echoes && terminal.text.contains("nobody logged in within 1 second"))
    }

    @Test func `where the browser cannot be redirected back, standard input is read`() async throws
    {
        let redirect = "https://www.facebook.com/connect/login_success.html"
        try scene.allow(redirect)
        let script = """
            mkfifo answer
            tokenvault login --no-browser --redirect-uri \(redirect) <answer 2>said &
            exec 3>answer
            until grep -q dialog/oauth said; do sleep 0.05; done
            dialog=$(grep dialog/oauth said)
            location=$(curl -sS -o page -w '%{redirect_url}' \
                --data "${dialog#*\\?}&decision=continue" "${dialog%%\\?*}")
            echo "$location" >&3
            exec 3>&-
            wait $!
            """
        let run = try await scene.home.shell(script, environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.first == "Ann Fake, \(LoginScene.user)")
        let alone = try await scene.home.run(
            "login", "--no-browser", "--redirect-uri", redirect, environment: environment)
        #expect(alone.status == 77 && alone.output.isEmpty)
        #expect(alone.complaints.first?.contains("to standard input") == true)
    }

    @Test func `other input on standard input is refused`() async throws {
        let run = try await scene.home.run(
            "login", "--no-browser", "--redirect-uri", scene.redirect, input: "AQAFAKEcode\n",
            environment: environment)
        #expect(run.status == 64 && run.output.isEmpty && !run.errors.contains("AQAFAKE"))
    }
}
