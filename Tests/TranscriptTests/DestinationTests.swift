import Foundation
import Support
import Testing

// A variable that sends secrets to a server other than Meta's does not go unnoticed.
struct DestinationTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
    }

    private var host: String { String(graph.url.dropFirst("http://".count)) }
    private var note: String {
        "tokenvault: TOKENVAULT_GRAPH_URL is set: secrets are sent to \(host)"
    }

    private func lines(_ run: ProgramRun) -> [String] {
        run.allErrors.split(separator: "\n").map(String.init)
    }

    @Test func `each command that sends secrets names the host that a variable chose`()
        async throws
    {
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(exchange.status == 0 && lines(exchange) == [note], "\(exchange.allErrors)")
        let user = "user:10200000000000009"
        let commands = [
            ["pages", "1020000000000001"], ["check", "--online"], ["inspect", user],
            ["refresh", "--all"], ["exchange", user],
            ["client-code", user, "--redirect-uri", "http://localhost:47231/"],
            ["revoke", user, "--force"],
        ]
        for command in commands {
            let run = try await home.run(command)
            let noted = lines(run).filter { $0 == note }
            #expect(noted.count == 1 && lines(run).first == note, "\(command): \(run.allErrors)")
        }
    }

    @Test func `the note comes before anything is sent`() async throws {
        let run = try await home.run(
            "exchange", input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_GRAPH_URL": "https://graph.example.invalid"])
        #expect(run.status == 69)
        #expect(
            lines(run).first
                == "tokenvault: TOKENVAULT_GRAPH_URL is set: secrets are sent to graph.example.invalid"
        )
    }

    @Test(arguments: [["--quiet"], ["-q"], ["--json"]])
    func `--quiet and --json suppress the note`(options: [String]) async throws {
        let run = try await home.run(["exchange"] + options, input: TemporaryHome.shortToken)
        #expect(run.status == 0 && run.allErrors.isEmpty, "\(run.allErrors)")
    }

    @Test func `a host from an option is not reported`() async throws {
        let run = try await home.run(
            "exchange", "--graph-url", graph.url, input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_GRAPH_URL": "https://graph.example.invalid"])
        #expect(run.status == 0 && run.allErrors.isEmpty, "\(run.allErrors)")
    }

    @Test(arguments: [
        "https://graph.facebook.com", "https://graph.facebook.com/",
        "https://GRAPH.Facebook.com:443",
    ])
    func `Meta's own hosts are not reported`(url: String) async throws {
        let run = try await home.run(
            "exchange", input: TemporaryHome.shortToken,
            environment: [
                "TOKENVAULT_GRAPH_URL": url, "HTTPS_PROXY": "http://127.0.0.1:1",
            ])
        #expect(run.status == 69)
        #expect(!run.allErrors.contains("TOKENVAULT_GRAPH_URL"), "\(run.allErrors)")
    }

    @Test(arguments: [
        "https://graph.facebook.com.example.invalid", "https://graphfacebook.com.invalid",
        "https://facebook.com.invalid", "https://notfacebook.com",
    ])
    func `hosts that look like Meta's are reported`(url: String) async throws {
        let run = try await home.run(
            "exchange", input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_GRAPH_URL": url, "HTTPS_PROXY": "http://127.0.0.1:1"])
        #expect(run.allErrors.contains("secrets are sent to \(url.dropFirst(8))\n"))
    }

    @Test func `a CA file is reported if a variable names it, but not if an option does`()
        async throws
    {
        let certificate = try await LocalhostCertificate(in: home.path)
        let secure = try await TemporaryGraph(tls: certificate.tlsFiles)
        let note =
            "tokenvault: TOKENVAULT_CA_FILE is set: servers are verified with the certificates in "
            + certificate.certificate
        let variable = try await home.run(
            "exchange", "--graph-url", secure.url, input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_CA_FILE": certificate.certificate])
        #expect(variable.status == 0 && lines(variable) == [note], "\(variable.allErrors)")
        let option = try await home.run(
            "exchange", "--graph-url", secure.url, "--ca-file", certificate.certificate,
            input: TemporaryHome.shortToken, environment: ["TOKENVAULT_CA_FILE": "/nowhere"])
        #expect(option.status == 0 && option.allErrors.isEmpty, "\(option.allErrors)")
        let quiet = try await home.run(
            "exchange", "--graph-url", secure.url, "--quiet", input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_CA_FILE": certificate.certificate])
        #expect(quiet.status == 0 && quiet.allErrors.isEmpty, "\(quiet.allErrors)")
    }

    @Test func `the login dialog's host is reported too`() async throws {
        let run = try await home.run(
            "login", "--no-browser", "--for", "1s", "--redirect-uri",
            "http://localhost:\(LoopbackPort.free())/",
            environment: ["TOKENVAULT_DIALOG_URL": graph.url])
        #expect(run.status == 75)
        #expect(
            lines(run).first
                == "tokenvault: TOKENVAULT_DIALOG_URL is set: the login dialog is at \(host)",
            "\(run.allErrors)")
    }

    @Test func `a command that sends nothing reports nothing`() async throws {
        let commands = [
            ["--help"], ["--version"], ["help", "exchange"], ["completion", "bash"],
            ["---completion", "exchange", "--", ""], ["list"], ["get", TemporaryHome.app],
            ["check"], ["pages", "--offline"], ["doctor"],
        ]
        for command in commands {
            let run = try await home.run(
                command, environment: ["TOKENVAULT_CA_FILE": "/nowhere"])
            #expect(!run.allErrors.contains("is set:"), "\(command): \(run.allErrors)")
        }
    }
}
