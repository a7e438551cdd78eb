import Console
import Graph
import HTTP
import Platform

/// Where Graph is asked, and whose certificates are trusted there.
struct GraphAddress: Sendable {
    let endpoint: GraphEndpoint
    /// The path of a PEM file; nil for the system's certificates.
    let certificates: String?

    /// A client for that endpoint over the network.
    func connection(in world: World) throws -> GraphConnection {
        HostLookup.useFilesAndDNSOnly()
        do {
            let transport = try HTTPTransport(
                certificates: certificates,
                // Plain HTTP stays on this machine: no proxy gets to read it.
                proxy: endpoint.isEncrypted
                    ? try HTTPProxy.proxy(for: endpoint.host, environment: world.environment())
                    : nil)
            return GraphConnection(
                client: GraphClient(
                    endpoint: endpoint, transport: GraphClient.network(transport)),
                close: { await transport.close() })
        } catch let error as HTTPTransport.UnreadableCertificates {
            throw ServerMessage.noCertificates(Path(error.path))
        } catch is HTTPProxy.Unusable {
            throw ServerMessage.proxy
        }
    }
}

/// A listener for a browser, and how to stop it.
struct Listening: Sendable {
    /// What the browser is started with, if there is such a page.
    let startAddress: String?
    let stop: @Sendable () async -> Void

    static let nowhere = Listening(startAddress: nil, stop: {})
}

/// A client, and how to let go of what it holds open.
struct GraphConnection: Sendable {
    let client: GraphClient
    let close: @Sendable () async -> Void
}
