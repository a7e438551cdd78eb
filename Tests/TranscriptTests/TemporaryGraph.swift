import Foundation
import GraphSimulator
import Support

/// A simulated Graph API on its own port, stopped together with this object.
final class TemporaryGraph: Sendable {
    let simulation: Simulation
    let url: String
    private let server: SimulatorServer

    init(
        state: String = Simulation.sampleState, tls: SimulatorServer.TLSFiles? = nil
    ) async throws {
        simulation = try Simulation(state: state)
        server = try await SimulatorServer(simulation, tls: tls)
        url = server.baseURL
    }

    deinit {
        SecretWatch.search(simulation.requests)
        let server = server
        Task { await server.stop() }
    }

    /// Replaces the faults in force with those in a JSON array.
    func setFaults(_ json: String) throws {
        simulation.setFaults(try Fault.array(json: json.utf8))
    }

    /// Makes an endpoint respond with this body, and drops all other faults.
    func respond(at endpoint: String, with body: String, status: Int = 200) {
        var fault = Fault(.text, at: endpoint)
        fault.message = body
        fault.status = status
        simulation.setFaults([fault])
    }

    /// Whether no request has arrived.
    var receivedNoRequests: Bool { simulation.requests.isEmpty }

    /// Returns the requests so far for an endpoint such as `debug_token`.
    func requests(to endpoint: String) -> [SimulatedRequest] {
        simulation.requests.filter { $0.path.hasSuffix("/\(endpoint)") }
    }

    /// Returns a Graph API whose sample user has `count` pages.
    static func withPages(_ count: Int) async throws -> TemporaryGraph {
        let graph = try await TemporaryGraph()
        try graph.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "generate_pages": \#(count)}]}"#)
        return graph
    }
}

extension LocalhostCertificate {
    /// The files, in the form that the simulator's server takes.
    var tlsFiles: SimulatorServer.TLSFiles {
        SimulatorServer.TLSFiles(certificate: certificate, privateKey: privateKey)
    }
}
