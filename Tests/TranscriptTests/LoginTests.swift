import Foundation
import GraphSimulator
import Support
import Testing

// A login with an authorization code, where a script acts as the browser.
struct LoginTests {
    private let scene: LoginScene

    init() async throws { scene = try await LoginScene() }

    private func expectNothingStored() async throws {
        #expect(try await scene.references() == [TemporaryHome.app])
    }

    @Test func `the long-lived token is stored, and the code is exchanged once`() async throws {
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(run.lines.first == "Ann Fake, \(LoginScene.user)")
        #expect(run.lines.last == "stored; next: tokenvault pages")
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
        #expect(try await scene.references() == [TemporaryHome.app, LoginScene.user])
        #expect(
            scene.calls == [
                "POST /v26.0/oauth/access_token", "GET /v26.0/debug_token",
                "POST /v26.0/oauth/access_token", "GET /v26.0/debug_token", "GET /v26.0/me",
            ])
        #expect(try await scene.file("page").contains("You can close this window"))
    }

    @Test func `code and state appear only where they must`() async throws {
        let run = try await scene.login("--json", browser: try scene.browser())
        #expect(try run.json(EntryDocument.self).ref == LoginScene.user)
        let state = try #require(run.dialog?.split(separator: "state=").last?.prefix(43))
        let page = try await scene.file("page")
        for (text, name) in [(run.text, "stdout"), (page, "the page")] {
            #expect(!text.contains(state) && !text.contains("AQFAKE"), "\(name)")
            #expect(!text.contains("EAAFAKE"), "\(name)")
        }
        #expect(run.errors.ranges(of: state).count == 1 && !run.errors.contains("AQAFAKE"))
        for request in scene.graph.simulation.requests
        where !request.path.hasSuffix("/dialog/oauth") {
            #expect(!request.query.contains("AQAFAKE") && !request.query.contains("FAKEsecret"))
            #expect(!"\(request.query)\(request.form)".contains(state))
        }
        let vault = try scene.home.contents("vault")
        #expect(vault.range(of: Data("EAAFAKE".utf8)) == nil)
    }

    @Test func `the browser inherits nothing that unlocks the vault`() async throws {
        let run = try await scene.login(
            browser: try scene.browser(),
            environment: ["TOKENVAULT_PASSPHRASE": TemporaryHome.passphrase])
        #expect(run.status == 0, "\(run.errors)")
        let environment = try await scene.file("browser.environment")
        #expect(environment.contains("HOME=\(scene.home.path)\n"))
        for name in ["TOKENVAULT_PASSPHRASE", "TOKENVAULT_KEY_FILE", TemporaryHome.passphrase] {
            #expect(!environment.contains(name), "\(name)")
        }
    }

    @Test func `a canceled login is reported as such`() async throws {
        let run = try await scene.login(browser: try scene.browser("cancel"))
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(
            run.complaints == [
                "tokenvault: error: the login was canceled; nothing was stored (Meta says: "
                    + "Permissions error.)", "tokenvault: hint: tokenvault login",
            ])
        #expect(scene.calls.isEmpty)
        try await expectNothingStored()
    }

    /// `STATE` stands for this login's state.
    @Test(arguments: [
        (
            "error=access_denied&error_code=200&error_description=FAKE&state=STATE", Int32(2),
            "canceled"
        ),
        ("error=access_denied&error_code=200&error_reason=user_denied&state=STATE", 2, "canceled"),
        ("error_code=4201&error_message=FAKE&state=STATE", 2, "canceled"),
        ("error_code=200&error_message=API+access+blocked.&state=STATE", 78, "API access blocked."),
        ("error=server_error&error_description=FAKE&state=STATE", 75, "temporary problem"),
        ("error=temporarily_unavailable&state=STATE", 75, "temporary problem"),
        ("error=unauthorized_client&state=STATE", 78, "do not allow this"),
        ("error=unsupported_response_type&state=STATE", 2, "the login failed"),
        ("error_code=PLATFORM__INVALID_APP_ID&error_message=FAKE&state=STATE", 78, "app ID"),
        (
            "error=access_denied&error_code=200&error_description=API+access+blocked.&state=STATE",
            78, "API access blocked."
        ),
        ("error=&code=AQFAKEnone&state=STATE", 2, "verification code format"),
        ("error_code=191&error_message=FAKE&state=STATE", 78, "register it"),
        ("error_code=1349168&error_message=FAKE&state=STATE", 78, "register it"),
        ("error_code=1349048&error_message=FAKE&state=STATE", 78, "register it"),
        ("error_code=1349126&error_message=FAKE&state=STATE", 78, "register it"),
        ("error_code=1349220&error_message=FAKE&state=STATE", 78, "register it"),
        ("code=AQFAKEnone&state=STATE", 2, "verification code format"),
    ])
    func `an error from the dialog stores nothing`(
        query: String, status: Int32, words: String
    ) async throws {
        let change = """
            state=${location#*state=}; state=${state%%[&#]*}
            query='\(query)'; location="${location%%\\?*}?${query/STATE/$state}"
            """
        let run = try await scene.login(browser: try scene.browser(change: change))
        #expect(run.status == status && run.output.isEmpty, "\(run.errors)")
        #expect(run.complaints.first?.contains(words) == true, "\(run.errors)")
        if words == "register it" {
            #expect(run.complaints.first?.contains(scene.redirect) == true, "\(run.errors)")
        }
        #expect(scene.graph.requests(to: "access_token").count < 2)
        try await expectNothingStored()
    }

    /// Reasons for Meta to refuse a code, and the words for them.
    @Test(arguments: [
        (36_009, "This authorization code has been used.", Int32(2), "already been used"),
        (36_007, "This authorization code has expired.", 2, "the code has expired"),
        (36_008, "Error validating verification code.", 78, "register it"),
    ])
    func `a code that Meta refuses is not sent again`(
        subcode: Int, message: String, status: Int32, words: String
    ) async throws {
        try scene.graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"error","code":100,"subcode":\#(subcode),
              "message":"\#(message)"}]
            """#)
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == status && run.output.isEmpty, "\(run.errors)")
        #expect(run.complaints.first?.contains(words) == true, "\(run.errors)")
        if status == 2 { #expect(run.complaints.last == "tokenvault: hint: tokenvault login") }
        #expect(scene.calls == ["POST /v26.0/oauth/access_token"])
        try await expectNothingStored()
    }

    @Test(arguments: ["reset", "html", "truncated", "empty"])
    func `a code is not sent again if no valid response comes`(fault: String) async throws {
        try scene.graph.setFaults(#"[{"match":"oauth/access_token","kind":"\#(fault)"}]"#)
        let run = try await scene.login(browser: try scene.browser())
        #expect([69, 75, 76].contains(run.status) && run.output.isEmpty, "\(run.errors)")
        #expect(scene.calls == ["POST /v26.0/oauth/access_token"])
        try await expectNothingStored()
    }

    @Test func `a token that could not be exchanged is kept, and --resume finishes the login`()
        async throws
    {
        try scene.graph.setFaults(
            #"[{"match":"oauth/access_token","kind":"error","code":4,"after":1}]"#)
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 75 && run.output.isEmpty)
        #expect(run.complaints.last == "tokenvault: hint: tokenvault exchange --resume")
        let pending = try #require(try await scene.references().last)
        #expect(pending.hasPrefix("pending:") && run.errors.contains(pending))
        #expect(try await scene.home.run("get", pending).text == "EAAFAKElogin0001\n")
        try scene.graph.setFaults("[]")
        let resumed = try await scene.home.run("exchange", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
        #expect(try await scene.references() == [TemporaryHome.app, LoginScene.user])
    }

    @Test func `a token that is already long-lived is not exchanged`() async throws {
        try scene.graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"expires-in","value":5183944},
             {"match":"debug_token","kind":"html","times":1}]
            """#)
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 0, "\(run.errors)")
        #expect(scene.graph.requests(to: "access_token").count == 1)
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElogin0001\n")
    }

    @Test func `a port in use is named, and no browser is opened`() async throws {
        let first = try scene.home.start(
            ["login", "--no-browser", "--redirect-uri", scene.redirect],
            environment: ["TOKENVAULT_DIALOG_URL": scene.graph.url])
        try await waitFor("port \(scene.port)") {
            try await scene.home.shell("exec 3<>/dev/tcp/127.0.0.1/\(scene.port)").status == 0
        }
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 75 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("port \(scene.port) is in use"))
        #expect(!FileManager.default.fileExists(atPath: "\(scene.home.path)/browser.environment"))
        first.process.send(SIGINT)
        #expect(try await first.finish().status == 130)
    }

    @Test func `the port is free again while the browser still runs`() async throws {
        let script = try String(contentsOfFile: try scene.browser(), encoding: .utf8)
        let staying = try scene.home.write(
            script + "\necho $$ >\"$HOME/staying\"\nexec sleep 600\n", to: "staying-browser",
            mode: 0o700)
        #expect(try await scene.login(browser: staying).status == 0)
        let process = try #require(pid_t(try await scene.file("staying").dropLast()))
        defer { kill(process, SIGKILL) }
        let again = try await scene.login(browser: try scene.browser())
        #expect(again.status == 0, "\(again.errors)")
        #expect(kill(process, 0) == 0)
    }

    @Test func `a login that nobody completes times out after the given time`() async throws {
        let run = try await scene.login("--no-browser", "--for", "1s", browser: "/bin/false")
        #expect(run.status == 75 && run.output.isEmpty)
        #expect(run.complaints.first?.contains("nobody logged in within 1 second") == true)
        #expect(run.complaints.first?.contains("register \(scene.redirect)") == true)
    }

    @Test func `a browser that cannot be started is reported`() async throws {
        let run = try await scene.login("--for", "1s", browser: "no-such-browser:neither %s")
        #expect(run.status == 75)
        #expect(run.complaints.first?.contains("could not start a browser") == true)
    }

    @Test(arguments: [
        ["--redirect-uri", "http://fake.example/"], ["--redirect-uri", "EAAFAKE"],
        ["--dialog-url", "http://fake.example"], ["--dialog-url", "EAAFAKE"],
        ["--scope", "a&b"], ["--config-id", "EAAFAKE"], ["--config-id", ""],
        ["--config-id", "1040000000000001", "--scope", "email"], ["--for", "soon"],
        ["--for", "0s"], ["EAAFAKE"],
    ])
    func `invalid options are refused before the login starts`(arguments: [String]) async throws {
        let run = try await scene.home.run(["login", "--no-browser"] + arguments)
        #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
        #expect(!run.errors.contains("EAAFAKE") && !run.errors.contains("fake.example"))
        #expect(scene.graph.receivedNoRequests && run.dialog == nil)
    }
}
