import NIOCore
import NIOPosix
import NIOSSL

/// A server that serves a simulation over HTTP or HTTPS on the loopback interface.
public final class SimulatorServer: Sendable {
    /// The reason why a server did not start.
    public enum StartError: Error, Equatable {
        /// The certificate or its key cannot be read, or they do not match.
        case certificate(String)
        /// The server cannot listen on the port.
        case port(Int)
    }

    /// The files of a certificate and its private key, both in PEM format.
    public struct TLSFiles: Sendable {
        /// The path of the certificate chain.
        public var certificate: String
        /// The path of the private key.
        public var privateKey: String

        /// Creates the pair of files.
        public init(certificate: String, privateKey: String) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// The simulation, with its faults, clock and requests.
    public let simulation: Simulation
    /// The URL of the server: `http://127.0.0.1:PORT` or `https://localhost:PORT`.
    public let baseURL: String
    private let listener: any Channel
    private let connections: ServerConnections

    /// The time for requests in progress to finish when the server stops.
    private static let shutdownTimeout = Duration.milliseconds(300)

    /// Starts a server and returns once it accepts connections; port 0 selects a free port.
    ///
    /// With a platform other than Facebook, the root of the address is that platform's base URL,
    /// as on Meta's own hosts, and the server serves no other platform. Several servers can
    /// share a simulation.
    public init(
        _ simulation: Simulation, port: Int = 0, tls: TLSFiles? = nil,
        platform: SimulatedPlatform = .facebook
    ) async throws(StartError) {
        self.simulation = simulation
        let context: NIOSSLContext?
        do {
            context = try tls.map(Self.context)
        } catch {
            throw .certificate("\(error)")
        }
        let connections = ServerConnections(to: simulation, basePath: platform.basePath)
        self.connections = connections
        do {
            listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // A client may close its sending side before it reads the response.
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try connections.serve(channel, tls: context)
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw .port(port)
        }
        let bound = listener.localAddress?.port ?? port
        baseURL = tls == nil ? "http://127.0.0.1:\(bound)" : "https://localhost:\(bound)"
        if platform == .facebook { simulation.baseURL = baseURL }
    }

    /// Stops accepting connections, closes all of them and returns when the server has stopped.
    public func stop() async {
        try? await listener.close()
        await connections.close(within: Self.shutdownTimeout)
    }

    private static func context(_ tls: TLSFiles) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
        let key = try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
}
