import Foundation
import GraphSimulator
import Support
import Testing

/// A home, a simulated Graph API and a scripted browser for a login, with a redirect URI on a free
/// port.
final class LoginScene: Sendable {
    static let user = "user:10200000000000009"

    let graph: TemporaryGraph
    let home: TemporaryHome
    let port: Int
    var redirect: String { "http://localhost:\(port)/" }

    init() async throws {
        port = LoopbackPort.free()
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        try allow(redirect)
    }

    /// Makes `redirect` the only redirect URI that the app allows.
    func allow(_ redirect: String) throws {
        try graph.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "redirect_uris": ["\#(redirect)"]}]}"#)
    }

    /// Writes a script that acts as the browser, and returns its path.
    ///
    /// It opens the URL in its argument, presses a button of the dialog and follows the redirect.
    /// `change` is bash that runs before the redirect is followed, and may alter `$location`.
    func browser(_ button: String = "continue", change: String = ":") throws -> String {
        try home.write(
            """
            #!/bin/bash
            env >"$HOME/browser.environment"
            echo "$@" >"$HOME/browser.arguments"
            dialog=$(curl -sS -o "$HOME/start" -w '%{redirect_url}' "$1")
            location=$(curl -sS -o "$HOME/dialog" -w '%{redirect_url}' \\
                --data "${dialog#*\\?}&decision=\(button)" "${dialog%%\\?*}")
            \(change)
            curl -sS -i "${location%%#*}" >"$HOME/page.new" && mv "$HOME/page.new" "$HOME/page"
            """, to: "browser", mode: 0o700)
    }

    /// Runs `login` to its end, without a terminal.
    func login(
        _ options: String..., browser: String, environment: [String: String?] = [:]
    ) async throws -> ProgramRun {
        var variables = environment
        variables["BROWSER"] = browser
        variables["TOKENVAULT_DIALOG_URL"] = graph.url
        return try await home.run(
            ["login", "--redirect-uri", redirect] + options, environment: variables)
    }

    /// Waits for a file that the browser creates in the home, and returns its text.
    func file(_ name: String) async throws -> String {
        try await waitFor("the file \(name)", within: .seconds(240)) {
            FileManager.default.fileExists(atPath: "\(home.path)/\(name)")
        }
        return String(decoding: try home.contents(name), as: UTF8.self)
    }

    /// Returns the references of all entries.
    func references() async throws -> [String] {
        try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
    }

    /// The requests to the Graph API, without those to the dialog, as "METHOD path".
    var calls: [String] {
        graph.simulation.requests.map { "\($0.method) \($0.path)" }
            .filter { !$0.hasSuffix("/dialog/oauth") }
    }
}

extension ProgramRun {
    /// The URL of the dialog, as `login` printed it.
    var dialog: String? { errorLines.first { $0.contains("/dialog/oauth?") } }

    /// The lines on standard error that are not about how to open the dialog.
    var complaints: [String] {
        errorLines.filter { !$0.contains("/dialog/oauth?") && !$0.hasSuffix("at this address:") }
    }
}
