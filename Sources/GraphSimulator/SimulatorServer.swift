import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

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
    private let services: ServiceGroup
    private let listening: Task<Void, any Error>

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
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "graph-simulator") { _ in SwiftLogNoOpLogHandler() }
        let server: any Service
        do {
            server = try Self.builder(tls).buildServer(
                configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: port)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger,
                responder: { request, writer, channel in
                    try await Self.respond(
                        to: request, writer, channel, simulation, basePath: platform.basePath)
                },
                onServerRunning: { channel in
                    bound.yield(channel.localAddress?.port ?? port)
                    bound.finish()
                })
        } catch {
            throw .certificate("\(error)")
        }
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: server)], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.shutdownTimeout
        let services = ServiceGroup(configuration: configuration)
        self.services = services
        listening = Task {
            defer { bound.finish() }
            try await services.run()
        }
        var bindings = ports.makeAsyncIterator()
        guard let port = await bindings.next() else { throw .port(port) }
        baseURL = tls == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"
        if platform == .facebook { simulation.baseURL = baseURL }
    }

    /// Stops accepting connections, closes all of them and returns when the server has stopped.
    ///
    /// The shutdown must be graceful: if the task is canceled immediately, an accepted connection
    /// may never be handled, in which case SwiftNIO traps.
    public func stop() async {
        await services.triggerGracefulShutdown()
        _ = await listening.result
    }

    private static func builder(_ tls: TLSFiles?) throws -> HTTPServerBuilder {
        guard let tls else { return .http1() }
        let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
        let key = try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)
        return try .tls(
            tlsConfiguration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    @concurrent
    private static func respond(
        to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel,
        _ simulation: Simulation, basePath: String
    ) async throws {
        let body = try await request.body.collect(upTo: 16 << 20)
        let path = request.head.path ?? "/"
        let target = path.hasPrefix("/_simulator/") ? path : basePath + path
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        if let host = request.head.authority { headers["host"] = host }
        var simulated = SimulatedRequest(request.method.rawValue, target, headers: headers)
        simulated.body = Array(buffer: body)
        let peer = channel.remoteAddress.map { "\($0)" } ?? ""
        simulation.requestBegan(on: peer)
        defer { simulation.requestEnded() }
        let response = simulation.answer(simulated)
        if response.delay > 0 {
            try await Task.sleep(for: .seconds(response.delay), clock: .suspending)
        }
        if response.delivery == .reset {
            try await channel.close()
            return
        }
        var fields = HTTPFields()
        for header in response.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields.append(HTTPField(name: name, value: header.value))
        }
        if response.delivery != .chunked {
            fields[.contentLength] = String(response.body.count)
        }
        let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
        guard response.delivery == .cutOff else {
            let body = ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
            try await writer.write(response: head, body: body)
            return
        }
        var bodyWriter = try await writer.writeHead(head)
        try await bodyWriter.write(ByteBuffer(bytes: response.body.prefix(response.body.count / 2)))
        try await channel.close()
    }
}
