import Foundation
import Support
import Testing

// Connections to the Graph API: HTTPS, certificates, addresses.
struct ConnectionTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    @Test func `HTTPS works with a CA file from an option or a variable`() async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let graph = try await TemporaryGraph(tls: certificate.tlsFiles)
        let secure: [String: String?] = ["TOKENVAULT_GRAPH_URL": graph.url]
        #expect(graph.url.hasPrefix("https://localhost:"))
        let exchange = try await home.run(
            "exchange", "--ca-file", certificate.certificate, input: TemporaryHome.shortToken,
            environment: secure)
        #expect(exchange.status == 0, "\(exchange.errors)")
        let pages = try await home.run(
            "pages",
            environment: [
                "TOKENVAULT_GRAPH_URL": graph.url, "TOKENVAULT_CA_FILE": certificate.certificate,
            ])
        #expect(pages.status == 0 && pages.lines.count == 27)
        let option = try await home.run(
            "pages", "--graph-url", graph.url, "--ca-file", certificate.certificate)
        #expect(option.status == 0)
    }

    @Test func `an untrusted certificate fails with 69, and nothing is sent`() async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let graph = try await TemporaryGraph(tls: certificate.tlsFiles)
        let run = try await home.run(
            "exchange", input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_GRAPH_URL": graph.url])
        #expect(run.status == 69 && run.hasFailedProperly)
        #expect(run.errors.contains("certificate is not trusted"))
        #expect(graph.receivedNoRequests)
    }

    @Test func `a certificate for another host is not trusted`() async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let graph = try await TemporaryGraph(tls: certificate.tlsFiles)
        let url = graph.url.replacing("localhost", with: "127.0.0.1")
        let run = try await home.run(
            "exchange", "--ca-file", certificate.certificate, input: TemporaryHome.shortToken,
            environment: ["TOKENVAULT_GRAPH_URL": url])
        #expect(run.status == 69 && run.hasFailedProperly)
        #expect(graph.receivedNoRequests)
    }

    @Test(arguments: ["nowhere.pem", "vault"])
    func `a file without certificates is refused`(_ name: String) async throws {
        let run = try await home.run(
            "exchange", "--ca-file", name, input: TemporaryHome.shortToken)
        #expect(run.status == 74 && run.hasFailedProperly)
    }

    @Test(arguments: [
        "http://graph.facebook.com", "http://192.0.2.1", "http://localhost.example.invalid",
        "http://127.0.0.1.example.invalid", "http://127.0.0.1@example.invalid", "ftp://127.0.0.1",
        "graph.facebook.com", "https://", "https://user:FAKE@127.0.0.1", "https://127.0.0.1/?a=b",
    ])
    func `plain HTTP to another machine and invalid addresses are refused`(
        _ url: String
    ) async throws {
        let option = try await home.run(
            "exchange", "--graph-url", url, input: TemporaryHome.shortToken)
        #expect(option.status == 64 && option.hasFailedProperly)
        let variable = try await home.run(
            "pages", environment: ["TOKENVAULT_GRAPH_URL": url])
        #expect(variable.status == 64 && variable.hasFailedProperly)
    }

    @Test func `a refused connection fails with 69 and marks no token`() async throws {
        let added = try await home.run(
            "add", "user:1", "--app", TemporaryHome.app, input: "EAAFAKE1")
        #expect(added.status == 0)
        let before = try await home.run("show", "user:1").text
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(exchange.status == 69 && exchange.hasFailedProperly)
        #expect(exchange.errors.hasSuffix("tokenvault: hint: tokenvault doctor\n"))
        let pages = try await home.run("pages")
        #expect(pages.status == 69 && pages.errors.contains("no connection"))
        let check = try await home.run("check", "--online")
        #expect(check.status == 69 && check.lines.count == 2)
        #expect(try await home.run("show", "user:1").text == before)
    }

    @Test func `an unknown host fails with 69`() async throws {
        let run = try await home.run(
            "exchange", "--graph-url", "https://graph.example.invalid",
            input: TemporaryHome.shortToken)
        #expect(run.status == 69 && run.hasFailedProperly)
        #expect(run.errors.contains("graph.example.invalid"))
    }

    @Test func `a proxy that is not running fails with 69, and NO_PROXY bypasses it`() async throws
    {
        let graph = try await TemporaryGraph()
        let certificate = try await LocalhostCertificate(in: home.path)
        let secure = try await TemporaryGraph(tls: certificate.tlsFiles)
        var environment: [String: String?] = [
            "TOKENVAULT_GRAPH_URL": secure.url, "TOKENVAULT_CA_FILE": certificate.certificate,
            "HTTPS_PROXY": graph.url.replacing(/:\d+$/, with: ":1"),
        ]
        let proxied = try await home.run(
            "exchange", input: TemporaryHome.shortToken, environment: environment)
        #expect(proxied.status == 69 && proxied.hasFailedProperly)
        #expect(secure.receivedNoRequests)
        environment["NO_PROXY"] = "localhost"
        let direct = try await home.run(
            "exchange", input: TemporaryHome.shortToken, environment: environment)
        #expect(direct.status == 0, "\(direct.errors)")
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"),
            "strace is not installed"))
    func `a network command starts one thread`() async throws {
        let graph = try await TemporaryGraph()
        let run = try await home.shell(
            """
            printf %s \(TemporaryHome.shortToken) \\
                | strace -f -qq -o trace -e trace=clone,clone3 tokenvault exchange >out &&
            grep -c CLONE_THREAD trace
            """, environment: ["TOKENVAULT_GRAPH_URL": graph.url])
        #expect(run.lines == ["1"], "\(run.text)\(run.errors)")
    }
}
