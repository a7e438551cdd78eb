import Foundation
import GraphSimulator
import Testing

// Logins that ask for declined scopes again, or use a configuration of Login for Business.
struct LoginRequestTests {
    private static let system = "system:10200000000000077"
    private static let configuration = "1040000000000001"
    private static let declining = "continue&decline%3Apages_manage_posts=on"

    private let scene: LoginScene

    init() async throws { scene = try await LoginScene() }

    /// Adds the configuration, with other members in JSON.
    private func configure(_ members: String = #""system_user": "10200000000000077""#) throws {
        try scene.graph.simulation.merge(
            state: #"""
                {"configurations": [{"id": "\#(Self.configuration)", "app": "1234567890123456",
                  "scopes": ["pages_show_list", "business_management"], \#(members)}]}
                """#)
    }

    private func entry(_ reference: String) async throws -> EntryDocument {
        try await scene.home.run("show", reference, "--json").json(EntryDocument.self)
    }

    private func hasScope() async throws -> Bool {
        let run = try await scene.home.run(
            "get", LoginScene.user, "--require-scope", "pages_manage_posts")
        return run.status == 0
    }

    @Test func `a declined scope is named, and --rerequest asks for it again`() async throws {
        let warning =
            "tokenvault: warning: these scopes were not granted: pages_manage_posts; to be asked "
            + "again about scopes that you declined, use `tokenvault login --rerequest`"
        let declined = try await scene.login(browser: try scene.browser(Self.declining))
        #expect(declined.status == 0 && declined.complaints == [warning], "\(declined.errors)")
        #expect(try await !hasScope())
        // Without the option, Facebook does not ask, although the user would agree.
        let silent = try await scene.login(browser: try scene.browser())
        #expect(silent.status == 0 && silent.complaints == [warning], "\(silent.errors)")
        #expect(silent.dialog?.contains("auth_type") == false)
        #expect(try await !hasScope())

        let asked = try await scene.login("--rerequest", browser: try scene.browser())
        #expect(asked.status == 0 && asked.complaints.isEmpty, "\(asked.errors)")
        #expect(asked.dialog?.contains("&auth_type=rerequest") == true)
        #expect(try await hasScope())
    }

    @Test func `a scope that is declined again is only named`() async throws {
        let run = try await scene.login("--rerequest", browser: try scene.browser(Self.declining))
        #expect(run.status == 0)
        #expect(
            run.complaints == [
                "tokenvault: warning: these scopes were not granted: pages_manage_posts"
            ], "\(run.errors)")
    }

    @Test func `the suggested login requests the same scopes`() async throws {
        let run = try await scene.login(
            "--scope", "pages_manage_posts,pages_show_list",
            browser: try scene.browser(Self.declining))
        #expect(
            run.complaints.last?.hasSuffix(
                "use `tokenvault login --scope pages_manage_posts,pages_show_list --rerequest`")
                == true, "\(run.errors)")
    }

    @Test(arguments: [true, false])
    func `the token of a system user is stored as it is, under its own kind`(neverExpires: Bool)
        async throws
    {
        try configure(
            #""system_user": "10200000000000077", "never_expires": \#(neverExpires)"#)
        let run = try await scene.login(
            "--config-id", Self.configuration, browser: try scene.browser())
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(run.lines.first == "Fake System User, \(Self.system)")
        #expect(run.lines.last == "stored; next: tokenvault pages --user \(Self.system)")
        let dialog = try #require(run.dialog)
        #expect(dialog.contains("&config_id=\(Self.configuration)&"))
        #expect(dialog.contains("&response_type=code&") && !dialog.contains("scope="))
        #expect(try await scene.references() == [TemporaryHome.app, Self.system])
        #expect(
            try await scene.home.run("get", Self.system).text == "EAAFAKEsystem0001\n")
        // The code was redeemed; an exchange would be the second call.
        #expect(scene.graph.requests(to: "access_token").count == 1)
        let entry = try await entry(Self.system)
        #expect(entry.status == "ok" && entry.app == TemporaryHome.app)
        #expect(entry.scopes == ["pages_show_list", "business_management"])
        #expect(entry.expiresAt == "never" || !neverExpires, "\(entry)")
        let pages = try await scene.home.run("pages", "--user", Self.system)
        #expect(pages.status == 0 && pages.text.contains("1020000000000007"), "\(pages.errors)")
    }

    @Test func `nobody is asked about a system user, and no person is replaced`() async throws {
        try configure()
        let other = try await scene.home.run(
            "add", "user:4", "--app", TemporaryHome.app, input: "EAAFAKEother1")
        #expect(other.status == 0, "\(other.errors)")
        let run = try await scene.login(
            "--config-id", Self.configuration, browser: try scene.browser())
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(try await scene.references() == [TemporaryHome.app, Self.system, "user:4"])
        #expect(try await scene.home.run("get", "user:4").text == "EAAFAKEother1\n")
    }

    @Test func `a second login renews the system user's token`() async throws {
        try configure()
        for number in 1...2 {
            let run = try await scene.login(
                "--config-id", Self.configuration, browser: try scene.browser())
            #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
            #expect(
                try await scene.home.run("get", Self.system).text == "EAAFAKEsystem000\(number)\n")
        }
        #expect(try await scene.references() == [TemporaryHome.app, Self.system])
    }

    @Test func `a configuration for users gives a long-lived user token`() async throws {
        try configure(#""never_expires": false"#)
        let run = try await scene.login(
            "--config-id", Self.configuration, browser: try scene.browser())
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
        #expect(try await scene.references() == [TemporaryHome.app, LoginScene.user])
    }

    @Test(arguments: [true, false])
    func `a system user's token whose owner is unknown is kept until exchange --resume`(
        neverExpires: Bool
    ) async throws {
        try configure(
            #""system_user": "10200000000000077", "never_expires": \#(neverExpires)"#)
        try scene.graph.setFaults(#"[{"match":"debug_token","kind":"html"}]"#)
        let run = try await scene.login(
            "--config-id", Self.configuration, browser: try scene.browser())
        #expect([75, 76].contains(run.status) && run.output.isEmpty, "\(run.errors)")
        let pending = try #require(try await scene.references().last)
        #expect(pending.hasPrefix("pending:") && run.errors.contains(pending))
        #expect(try await scene.home.run("get", pending).text == "EAAFAKEsystem0001\n")
        try scene.graph.setFaults("[]")
        let resumed = try await scene.home.run("exchange", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await scene.references() == [TemporaryHome.app, Self.system])
        #expect(scene.graph.requests(to: "access_token").count == 1)
    }

    @Test func `hints suggest the same login`() async throws {
        try configure()
        let run = try await scene.login(
            "--config-id", Self.configuration, "--rerequest", browser: try scene.browser("cancel"))
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(
            run.complaints.last
                == "tokenvault: hint: tokenvault login --config-id \(Self.configuration) --rerequest",
            "\(run.errors)")
        #expect(run.dialog?.contains("&auth_type=rerequest") == true)
        #expect(try await scene.references() == [TemporaryHome.app])
    }
}
