public import HTTP
internal import NIOCore
public import Sodium

/// A client for the Graph API, with one function per call in the extension named after it.
public struct GraphClient: Sendable {
    /// A function that sends one request and returns its response, whatever the status.
    public typealias Transport =
        @Sendable (HTTPRequest) async throws(GraphError) -> HTTPResponse

    /// The server and version to which requests go.
    public let endpoint: GraphEndpoint
    /// The highest usage of Meta's limits that the responses have reported so far.
    public let usage = UsageMeter()
    /// The version that answered in place of the endpoint's.
    public let substitute = SubstituteVersion()
    private let transport: Transport
    private let pause: @Sendable (Duration) async -> Void

    /// Creates a client that sends with `transport` and waits between attempts with `pause`.
    public init(
        endpoint: GraphEndpoint, transport: @escaping Transport,
        pause: @escaping @Sendable (Duration) async -> Void = {
            try? await Task.sleep(for: $0, clock: .suspending)
        }
    ) {
        self.endpoint = endpoint
        self.transport = transport
        self.pause = pause
    }

    /// Sends `request`, with retries as allowed by `RetryPolicy`, and returns the decoded response.
    func send<Value: Decodable>(
        _ request: GraphRequest, as type: Value.Type
    ) async throws(GraphError) -> Value {
        try await send(request) { response throws(GraphError) in
            try response.decoded(as: type, request: request)
        }
    }

    func send<Value>(
        _ request: GraphRequest, reading read: (HTTPResponse) throws(GraphError) -> Value
    ) async throws(GraphError) -> Value {
        let deadline = NIODeadline.now() + HTTPTransport.callTime
        var attempt = 1
        while true {
            do throws(GraphError) {
                let response = try await transport(
                    request.rendered(base: endpoint.base, deadline: deadline))
                let usages = response.usages
                if !usages.isEmpty { await usage.record(usages) }
                if !request.comparesVersion,
                    let version = response.substitute(for: endpoint.version)
                {
                    await substitute.record(version)
                }
                return try read(response)
            } catch {
                guard let wait = RetryPolicy.wait(after: error, attempt: attempt, of: request),
                    NIODeadline.now() + TimeAmount(wait) < deadline
                else {
                    if error.isThrottle { await usage.recordThrottle() }
                    throw error
                }
                await pause(wait)
                attempt += 1
            }
        }
    }
}

/// The ID and secret of an app.
public struct AppCredentials: Sendable {
    /// The app ID.
    public let id: String
    /// The app secret.
    public let secret: SharedSecret

    /// Creates credentials from an app ID and its secret.
    public init(id: String, secret: SharedSecret) {
        self.id = id
        self.secret = secret
    }

    /// `<app ID>|<app secret>`, which the Graph API accepts as an app access token.
    public var appToken: SharedSecret {
        var token = Secret(copying: Array("\(id)|".utf8).span)
        secret.withBytes { token.append($0) }
        return SharedSecret(token)
    }
}

extension GraphClient {
    /// Returns a transport that sends over the network.
    public static func network(_ transport: HTTPTransport) -> Transport {
        { request throws(GraphError) in
            do throws(HTTPError) {
                return try await transport.send(request)
            } catch {
                throw GraphError(error)
            }
        }
    }
}

extension GraphError {
    /// Whether the Graph API rejected the call because of a rate limit.
    fileprivate var isThrottle: Bool {
        switch self {
        case .refused(let refusal): refusal.classification == .throttled
        case .tooManyCalls: true
        default: false
        }
    }
}
