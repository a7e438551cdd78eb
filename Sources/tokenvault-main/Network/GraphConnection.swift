import Console
import Graph
import HTTP
import Platform

/// The endpoint of the Graph API, and the certificates to trust there.
struct GraphAddress: Sendable {
    let endpoint: GraphEndpoint
    /// The path of a PEM file, or `nil` for the system's certificates.
    let certificates: String?

    /// Returns a client for the endpoint that uses the network.
    func connection(in world: World) throws -> GraphConnection {
        HostLookup.useFilesAndDNSOnly()
        do {
            let transport = try HTTPTransport(
                certificates: certificates,
                // Plain HTTP must stay on this machine, so no proxy may see it.
                proxy: endpoint.isEncrypted
                    ? try HTTPProxy.proxy(for: endpoint.host, environment: world.environment())
                    : nil)
            return GraphConnection(
                client: GraphClient(
                    endpoint: endpoint, transport: GraphClient.network(transport)),
                close: { transport.close() })
        } catch let error as HTTPTransport.UnreadableCertificates {
            throw ServerMessage.noCertificates(Path(error.path))
        } catch is HTTPProxy.Unusable {
            throw ServerMessage.proxy
        }
    }
}

/// A listener for a browser, and a function that stops it.
struct Listening: Sendable {
    /// The address to start the browser with, or `nil` if there is no start page.
    let startAddress: String?
    let stop: @Sendable () async -> Void

    static let nowhere = Listening(startAddress: nil, stop: {})
}

/// A client, and a function that closes its connections.
struct GraphConnection: Sendable {
    let client: GraphClient
    let close: @Sendable () async -> Void
}
