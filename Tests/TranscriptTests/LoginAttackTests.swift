import Foundation
import GraphSimulator
import Testing

// Attacks on a login by another user of this machine, or by a web page in the same browser.
struct LoginAttackTests {
    private let scene: LoginScene

    init() async throws { scene = try await LoginScene() }

    /// Responses of other logins and errors without a state, each followed by the real response.
    @Test(arguments: [
        "code=AQFAKEother&state=other", "code=AQFAKEother", "access_token=EAAFAKEother&state=",
        "error=access_denied&error_description=FAKE+words&error_reason=user_denied",
        "error_code=1349168&error_message=FAKE+words", "error=x&error_description=FAKE&state=other",
        "error_code=190&error_message=Your+account+is+locked.+Call+FAKE+number&state=x",
    ])
    func `a response without this login's state neither ends the login nor is quoted`(
        query: String
    ) async throws {
        let change = """
            curl -sS -i "${location%%\\?*}?\(query)" >"$HOME/forged"
            """
        let run = try await scene.login(browser: try scene.browser(change: change))
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        let page = try await scene.file("forged")
        #expect(page.contains("belongs to another login") && !page.contains("FAKE"), "\(page)")
        #expect(!run.errors.contains("FAKE words") && !run.errors.contains("Meta says"))
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
    }

    @Test func `a response to another login does not end one with a configuration`() async throws {
        try scene.graph.simulation.merge(
            state: #"""
                {"configurations": [{"id": "1040000000000001", "app": "1234567890123456",
                  "scopes": ["pages_show_list"], "system_user": "10200000000000077"}]}
                """#)
        // Another business would otherwise have its system user's token stored in this vault.
        let change = #"""
            curl -sS -i "${location%%\?*}?code=AQFAKEother&config_id=1040000000000001" >"$HOME/forged"
            """#
        let run = try await scene.login(
            "--config-id", "1040000000000001", browser: try scene.browser(change: change))
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(try await scene.file("forged").contains("belongs to another login"))
        #expect(scene.graph.requests(to: "access_token").count == 1)
        #expect(
            try await scene.references() == [TemporaryHome.app, "system:10200000000000077"])
    }

    @Test func `with only such responses the login waits until it times out`() async throws {
        let change = #"location="${location%%\?*}?error=access_denied&error_description=FAKE""#
        let run = try await scene.login("--for", "3s", browser: try scene.browser(change: change))
        #expect(run.status == 75 && run.output.isEmpty && !run.errors.contains("FAKE"))
        #expect(run.complaints.first?.contains("nobody logged in within 3 seconds") == true)
    }

    @Test func `the browser's arguments contain neither the state nor the dialog's URL`()
        async throws
    {
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 0, "\(run.errors)")
        let arguments = try await scene.file("browser.arguments")
        #expect(arguments.wholeMatch(of: /http:\/\/127\.0\.0\.1:\d+\/[A-Za-z0-9_-]{43}\n/) != nil)
        let state = try #require(run.dialog?.split(separator: "state=").last?.prefix(43))
        #expect(!arguments.contains(state) && !arguments.contains("dialog"))
    }

    /// Someone who sees the browser's arguments (`ps`) fetches its start page too, before or after it.
    @Test(arguments: [true, false])
    func `a second request for the start page ends the login`(first: Bool) async throws {
        let script = try String(contentsOfFile: try scene.browser(), encoding: .utf8)
        let spy = #"curl -sS -i "$1" >"$HOME/spied""#
        let parts = script.split(separator: "dialog=", maxSplits: 1)
        let browser = try scene.home.write(
            first
                ? "\(parts[0])\(spy)\ndialog=\(parts[1])"
                : script.replacing("\nlocation=", with: "\n\(spy)\nlocation="),
            to: "watched-browser", mode: 0o700)
        let run = try await scene.login(browser: browser)
        #expect(run.status == 2 && run.output.isEmpty, "\(run.errors)")
        #expect(
            run.complaints == [
                "tokenvault: error: someone else opened the page that starts the login in the browser "
                    + "and may know the login's state; nothing was stored",
                "tokenvault: hint: tokenvault login --no-browser",
            ])
        let spied = try await scene.file("spied")
        #expect(spied.contains("state=") == first, "\(spied)")
        #expect(scene.calls.isEmpty)
        #expect(try await scene.references() == [TemporaryHome.app])
    }

    @Test func `a browser that is not redirected back here is started the same way`() async throws {
        let redirect = "https://www.facebook.com/connect/login_success.html"
        try scene.allow(redirect)
        let browser = try scene.home.write(
            """
            #!/bin/bash
            echo "$@" >"$HOME/browser.arguments"
            curl -sS -o /dev/null -w '%{redirect_url}' "$1" >"$HOME/dialog.new"
            mv "$HOME/dialog.new" "$HOME/dialog"
            """, to: "plain-browser", mode: 0o700)
        let run = try await scene.home.shell(
            """
            mkfifo answer
            tokenvault login --redirect-uri \(redirect) <answer 2>said &
            exec 3>answer
            until [ -e dialog ]; do sleep 0.05; done
            dialog=$(cat dialog)
            curl -sS -o page -w '%{redirect_url}' --data "${dialog#*\\?}&decision=continue" \\
                "${dialog%%\\?*}" >&3
            exec 3>&-
            wait $!
            """,
            environment: ["TOKENVAULT_DIALOG_URL": scene.graph.url, "BROWSER": browser])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.first == "Ann Fake, \(LoginScene.user)")
        let arguments = try await scene.file("browser.arguments")
        #expect(arguments.hasPrefix("http://127.0.0.1:") && !arguments.contains("state"))
    }
}
