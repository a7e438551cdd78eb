import Foundation
import Graph
import GraphSimulator
import HTTP
import Support
import Synchronization
import Testing

/// The network transport, with the simulator as the server.
@Suite struct TransportTests {
    @Test func `calls reach the server`() async throws {
        try await withServer { server in
            try await withClient(at: server.baseURL) { client in
                let identity = try await client.identity(
                    of: secret("EAAFAKEshort0001"), appSecret: someApp.secret)
                #expect(identity.id == "10200000000000009")
                #expect(identity.name == "Ann Fake")
                let issued = try await client.exchange(secret("EAAFAKEshort0001"), app: someApp)
                #expect(text(of: issued.token) == "EAAFAKElong0001")
                #expect(issued.lifetime == 5_183_944)
            }
            let request = try #require(server.simulation.requests.first)
            #expect(request.headers["authorization"] == "Bearer EAAFAKEshort0001")
            #expect(request.headers["accept"] == "application/json")
        }
    }

    @Test func `header names are case-insensitive`() async throws {
        try await withServer { server in
            var fault = Fault(.error, times: 1)
            fault.code = 4
            fault.headers = ["Retry-After": "77"]
            server.simulation.setFaults([fault])
            guard case .refused(let refusal) = try await failure(at: server.baseURL) else {
                throw NoRefusal()
            }
            #expect(refusal.retryAfter == 77)
        }
    }

    @Test func `a refused connection is reported after three attempts`() async throws {
        // No test's server ever gets this port.
        let url = "http://127.0.0.1:1"
        let waits = Waits()
        #expect(try await failure(at: url, waits: waits) == .unreachable(.noConnection))
        #expect(waits.count == 2)
    }

    @Test(arguments: [Fault.Kind.reset, .cutOff])
    func `a closed connection is reported after three attempts`(
        kind: Fault.Kind
    ) async throws {
        try await withServer { server in
            server.simulation.setFaults([Fault(kind)])
            let waits = Waits()
            let error = try await failure(at: server.baseURL, waits: waits)
            #expect(error == .unreachable(.connectionClosed))
            #expect(waits.count == 2)
            #expect(server.simulation.requests.count == 3)
        }
    }

    @Test func `a connection is retried after it was closed twice`() async throws {
        try await withServer { server in
            server.simulation.setFaults([Fault(.reset, times: 2)])
            try await withClient(at: server.baseURL) { client in
                let identity = try await client.identity(
                    of: secret("EAAFAKEshort0001"), appSecret: someApp.secret)
                #expect(identity.id == "10200000000000009")
            }
        }
    }

    @Test(arguments: [[], [Fault(.chunked)]])
    func `a response of more than 4 MiB is rejected`(more: [Fault]) async throws {
        try await withServer { server in
            var fault = Fault(.oversized)
            fault.bytes = HTTPTransport.responseLimit + 1
            server.simulation.setFaults([fault] + more)
            let error = try await failure(at: server.baseURL)
            #expect(error == .invalidResponse(.tooLarge, status: 200))
        }
    }

    @Test func `a response of 4 MiB is accepted`() async throws {
        try await withServer { server in
            var fault = Fault(.oversized)
            fault.bytes = HTTPTransport.responseLimit
            server.simulation.setFaults([fault])
            // The response is read but is not an identity.
            let error = try await failure(at: server.baseURL)
            #expect(error == .invalidResponse(.shape("id"), status: 200))
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed`(status: Int) async throws {
        let other = try await SimulatorServer(Simulation())
        try await withServer { server in
            var fault = Fault(.redirect)
            fault.status = status
            fault.location = "\(other.baseURL)/v26.0/me"
            server.simulation.setFaults([fault])
            let error = try await failure(at: server.baseURL)
            #expect(error == .invalidResponse(.redirect, status: status))
            #expect(server.simulation.requests.count == 1)
        }
        #expect(other.simulation.requests.isEmpty)
        await other.stop()
    }

    @Test func `a host without an address is unknown`() async throws {
        #expect(try await failure(at: "https://graph.invalid") == .unreachable(.unknownHost))
    }

    @Test func `TLS works only with a trusted certificate`() async throws {
        try await TemporaryFolder.with { folder in
            let trusted = try await LocalhostCertificate(in: folder)
            let others = "\(folder)/others"
            try FileManager.default.createDirectory(
                atPath: others, withIntermediateDirectories: false)
            let other = try await LocalhostCertificate(in: others)
            let server = try await SimulatorServer(
                Simulation(),
                tls: SimulatorServer.TLSFiles(
                    certificate: trusted.certificate, privateKey: trusted.privateKey))
            try await withClient(at: server.baseURL, certificates: trusted.certificate) { client in
                let identity = try await client.identity(
                    of: secret("EAAFAKEshort0001"), appSecret: someApp.secret)
                #expect(identity.id == "10200000000000009")
            }
            server.simulation.clearRequests()
            for certificates in [nil, other.certificate] {
                let waits = Waits()
                let error = try await failure(
                    at: server.baseURL, certificates: certificates, waits: waits)
                #expect(error == .unreachable(.untrusted))
                #expect(waits.count == 0)
            }
            #expect(server.simulation.requests.isEmpty)
            await server.stop()
        }
    }

    @Test(arguments: ["/nowhere/at/all.pem", "/dev/null"])
    func `a file without certificates is rejected`(path: String) {
        let error = #expect(throws: HTTPTransport.UnreadableCertificates.self) {
            try HTTPTransport(certificates: path, proxy: nil)
        }
        #expect(error?.path == path)
    }

    private func withServer(_ body: (SimulatorServer) async throws -> Void) async throws {
        let server = try await SimulatorServer(Simulation(clock: .stopped(at: 1_795_198_502)))
        do {
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func withClient(
        at url: String, certificates: String? = nil, waits: Waits = Waits(),
        _ body: (GraphClient) async throws -> Void
    ) async throws {
        let endpoint = try GraphEndpoint(url: url, version: "v26.0")
        let transport = try HTTPTransport(certificates: certificates, proxy: nil)
        let client = GraphClient(
            endpoint: endpoint,
            transport: GraphClient.network(transport),
            pause: { _ in waits.add() })
        do {
            try await body(client)
        } catch {
            transport.close()
            throw error
        }
        transport.close()
    }

    /// Returns the error of a call to the server at `url`.
    private func failure(
        at url: String, certificates: String? = nil, waits: Waits = Waits()
    ) async throws -> GraphError {
        var found: GraphError?
        try await withClient(at: url, certificates: certificates, waits: waits) { client in
            do throws(GraphError) {
                _ = try await client.identity(of: someToken, appSecret: nil)
            } catch {
                found = error
            }
        }
        return try #require(found)
    }
}

/// A counter of a client's waits.
final class Waits: Sendable {
    private let waits = Atomic(0)

    var count: Int { waits.load(ordering: .sequentiallyConsistent) }

    func add() { waits.add(1, ordering: .sequentiallyConsistent) }
}
