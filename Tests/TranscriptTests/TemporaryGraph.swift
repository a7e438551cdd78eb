import Foundation
import GraphSimulator
import Support

/// A simulated Graph API on a port of its own, as long as somebody holds it.
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
        SecretWatch.look(at: simulation.requests)
        let server = server
        Task { await server.stop() }
    }

    /// Puts faults into force, given as a JSON array.
    func setFaults(_ json: String) throws {
        simulation.setFaults(try Fault.array(json: json.utf8))
    }

    /// Whether no request has come.
    var wasNotAsked: Bool { simulation.requests.isEmpty }

    /// The requests seen so far for an endpoint, such as `debug_token`.
    func requests(to endpoint: String) -> [SimulatedRequest] {
        simulation.requests.filter { $0.path.hasSuffix("/\(endpoint)") }
    }

    /// The short-lived sample user owns so many pages and may list them.
    static func withPages(_ count: Int) async throws -> TemporaryGraph {
        let graph = try await TemporaryGraph()
        try graph.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "generate_pages": \#(count)}]}"#)
        return graph
    }
}

extension LocalhostCertificate {
    /// The files, as the simulator's server takes them.
    var tlsFiles: SimulatorServer.TLSFiles {
        SimulatorServer.TLSFiles(certificate: certificate, privateKey: privateKey)
    }
}
