import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests over the network with AsyncHTTPClient.
///
/// It never follows a redirect, so that a token goes to the one host that was asked for, and it reads
/// no answer beyond 4 MiB.
public struct HTTPTransport: Sendable {
    /// The most bytes of an answer.
    public static let answerLimit = 4 * 1024 * 1024
    private static let connectTime = TimeAmount.seconds(10)
    private static let callTime = TimeAmount.seconds(30)

    private let client: HTTPClient

    /// The file of trusted certificates is none.
    public struct UnreadableCertificates: Error, Equatable {
        /// Where it was looked for.
        public let path: String
    }

    /// A transport that trusts the certificates in `certificates` (PEM) instead of the system's, and
    /// goes through `proxy` if there is one.
    public init(certificates: String?, proxy: HTTPProxy?) throws(UnreadableCertificates) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: Self.connectTime))
        // Its own retries would hide a refused connection for ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let certificates {
            guard let trusted = try? NIOSSLCertificate.fromPEMFile(certificates), !trusted.isEmpty
            else { throw UnreadableCertificates(path: certificates) }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(trusted)
            configuration.tlsConfiguration = tls
        }
        if let proxy {
            configuration.proxy = .server(
                host: proxy.host, port: proxy.port, authorization: proxy.credentials)
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends one request and returns the whole answer.
    public func send(_ request: HTTPRequest) async throws(GraphError) -> HTTPAnswer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers {
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if request.method == "POST" { outgoing.body = .bytes(request.body) }
        do {
            let answer = try await client.execute(outgoing, timeout: Self.callTime)
            var body = ByteBuffer()
            do {
                body = try await answer.body.collect(upTo: Self.answerLimit)
            } catch is NIOTooManyBytesError {
                throw GraphError.notUnderstood(.tooLarge, status: Int(answer.status.code))
            }
            return HTTPAnswer(
                status: Int(answer.status.code),
                headers: answer.headers.map { ($0.name.lowercased(), $0.value) },
                body: Array(body.readableBytesView))
        } catch let error as GraphError {
            throw error
        } catch {
            throw .unreachable(Self.reason(for: error))
        }
    }

    /// Closes what connections are open; the transport cannot be used afterwards.
    public func close() async {
        try? await client.shutdown()
    }

    private static func reason(for error: any Error) -> GraphError.Unreachable {
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
                return .brokenOff
            }
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return .noConnection
        default:
            return .brokenOff
        }
    }
}
