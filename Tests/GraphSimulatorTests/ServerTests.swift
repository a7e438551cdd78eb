import AsyncHTTPClient
import Foundation
import GraphSimulator
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    /// Runs a test with a server and stops the server afterward.
    private func serving(
        _ simulation: Simulation, tls: SimulatorServer.TLSFiles? = nil,
        client: HTTPClient? = nil,
        _ test: (SimulatorServer) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer(simulation, tls: tls)
        do {
            try await test(server)
        } catch {
            // A client that is not shut down crashes the test process.
            try await client?.shutdown()
            await server.stop()
            throw error
        }
        try await client?.shutdown()
        await server.stop()
    }

    private func send(
        _ method: HTTPMethod, _ url: String, body: String? = nil, token: String? = nil,
        client: HTTPClient = .shared, timeout: TimeAmount = .seconds(20)
    ) async throws -> (response: HTTPClientResponse, text: String) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await client.execute(request, timeout: timeout)
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return (response, String(buffer: bytes))
    }

    @Test func `a server may be stopped while connections arrive`() async throws {
        for _ in 1...30 {
            let server = try await SimulatorServer(.atRest())
            let port = try #require(URL(string: server.baseURL)?.port)
            await withDiscardingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask {
                        let connecting = ClientBootstrap(
                            group: MultiThreadedEventLoopGroup.singleton
                        )
                        .connect(host: "127.0.0.1", port: port)
                        // The connection may or may not be accepted.
                        try? await connecting.get().close()
                    }
                }
                await server.stop()
            }
            await #expect(throws: (any Error).self) {
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
            }
        }
    }

    @Test func `an exchange works over HTTP as in the process`() async throws {
        try await serving(.atRest()) { server in
            #expect(server.baseURL.hasPrefix("http://127.0.0.1:"))
            let result = try await send(
                .POST, server.baseURL + "/v26.0/oauth/access_token",
                body: "grant_type=fb_exchange_token&client_id=\(app)"
                    + "&client_secret=FAKEsecret0001&fb_exchange_token=EAAFAKEshort0001")
            #expect(result.response.status == .ok)
            #expect(result.text.hasPrefix(#"{"access_token":"EAAFAKElong0001","#))
            // The date is from the simulated clock, which determines what has expired.
            #expect(result.response.headers["Date"] == ["Fri, 20 Nov 2026 18:15:02 GMT"])
            let refusal = try await send(.GET, server.baseURL + "/v26.0/me?fields=id%2Cname")
            #expect(refusal.response.status == .badRequest)
            #expect(refusal.response.headers["WWW-Authenticate"].count == 1)
            let seen = server.simulation.requests
            #expect(seen.map(\.path) == ["/v26.0/oauth/access_token", "/v26.0/me"])
            #expect(seen[1].query == "fields=id%2Cname")
        }
    }

    /// Sends bytes, says that no more will come, and returns everything that the server sends.
    private func exchange(_ text: String, with server: SimulatorServer) async throws -> String {
        let port = try #require(URL(string: server.baseURL)?.port)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            outbound.finish()
            var all = ByteBuffer()
            for try await part in inbound { all.writeImmutableBuffer(part) }
            return String(buffer: all)
        }
    }

    private static let me =
        "GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer EAAFAKEshort0001\r\n"

    @Test(arguments: [
        ("\(me)\r\n", 1), ("\(me)\r\n\(me)\r\n", 2), ("\(me)Connection: close\r\n\r\n\(me)\r\n", 1),
        ("\(me.replacing("HTTP/1.1", with: "HTTP/1.0"))\r\n\(me)\r\n", 1), ("", 0), (me, 0),
    ])
    func `each request on a connection is answered, until one says that it is the last`(
        text: String, count: Int
    ) async throws {
        try await serving(.atRest()) { server in
            let all = try await exchange(text, with: server)
            #expect(all.ranges(of: "HTTP/1.1 200 OK\r\n").count == count, "\(all)")
            #expect(all.ranges(of: #""name":"Ann Fake""#).count == count)
        }
    }

    @Test(arguments: ["FAKE\r\n\r\n", "GET /me HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"])
    func `what is not HTTP gets status 400, and the server goes on`(text: String) async throws {
        try await serving(.atRest()) { server in
            let refusal = try await exchange(text, with: server)
            #expect(refusal.hasPrefix("HTTP/1.1 400 "))
            let answer = try await exchange("\(Self.me)\r\n", with: server)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `HEAD gets the headers alone`() async throws {
        try await serving(.atRest()) { server in
            let head = Self.me.replacing("GET", with: "HEAD")
            let all = try await exchange("\(head)\r\n\(Self.me)\r\n", with: server)
            #expect(all.ranges(of: "HTTP/1.1 ").count == 2)
            #expect(all.ranges(of: "\r\n\r\n").count == 2, "\(all)")
            #expect(all.ranges(of: "\r\n\r\n{").count == 1, "\(all)")
        }
    }

    @Test func `the URL in next works on the server`() async throws {
        try await serving(.atRest()) { server in
            let url = server.baseURL + "/me/accounts?access_token=EAAFAKEshort0001&fields=id"
            let first = try await send(.GET, url).text
            let next = try #require(first.firstMatch(of: /"next":"([^"]+)"/)).1
            let unescaped = String(next).replacing("\\/", with: "/").replacing("\\u0025", with: "%")
            let second = try await send(.GET, unescaped).text
            #expect(second.hasPrefix(#"{"data":[{"id":"1020000000000026"}"#))
        }
    }

    @Test func `after a reset, later connections are served`() async throws {
        try await serving(.atRest()) { server in
            server.simulation.setFaults([Fault(.reset, at: "me", times: 1)])
            // The client does not retry POST by itself.
            await #expect(throws: (any Error).self) {
                _ = try await send(.POST, server.baseURL + "/me")
            }
            #expect(server.simulation.requests.count == 1)
            let later = try await send(.GET, server.baseURL + "/me", token: "EAAFAKEshort0001")
            #expect(later.response.status == .ok)
        }
    }

    @Test func `a response can lack its length or its second half`() async throws {
        try await serving(.atRest()) { server in
            server.simulation.setFaults([Fault(.chunked)])
            let chunked = try await send(.GET, server.baseURL + "/me", token: "EAAFAKEshort0001")
            #expect(chunked.response.headers["Content-Length"].isEmpty)
            #expect(chunked.text == #"{"name":"Ann Fake","id":"10200000000000009"}"#)
            server.simulation.setFaults([Fault(.cutOff)])
            await #expect(throws: (any Error).self) {
                _ = try await send(.POST, server.baseURL + "/me", token: "EAAFAKEshort0001")
            }
        }
    }

    @Test func `gzip responses can be decompressed`() async throws {
        let client = HTTPClient(
            configuration: .init(decompression: .enabled(limit: .size(1 << 20))))
        let simulation = try Simulation.atRest()
        simulation.setFaults([Fault(.gzip)])
        try await serving(simulation, client: client) { server in
            let result = try await send(
                .GET, server.baseURL + "/me/accounts", token: "EAAFAKEshort0001", client: client)
            #expect(result.text.hasPrefix(#"{"data":[{"access_token":"EAAFAKEpage0001""#))
            #expect(result.text.hasSuffix("}}"))
        }
    }

    @Test func `admin calls and delays work over HTTP`() async throws {
        try await serving(.atRest()) { server in
            let admin = try await send(
                .POST, server.baseURL + "/_simulator/faults",
                body: #"[{"match":"me","kind":"slow","seconds":0.4}]"#)
            #expect(admin.text == #"{"success":true}"#)
            let start = ContinuousClock.now
            _ = try await send(.GET, server.baseURL + "/me", token: "EAAFAKEshort0001")
            #expect(ContinuousClock.now - start >= .milliseconds(400))
        }
    }

    @Test func `stopping does not wait for a slow response, and frees the port`() async throws {
        let simulation = try Simulation.atRest()
        var slow = Fault(.slow)
        slow.seconds = 60
        simulation.setFaults([slow])
        let server = try await SimulatorServer(simulation)
        let url = server.baseURL + "/me"
        let pending = Task { try await send(.GET, url) }
        while simulation.requests.isEmpty {
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
        let start = ContinuousClock.now
        await server.stop()
        #expect(ContinuousClock.now - start < .seconds(10))
        await #expect(throws: (any Error).self) { try await pending.value }
        let port = try #require(Int(url.split(separator: ":")[2].prefix { $0.isNumber }))
        let next = try await SimulatorServer(simulation, port: port)
        await #expect(throws: SimulatorServer.StartError.port(port)) {
            try await SimulatorServer(simulation, port: port)
        }
        await next.stop()
    }

    @Test func `a platform can be served at the root of an address`() async throws {
        let simulation = try Simulation.atRest()
        try await serving(simulation) { server in
            let all = try await send(
                .GET, server.baseURL + "/threads/v1.0/me", token: "THAAFAKEactive001")
            #expect(all.text == #"{"id":"10200000000000555"}"#)
            let threads = try await SimulatorServer(simulation, platform: .threads)
            let root = try? await send(
                .GET, threads.baseURL + "/v1.0/me", token: "THAAFAKEactive001")
            let admin = try? await send(.GET, threads.baseURL + "/_simulator/requests")
            await threads.stop()
            #expect(root?.text == all.text)
            #expect(admin?.response.status == .ok)
            #expect(simulation.requests.map(\.path) == ["/threads/v1.0/me", "/threads/v1.0/me"])
            #expect(simulation.baseURL == server.baseURL)
        }
    }

    @Test func `HTTPS uses the given certificate`() async throws {
        try await TemporaryFolder.with { folder in
            let made = try await LocalhostCertificate(in: folder)
            let files = SimulatorServer.TLSFiles(
                certificate: made.certificate, privateKey: made.privateKey)
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(made.certificate)
            let trusting = HTTPClient(configuration: .init(tlsConfiguration: configuration))
            try await serving(.atRest(), tls: files, client: trusting) { server in
                #expect(server.baseURL.hasPrefix("https://localhost:"))
                let result = try await send(
                    .GET, server.baseURL + "/me", token: "EAAFAKEshort0001", client: trusting)
                #expect(result.text == #"{"name":"Ann Fake","id":"10200000000000009"}"#)
                await #expect(throws: (any Error).self) {
                    // The client retries until the timeout.
                    _ = try await send(.GET, server.baseURL + "/me", timeout: .seconds(1))
                }
                #expect(server.simulation.requests.count == 1)
            }
            await #expect(throws: SimulatorServer.StartError.self) {
                try await SimulatorServer(
                    .atRest(), tls: .init(certificate: "/nonexistent", privateKey: "/nonexistent"))
            }
        }
    }
}
