import Foundation
import Support
import Testing

// Servers and proxies that keep the program waiting: a call may take 30 seconds from its first attempt
// to the last byte of the response, and connecting may take 10.
@Suite(.timeLimit(.minutes(3))) struct StallTests {
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
        let added = try await home.run(
            "add", "user:1", "--app", TemporaryHome.app, input: "EAAFAKE1")
        try #require(added.status == 0, "\(added.errors)")
    }

    private func expectTimeout(
        after seconds: ClosedRange<Int>, _ kind: String, url: String,
        environment: [String: String?] = [:]
    ) async throws {
        let before = try home.contents("vault")
        var variables = environment
        variables["TOKENVAULT_GRAPH_URL"] = url
        let run = try await home.run(["check", "--online", "user:1"], environment: variables)
        #expect(run.status == 69, "\(kind): \(run.errors)")
        let limits = Duration.seconds(seconds.lowerBound)...Duration.seconds(seconds.upperBound)
        #expect(limits.contains(run.duration), "\(kind): \(run.duration)")
        #expect(run.errors.hasSuffix("tokenvault: hint: tokenvault doctor\n"), "\(run.errors)")
        // Nothing was learned about the token.
        #expect(try home.contents("vault") == before, "\(kind)")
    }

    @Test(arguments: ["status_000", "status_099", "status_199", "status_999"])
    func `a status that is not valid in HTTP is an ordinary error`(kind: String) async throws {
        let server = try await PythonServer.stalling(kind, in: home)
        for command in [["check", "--online", "user:1"], ["api", "me"], ["inspect", "user:1"]] {
            let run = try await home.run(
                command, environment: ["TOKENVAULT_GRAPH_URL": "http://127.0.0.1:\(server.port)"])
            #expect([69, 75, 76].contains(run.status), "\(command): \(run.status) \(run.errors)")
            #expect(run.errors.hasPrefix("tokenvault: error: "), "\(run.errors)")
        }
    }

    @Test(arguments: [
        ("banner", "not valid HTTP"), ("two_lengths", "not valid HTTP"),
        ("length_beyond_64_bits", "not valid HTTP"), ("status_099", "not valid HTTP"),
        ("cut_head", "the connection was closed"), ("cut_body", "the connection was closed"),
    ])
    func `what is not HTTP is told from what is cut off`(kind: String, words: String) async throws {
        let server = try await PythonServer.stalling(kind, in: home)
        let run = try await home.run(
            ["check", "--online", "user:1"],
            environment: ["TOKENVAULT_GRAPH_URL": "http://127.0.0.1:\(server.port)"])
        #expect(run.status == 69 && run.errors.contains(words), "\(run.errors)")
    }

    @Test func `a response that announces more than 4 MiB is rejected at once`() async throws {
        let server = try await PythonServer.stalling("huge", in: home)
        let run = try await home.run(
            ["check", "--online", "user:1"],
            environment: ["TOKENVAULT_GRAPH_URL": "http://127.0.0.1:\(server.port)"])
        #expect(run.status == 76 && run.errors.contains("4 MiB"), "\(run.errors)")
        #expect(run.duration < .seconds(10))
    }

    // All at once, since each takes only a few milliseconds of processor time.
    @Test func `a server that stalls or drips is given up after 10 seconds or 30`() async throws {
        let certificate = try await LocalhostCertificate(in: home.path)
        let trusting: [String: String?] = ["TOKENVAULT_CA_FILE": certificate.certificate]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for kind in [
                "silent", "half_head", "slow_head", "endless_headers", "interim", "no_body",
                "half_body", "slow_body", "slow_chunks", "chunk_extension", "trailers",
                "until_closed",
            ] {
                let server = try await PythonServer.stalling(kind, in: home)
                group.addTask {
                    try await expectTimeout(
                        after: 29...45, kind, url: "http://127.0.0.1:\(server.port)")
                }
            }
            for kind in ["half_head", "slow_body", "slow_chunks"] {
                let server = try await PythonServer.stalling(
                    kind, in: home, certificate: certificate)
                group.addTask {
                    try await expectTimeout(
                        after: 29...45, "\(kind) over TLS",
                        url: "https://localhost:\(server.port)", environment: trusting)
                }
            }
            // It closes the connection after 15 seconds, and each of three attempts would take as long.
            let late = try await PythonServer.stalling("late_break", in: home)
            group.addTask {
                try await expectTimeout(
                    after: 14...45, "late_break", url: "http://127.0.0.1:\(late.port)")
            }
            let handshake = try await PythonServer.stalling("no_handshake", in: home)
            group.addTask {
                try await expectTimeout(
                    after: 9...25, "no_handshake", url: "https://localhost:\(handshake.port)")
            }
            for kind in ["silent_proxy", "slow_proxy"] {
                let proxy = try await PythonServer.stalling(kind, in: home)
                group.addTask {
                    try await expectTimeout(
                        after: 9...25, kind, url: "https://graph.example.invalid",
                        environment: ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
                }
            }
            try await group.waitForAll()
        }
    }
}
