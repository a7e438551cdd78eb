import Foundation
import GraphSimulator
import Testing

// Where secrets may be seen: on the stdout of `get`, and in the calls that need them.
struct SecrecyTests {
    /// Everything secret of the sample, and what Meta makes of it.
    private static let secrets = [
        TemporaryHome.appSecret, TemporaryHome.shortToken, "EAAFAKElong", "EAAFAKEpage",
        TemporaryHome.passphrase,
    ]
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
    }

    private func expectNoSecret(in run: ProgramRun, _ what: [String]) {
        for secret in Self.secrets {
            #expect(!run.text.contains(secret), "\(what)")
            #expect(!run.errors.contains(secret), "\(what): \(run.errors)")
        }
    }

    @Test func `no command but get shows a secret, and no URL holds one but input_token`()
        async throws
    {
        let commands = [
            ["exchange"], ["exchange", "--json"], ["pages"], ["pages", "--json"],
            ["pages", "1020000000000001"], ["pages", "--offline"], ["check"],
            ["check", "--online"],
            ["check", "--json"], ["check", "--format", "prometheus"], ["list"], ["list", "--json"],
            ["show", TemporaryHome.app], ["show", "user:10200000000000009", "--json"],
            ["show", "page:1020000000000001"], ["exchange", "user:10200000000000009"],
            ["get", "user:10200000000000009", "--valid-for", "300d"],
            ["remove", "page:1020000000000003"],
        ]
        for command in commands {
            let run = try await home.run(command, input: TemporaryHome.shortToken)
            #expect(run.status < 64, "\(command): \(run.errors)")
            expectNoSecret(in: run, command)
        }
        try expectNoSecretInURLs()
        #expect(graph.requests(to: "debug_token").count > 20)
        let vault = try home.contents("vault")
        for secret in Self.secrets { #expect(vault.range(of: Data(secret.utf8)) == nil) }
    }

    /// Looks at every path and query, whatever its encoding.
    private func expectNoSecretInURLs() throws {
        for request in graph.simulation.requests {
            let items = request.query.split(separator: "&").filter {
                !(request.path.hasSuffix("/debug_token") && $0.hasPrefix("input_token="))
            }
            let url = request.path + "?" + items.joined(separator: "&")
            let plain = try #require(url.removingPercentEncoding)
            for secret in Self.secrets {
                #expect(!url.contains(secret) && !plain.contains(secret), "\(request.path)")
            }
        }
    }

    @Test(arguments: ["oauth/access_token", "debug_token", "me", "accounts", "page", "*"])
    func `an error of Meta's that repeats every secret is redacted`(
        _ endpoint: String
    ) async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        #expect(try await home.run("pages").status == 0)
        try graph.setFaults(#"[{"match":"\#(endpoint)","kind":"echo"}]"#)
        let commands = [
            ["exchange"], ["exchange", "--json"], ["pages"], ["pages", "--json"],
            ["pages", "1020000000000001"], ["check", "--online"],
            ["check", "--online", "--json"], ["check"],
        ]
        for command in commands {
            let run = try await home.run(command, input: TemporaryHome.shortToken)
            expectNoSecret(in: run, command)
            #expect(run.status != 70)
        }
        try expectNoSecretInURLs()
    }

    @Test func `a redirect to another host is not followed, and nothing goes there`()
        async throws
    {
        let other = try await TemporaryGraph()
        for status in [301, 302, 307] {
            for endpoint in ["oauth/access_token", "accounts", "debug_token"] {
                try graph.setFaults(
                    #"""
                    [{"match":"\#(endpoint)","kind":"redirect","status":\#(status),
                      "location":"\#(other.url)/v26.0/me"}]
                    """#)
                let run = try await home.run("exchange", input: TemporaryHome.shortToken)
                #expect(endpoint != "oauth/access_token" || run.status == 76, "\(run.errors)")
                expectNoSecret(in: run, ["exchange"])
                let pages = try await home.run("pages")
                #expect(endpoint != "accounts" || pages.status == 76, "\(pages.errors)")
            }
        }
        #expect(other.wasNotAsked)
    }
}
