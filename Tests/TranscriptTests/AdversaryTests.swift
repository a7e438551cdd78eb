import Foundation
import GraphSimulator
import Support
import Testing

// The rows of SECURITY.md's table that are about the network, names and processes. Each test acts as an
// adversary with the abilities in its row. For servers that hang or lie, see StallTests,
// ExtremeNumberTests and HostileTextTests; for a web page or another user during a login, see
// LoginAttackTests.
struct AdversaryTests {
    private static let user = "user:10200000000000009"
    /// What nobody on the network may see: tokens, the app secret, IDs, names, scopes.
    private static let hidden = [
        "EAAFAKE", TemporaryHome.appSecret, "10200000000000009", "Ann Fake", "pages_show_list",
        "debug_token",
    ].map(SecretTraces.init)

    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    private func expectNothingSeen(in record: String) throws {
        let seen = try Data(contentsOf: URL(filePath: record))
        #expect(seen.count > 1_000, "there was something to see")
        for traces in Self.hidden { #expect(!traces.isIn(seen), "\(traces.secret)") }
    }

    @Test func `an eavesdropper learns which host is contacted, but not what is sent`() async throws
    {
        let certificate = try await LocalhostCertificate(in: home.path)
        let graph = try await TemporaryGraph(tls: certificate.tlsFiles)
        let port = try #require(graph.url.split(separator: ":").last)
        let record = "\(home.parent)/record"
        let tap = try await PythonServer.eavesdropping(on: "\(port)", record: record, in: home)
        let options = [
            "--graph-url", "https://localhost:\(tap.port)", "--ca-file", certificate.certificate,
        ]
        for command in [["exchange"], ["pages"], ["check", "--online"], ["inspect", Self.user]] {
            let run = try await home.run(command + options, input: TemporaryHome.shortToken)
            #expect(run.status < 3 && !run.output.isEmpty, "\(command): \(run.errors)")
        }
        try expectNothingSeen(in: record)
    }

    @Test func `a proxy sees only the host name`() async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let graph = try await TemporaryGraph(tls: certificate.tlsFiles)
        let record = "\(home.parent)/record"
        let proxy = try await PythonServer.eavesdropping(on: "proxy", record: record, in: home)
        let run = try await home.run(
            "exchange", "--graph-url", graph.url, "--ca-file", certificate.certificate,
            input: TemporaryHome.shortToken,
            environment: ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
        #expect(run.status == 0, "\(run.errors)")
        try expectNothingSeen(in: record)
        let seen = try Data(contentsOf: URL(filePath: record))
        let host = graph.url.replacing("https://", with: "")
        #expect(
            String(decoding: seen.prefix(200), as: UTF8.self).hasPrefix(
                "CONNECT \(host) HTTP/1.1\r\n"))
    }

    @Test func `plain HTTP never goes through a proxy or to another machine`() async throws {
        let graph = try await TemporaryGraph()
        let record = "\(home.parent)/record"
        let proxy = try await PythonServer.eavesdropping(on: "proxy", record: record, in: home)
        let proxies: [String: String?] = [
            "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)",
            "HTTP_PROXY": "http://127.0.0.1:\(proxy.port)",
            "http_proxy": "http://127.0.0.1:\(proxy.port)",
            "ALL_PROXY": "http://127.0.0.1:\(proxy.port)",
        ]
        let here = try await home.run(
            "exchange", "--graph-url", graph.url, input: TemporaryHome.shortToken,
            environment: proxies)
        #expect(here.status == 0, "\(here.errors)")
        let elsewhere = try await home.run(
            "exchange", "--graph-url", "http://graph.facebook.com",
            input: TemporaryHome.shortToken, environment: proxies)
        #expect(elsewhere.status == 64 && elsewhere.hasFailedProperly)
        #expect(try Data(contentsOf: URL(filePath: record)).isEmpty)
    }

    /// The certificate is for another host, and either trusted or not.
    @Test(arguments: [true, false])
    func `an impostor without a trusted certificate receives nothing`(
        isTrusted: Bool
    ) async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let impostor = try await TemporaryGraph(tls: certificate.tlsFiles)
        let port = try #require(impostor.url.split(separator: ":").last)
        let options = isTrusted ? ["--ca-file", certificate.certificate] : []
        let run = try await home.shell(
            """
            exec unshare --user --map-root-user --mount bash -c '
                echo "127.0.0.1 localhost graph.facebook.com" >hosts
                mount --bind hosts /etc/hosts || exit 99
                echo EAAFAKEshort0001 |
                    tokenvault exchange --graph-url https://graph.facebook.com:\(port) \\
                        \(options.joined(separator: " "))'
            """)
        #expect(run.status == 69 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("certificate is not trusted"))
        #expect(impostor.receivedNoRequests)
    }

    @Test func `an impostor with a trusted certificate receives only what is sent to it`()
        async throws
    {
        let certificate = try await LocalhostCertificate(in: home.path)
        let impostor = try await TemporaryGraph(tls: certificate.tlsFiles)
        #expect(
            try await home.run(
                "add", "page:1", "--app", TemporaryHome.app, input: "EAAFAKEpage00001"
            ).status == 0)
        impostor.simulation.setFaults([Fault(.echo)])
        let run = try await home.run(
            "exchange", "--graph-url", impostor.url, "--ca-file", certificate.certificate,
            input: TemporaryHome.shortToken)
        #expect(run.status != 0 && run.hasFailedProperly, "\(run.errors)")
        for request in impostor.simulation.requests {
            #expect(!"\(request.query)\(request.form)\(request.headers)".contains("EAAFAKEpage"))
        }
        #expect(try await home.run("get", "page:1").text == "EAAFAKEpage00001\n")
    }

    @Test func `a name chosen by others never selects another token`() async throws {
        for (page, name) in [
            ("page:1", "Fake Café"), ("page:2", "Fake Café"), ("page:3", "IV"), ("page:4", "Four"),
            ("page:5", "page:4"), ("page:6", "4~previous"), ("page:7", "--json"),
        ] {
            let added = try await home.run(
                "add", page, "--app", TemporaryHome.app, "--name=\(name)",
                input: "EAAFAKEtoken000\(page.last ?? "0")")
            #expect(added.status == 0, "\(added.errors)")
        }
        let same = try await home.run("get", "page:Fake Café")
        #expect(same.status == 64 && same.hasFailedProperly, "\(same.errors)")
        #expect(same.errors.contains("page:1") && same.errors.contains("page:2"))
        #expect(try await home.run("get", "page:4").text == "EAAFAKEtoken0004\n")
        #expect(try await home.run("get", "page:four").text == "EAAFAKEtoken0004\n")
        #expect(try await home.run("get", "page:4~previous").status == 66)
    }

    /// The adversary is another user, who sees only the arguments of these processes, and requests the
    /// start page before or after the browser does.
    ///
    /// The search is limited to the program and its children: tests that run at the same time have
    /// arguments of their own.
    @Test(
        .enabled(if: getuid() == 0, "only root can become another user"), arguments: [true, false])
    func `a user who watches the processes of a login learns nothing, and the login fails`(
        first: Bool
    ) async throws {
        let scene = try await LoginScene()
        let open = #"dialog=$(curl -sS -o /dev/null -w '%{redirect_url}' "$1")"#
        let browser = try scene.home.write(
            """
            #!/bin/bash
            \(first ? "" : open)
            touch "$HOME/started"
            sleep 30
            """, to: "slow-browser", mode: 0o700)
        let program = try scene.home.start(
            ["login", "--redirect-uri", scene.redirect],
            environment: ["TOKENVAULT_DIALOG_URL": scene.graph.url, "BROWSER": browser])
        _ = try await scene.file("started")
        let spy = try await scene.home.shell(
            """
            setpriv --reuid=65534 --regid=65534 --clear-groups bash -c '
                cd /
                watch() {
                    for file in cmdline environ maps status stat; do
                        cat /proc/$1/$file 2>/dev/null | tr "\\0" " "
                    done
                    ls -l /proc/$1/fd 2>/dev/null
                    for child in $(cat /proc/$1/task/*/children); do watch $child; done
                }
                watch \(program.process.id)' >seen
            address=$(grep -ao 'http://127.0.0.1:\(scene.port)/[A-Za-z0-9_-]*' seen | head -1)
            echo "$address"
            setpriv --reuid=65534 --regid=65534 --clear-groups curl -sS "$address"
            """)
        let seen = try scene.home.contents("seen")
        let run = try await program.finish()
        #expect(spy.lines.first?.hasPrefix("http://127.0.0.1:") == true, "\(spy.errors)")
        #expect(spy.text.contains("This page works only once"), "\(spy.text)")
        let state = try #require(run.dialog?.split(separator: "state=").last?.prefix(43))
        for secret in [String(state), "EAAFAKE", TemporaryHome.appSecret] {
            #expect(!SecretTraces(secret).isIn(seen) && !spy.text.contains(secret), "\(secret)")
        }
        #expect(run.status == 2 && run.errors.contains("someone else opened"), "\(run.errors)")
        #expect(try await scene.references() == [TemporaryHome.app])
    }
}
