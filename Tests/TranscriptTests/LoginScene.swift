import Foundation
import GraphSimulator
import Support
import Testing

/// A home, a Graph and a browser of their own for a login, with a redirect address where nobody else
/// listens.
final class LoginScene: Sendable {
    static let user = "user:10200000000000009"

    let graph: TemporaryGraph
    let home: TemporaryHome
    let port: Int
    var redirect: String { "http://localhost:\(port)/" }

    init() async throws {
        port = LoopbackPort.free()
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
        try allow(redirect)
    }

    /// Registers the only redirect address with the app.
    func allow(_ redirect: String) throws {
        try graph.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "redirect_uris": ["\#(redirect)"]}]}"#)
    }

    /// A browser whose person presses a button, as a script: it opens the address that it is given,
    /// posts the dialog's form and follows the way back.
    ///
    /// `change` is bash between the two, which may alter `$location`.
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

    /// Waits for a file that a browser leaves in the home.
    func file(_ name: String) async throws -> String {
        let start = ContinuousClock.now
        while !FileManager.default.fileExists(atPath: "\(home.path)/\(name)") {
            try #require(ContinuousClock.now - start < .seconds(240), "no \(name)")
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        return String(decoding: try home.contents(name), as: UTF8.self)
    }

    /// The names of all entries.
    func references() async throws -> [String] {
        try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
    }

    /// The calls to Graph itself, as "METHOD path".
    var calls: [String] {
        graph.simulation.requests.map { "\($0.method) \($0.path)" }
            .filter { !$0.hasSuffix("/dialog/oauth") }
    }
}

extension ProgramRun {
    /// The address that `login` showed.
    var dialog: String? { errorLines.first { $0.contains("/dialog/oauth?") } }

    /// What it said besides the way to the dialog.
    var complaints: [String] {
        errorLines.filter { !$0.contains("/dialog/oauth?") && !$0.hasSuffix("at this address:") }
    }
}
