internal import AsyncHTTPClient
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Sends requests over the network with AsyncHTTPClient.
///
/// It never follows redirects, so that a token only ever reaches the requested host, and it rejects
/// responses longer than 4 MiB.
public struct HTTPTransport: Sendable {
    /// The maximum size of a response body in bytes.
    public static let responseLimit = 4 * 1024 * 1024
    /// The maximum duration of a call, from its first attempt to the last byte of the response.
    public static let callTime = TimeAmount.seconds(30)
    private static let connectTime = TimeAmount.seconds(10)
    private static let closeTime = TimeAmount.seconds(1)

    private let client: HTTPClient

    /// The file of trusted certificates cannot be read or contains no certificates.
    public struct UnreadableCertificates: Error, Equatable {
        /// The path of the file.
        public let path: String
    }

    /// Creates a transport that connects through `proxy`, if there is one.
    ///
    /// It trusts the certificates in the PEM file `certificates`, or the system's if that is `nil`.
    public init(certificates: String?, proxy: HTTPProxy?) throws(UnreadableCertificates) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: Self.connectTime))
        // The library's own retries would delay reporting a refused connection by ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let certificates {
            guard let trusted = try? NIOSSLCertificate.fromPEMFile(certificates), !trusted.isEmpty
            else { throw UnreadableCertificates(path: certificates) }
            tls.trustRoots = .certificates(trusted)
        }
        configuration.tlsConfiguration = tls
        if proxy == nil {
            // Plain HTTP must not leave this machine, but a resolver may map this name elsewhere.
            configuration.dnsOverride = ["localhost": "127.0.0.1"]
        }
        if let proxy {
            configuration.proxy = .server(
                host: proxy.host, port: proxy.port, authorization: proxy.credentials)
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends one request and returns the complete response, or fails at the request's deadline.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let work = Task { try await exchange(request) }
        // The library's own deadline covers only the response head; the body could trickle forever.
        let alarm = client.eventLoopGroup.any().scheduleTask(deadline: request.deadline) {
            work.cancel()
        }
        defer { alarm.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                work.cancel()
            }
        } catch let error as HTTPError {
            throw error
        } catch {
            throw .unreachable(request.deadline <= .now() ? .timeout : Self.reason(for: error))
        }
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers {
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if request.method == "POST" { outgoing.body = .bytes(request.body) }
        let response = try await client.execute(outgoing, deadline: request.deadline)
        var body = ByteBuffer()
        do {
            body = try await response.body.collect(upTo: Self.responseLimit)
        } catch is NIOTooManyBytesError {
            throw HTTPError.tooLarge(status: Int(response.status.code))
        }
        return HTTPResponse(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name.lowercased(), $0.value) },
            body: Array(body.readableBytesView),
            version: response.version.major < 2 ? "1.\(response.version.minor)" : "2")
    }

    /// Closes all open connections; the transport cannot be used afterward.
    ///
    /// Waits for at most one second, even if a server does not complete the shutdown.
    public func close() async {
        let loop = client.eventLoopGroup.any()
        let closed = loop.makePromise(of: Void.self)
        let alarm = loop.scheduleTask(in: Self.closeTime) { closed.succeed() }
        Task {
            try? await client.shutdown()
            closed.succeed()
        }
        try? await closed.futureResult.get()
        alarm.cancel()
    }

    private static func reason(for error: any Error) -> HTTPError.Unreachable {
        switch error {
        case let error as NIOConnectionError:
            return error.dnsAError != nil || error.dnsAAAAError != nil
                ? .unknownHost : .noConnection
        case is SocketAddressError:
            return .unknownHost
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return .untrusted
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .deadlineExceeded, .readTimeout, .tlsHandshakeTimeout:
                return .timeout
            case .invalidProxyResponse, .proxyAuthenticationRequired, .httpProxyHandshakeTimeout:
                return .proxy
            default:
                return .connectionClosed
            }
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return .noConnection
        default:
            return .connectionClosed
        }
    }
}
