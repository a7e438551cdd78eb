internal import AsyncHTTPClient
internal import Dispatch
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
    /// The maximum time to establish a connection, TLS included.
    public static let connectTime = TimeAmount.seconds(10)

    private let client: HTTPClient
    /// A single thread for all transports: it does little but wait for servers.
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// A file of certificates, or of a private key, cannot be read or has no such content.
    public struct UnreadableCertificates: Error, Equatable {
        /// The path of the file.
        public let path: String
        /// What the file should contain.
        public let content: Content

        /// What such a file contains.
        public enum Content: Equatable, Sendable {
            /// The certificates to trust.
            case trusted
            /// The certificate that identifies this program, and those between it and its authority.
            case client
            /// The private key of that certificate.
            case privateKey
        }
    }

    /// Creates a transport that connects through `proxy`, if there is one.
    ///
    /// It trusts the certificates in the PEM file `certificates`, or the system's if that is `nil`.
    /// With `client`, it identifies itself to servers that ask for a certificate.
    public init(
        certificates: String?, client identity: ClientCertificate? = nil, proxy: HTTPProxy?,
        connectTime: TimeAmount = connectTime
    ) throws(UnreadableCertificates) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: connectTime))
        // Nothing needs HTTP/2. With it, a status below 0 or 100 makes the library trap, and it does
        // not report that a server refused the client certificate after the handshake.
        configuration.httpVersion = .http1Only
        configuration.http1_1ConnectionDebugInitializer = { StatusCheck.add(to: $0) }
        // Requests are not traced, and looking up a tracer takes time.
        configuration.tracing.tracer = nil
        // The library's own retries would delay reporting a refused connection by ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let certificates {
            tls.trustRoots = .certificates(
                try Self.certificates(in: certificates, content: .trusted))
        }
        try identity?.use(in: &tls)
        configuration.tlsConfiguration = tls
        if proxy == nil {
            // Plain HTTP must not leave this machine, but a resolver may map this name elsewhere.
            configuration.dnsOverride = ["localhost": "127.0.0.1"]
        }
        if let proxy {
            configuration.proxy = .server(
                host: proxy.host, port: proxy.port, authorization: proxy.credentials)
        }
        client = HTTPClient(
            eventLoopGroupProvider: .shared(Self.eventLoops), configuration: configuration)
    }

    /// Sends one request and returns the complete response, or fails at the request's deadline.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        do {
            // With a delegate, the library's deadline also covers the body, which could trickle
            // forever, and no thread other than the event loop's is involved.
            let task = client.execute(
                request: try Self.outgoing(request),
                delegate: ResponseCollector(limit: Self.responseLimit), deadline: request.deadline)
            return try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
        } catch let error as HTTPError {
            throw error
        } catch {
            throw .unreachable(request.deadline <= .now() ? .timeout : Self.reason(for: error))
        }
    }

    private static func outgoing(_ request: HTTPRequest) throws -> HTTPClient.Request {
        var outgoing = try HTTPClient.Request(
            url: request.url, method: HTTPMethod(rawValue: request.method))
        for header in request.headers {
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if request.method == "POST" { outgoing.body = .byteBuffer(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    /// Closes all open connections; the transport cannot be used afterward.
    ///
    /// Does not wait for servers to complete the shutdown: a process that ends meanwhile closes its
    /// connections too.
    public func close() {
        // Nothing runs the main queue, so no thread starts for a callback that nobody needs.
        client.shutdown(queue: .main) { _ in }
    }

    private static func reason(for error: any Error) -> HTTPError.Unreachable {
        switch error {
        case let error as NIOConnectionError:
            return error.dnsAError != nil || error.dnsAAAAError != nil
                ? .unknownHost : .noConnection
        case is SocketAddressError:
            return .unknownHost
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return isAboutClientCertificate(error) ? .certificateRefused : .untrusted
        case let error as HTTPParserError:
            return error == .invalidEOFState ? .connectionClosed : .notHTTP
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout:
                return .connectTimeout
            case .deadlineExceeded, .readTimeout:
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

    /// Returns whether the server ended TLS with an alert about this client's certificate.
    ///
    /// The library has only BoringSSL's words for that. If the server's certificate is not trusted,
    /// they are not about an alert.
    private static func isAboutClientCertificate(_ error: any Error) -> Bool {
        let words = String(describing: error)
        return ["_ALERT_BAD_CERTIFICATE", "_ALERT_CERTIFICATE_", "_ALERT_UNKNOWN_CA"].contains {
            words.contains($0)
        }
    }
}
