import Foundation
import Support
import Testing

// A login in a real browser: Debian's chromium, which `Scripts/bootstrap --test` installs.
@Suite(.serialized) struct BrowserTests {
    private struct Seen: Decodable {
        let failure: String?
        let start: String?
        let dialog: String?
        let text: String?
        let title: String?
        let address: String?
    }

    private static let browser = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Browser/browser.py").path

    private let scene: LoginScene

    init() async throws { scene = try await LoginScene() }

    private func login(pressing button: String) async throws -> (ProgramRun, Seen) {
        let program = try scene.home.start(
            ["login", "--redirect-uri", scene.redirect],
            environment: [
                "BROWSER": Self.browser, "TOKENVAULT_DIALOG_URL": scene.graph.url,
                "BROWSER_BUTTON": button, "BROWSER_REPORT": "\(scene.home.path)/seen",
            ])
        // Chromium may take longer to start than everything else in these tests.
        let seen = try JSONDecoder().decode(
            Seen.self, from: Data(try await scene.file("seen").utf8))
        if let failure = seen.failure {
            program.process.killGroup()
            Issue.record("the browser failed: \(failure)")
        }
        return (try await program.finish(within: .seconds(300)), seen)
    }

    @Test func `a login in the browser stores the token`() async throws {
        let (run, seen) = try await login(pressing: "continue")
        #expect(seen.dialog == "Fake App")
        #expect(seen.title == "Logged in - tokenvault")
        #expect(seen.text?.contains("You can close this window") == true)
        #expect(seen.start?.contains("state=") == false, "\(seen.start ?? "")")
        // The code is neither in the address bar nor in the history.
        #expect(seen.address == scene.redirect)
        #expect(run.status == 0 && run.complaints.isEmpty, "\(run.errors)")
        #expect(run.lines.first == "Ann Fake, \(LoginScene.user)")
        #expect(try await scene.home.run("get", LoginScene.user).text == "EAAFAKElong0001\n")
        let entry = try await scene.home.run("show", LoginScene.user, "--json")
            .json(EntryDocument.self)
        #expect(entry.status == "ok" && entry.name == "Ann Fake" && entry.app == TemporaryHome.app)
    }

    @Test func `canceling reports that nothing was stored`() async throws {
        let (run, seen) = try await login(pressing: "cancel")
        #expect(seen.title == "Login canceled - tokenvault")
        #expect(seen.address == scene.redirect)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.complaints.first?.contains("the login was canceled") == true)
        #expect(try await scene.references() == [TemporaryHome.app])
    }
}
