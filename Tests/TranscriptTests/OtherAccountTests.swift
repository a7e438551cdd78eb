import Foundation
import Testing

// A login to an account other than that of the vault's only user.
struct OtherAccountTests {
    private static let other = "user:4"
    private let scene: LoginScene

    init() async throws {
        scene = try await LoginScene()
        let added = try await scene.home.run(
            "add", Self.other, "--app", TemporaryHome.app, input: "EAAFAKEother1")
        try #require(added.status == 0, "\(added.errors)")
    }

    private func start(_ options: String...) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(
            terminal: terminal, inputIsTerminal: true, errorIsTerminal: true)
        let program = try scene.home.start(
            ["login", "--redirect-uri", scene.redirect] + options,
            environment: [
                "TOKENVAULT_DIALOG_URL": scene.graph.url, "BROWSER": try scene.browser(),
            ], streams)
        return (terminal, program)
    }

    private static let question =
        "Logged in as Ann Fake, \(LoginScene.user), not as user:4. Store this token? [y/N] "

    @Test func `the user is asked before the token is stored`() async throws {
        let (terminal, program) = try start()
        try await terminal.wait(for: Self.question)
        // Neither stored under its owner's reference nor exchanged for a long-lived token.
        #expect(!(try await scene.references()).contains(LoginScene.user))
        #expect(scene.graph.requests(to: "access_token").count == 1)
        try await terminal.type("y" + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 0, "\(terminal.text)")
        #expect(
            try await scene.references() == [TemporaryHome.app, LoginScene.user, Self.other])
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
    }

    @Test(arguments: ["n", "", "no", "yes please"])
    func `anything but yes stores nothing`(answer: String) async throws {
        let (terminal, program) = try start()
        try await terminal.wait(for: Self.question)
        try await terminal.type(answer + PseudoTerminal.enter)
        #expect(try await program.finish().status == 130)
        #expect(terminal.text.contains("the token of \(LoginScene.user) was not stored"))
        #expect(try await scene.references() == [TemporaryHome.app, Self.other])
    }

    @Test(arguments: [true, false])
    func `without a user to ask, the token is kept until exchange --resume`(hasTerminal: Bool)
        async throws
    {
        let status: Int32
        let text: String
        if hasTerminal {
            let (terminal, program) = try start("--no-input")
            status = try await program.finish().status
            text = terminal.text
        } else {
            let run = try await scene.login(browser: try scene.browser())
            (status, text) = (run.status, run.errors)
        }
        let references = try await scene.references()
        let pending = try #require(references.first { $0.hasPrefix("pending:") })
        #expect(references == [TemporaryHome.app, pending, Self.other])
        #expect(status == 2, "\(text)")
        #expect(
            text.contains(
                "logged in as Ann Fake, \(LoginScene.user), not as user:4; its token was stored as "
                    + "\(pending)\ntokenvault: hint: tokenvault exchange --resume\n"),
            "\(text)")
        #expect(try await scene.home.run("exchange", "--resume").status == 0)
        #expect(
            try await scene.references() == [TemporaryHome.app, LoginScene.user, Self.other])
    }

    @Test func `a token whose owner was unknown at first is not stored without notice later`()
        async throws
    {
        try scene.graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"error","code":2,"status":503},
             {"match":"me","kind":"error","code":2,"status":503}]
            """#)
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 75, "\(run.errors)")
        try scene.graph.setFaults("[]")
        let refused = try await scene.home.run("exchange", "--resume")
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(
            refused.errors.contains("logged in as Ann Fake, \(LoginScene.user), not as user:4; "))
        #expect(!(try await scene.references()).contains(LoginScene.user))
        // Now the user knows.
        let stored = try await scene.home.run("exchange", "--resume")
        #expect(stored.status == 0, "\(stored.errors)")
        #expect(
            try await scene.references() == [TemporaryHome.app, LoginScene.user, Self.other])
    }

    @Test func `there is no question for the same user, or with several users`() async throws {
        #expect(try await scene.home.run("remove", Self.other, "--force").status == 0)
        #expect(try await scene.login(browser: try scene.browser()).status == 0)
        let again = try await scene.login(browser: try scene.browser())
        #expect(again.status == 0 && again.complaints.isEmpty, "\(again.errors)")
        for user in ["user:5", "user:6"] {
            let added = try await scene.home.run(
                "add", user, "--app", TemporaryHome.app, input: "EAAFAKEother1")
            #expect(added.status == 0)
        }
        #expect(try await scene.home.run("remove", LoginScene.user, "--force").status == 0)
        #expect(try await scene.login(browser: try scene.browser()).status == 0)
    }

    @Test func `a user of another app does not count as another account`() async throws {
        #expect(try await scene.home.run("remove", Self.other, "--force").status == 0)
        #expect(
            try await scene.home.run("add", "app:2", input: "FAKEsecret0002").status == 0)
        #expect(
            try await scene.home.run("add", "user:7", "--app", "app:2", input: "EAAFAKE7").status
                == 0)
        let run = try await scene.login("--app", TemporaryHome.app, browser: try scene.browser())
        #expect(run.status == 0, "\(run.errors)")
    }
}
