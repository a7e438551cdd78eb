public import HTTP
internal import NIOCore
public import Sodium

/// Asks Graph: one function per question, in the files named after them.
public struct GraphClient: Sendable {
    /// Sends one request and returns whatever answer comes.
    public typealias Transport =
        @Sendable (HTTPRequest) async throws(GraphError) -> HTTPResponse

    /// Where and in which version it asks.
    public let endpoint: GraphEndpoint
    /// How much of Meta's limits the answers so far said to be used up.
    public let usage = UsageMeter()
    private let transport: Transport
    private let pause: @Sendable (Duration) async -> Void

    /// A client that sends with `transport` and waits between attempts with `pause`.
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

    /// The answer to `request`, after as many attempts as the policy allows.
    func ask<Value: Decodable>(
        _ request: GraphRequest, as type: Value.Type
    ) async throws(GraphError) -> Value {
        try await ask(request) { answer throws(GraphError) in
            try answer.decoded(as: type, request: request)
        }
    }

    func ask<Value>(
        _ request: GraphRequest, reading read: (HTTPResponse) throws(GraphError) -> Value
    ) async throws(GraphError) -> Value {
        let deadline = NIODeadline.now() + HTTPTransport.callTime
        var attempt = 1
        while true {
            do throws(GraphError) {
                let answer = try await transport(
                    request.rendered(base: endpoint.base, deadline: deadline))
                let usages = answer.usages
                if !usages.isEmpty { await usage.note(usages) }
                return try read(answer)
            } catch {
                guard let wait = RetryPolicy.wait(after: error, attempt: attempt, of: request),
                    NIODeadline.now() + TimeAmount(wait) < deadline
                else {
                    if error.isThrottle { await usage.noteExcess() }
                    throw error
                }
                await pause(wait)
                attempt += 1
            }
        }
    }
}

/// An app, as far as Graph asks for it.
public struct AppCredentials: Sendable {
    /// The app id.
    public let id: String
    /// The app secret.
    public let secret: SharedSecret

    /// The app `id` with its secret.
    public init(id: String, secret: SharedSecret) {
        self.id = id
        self.secret = secret
    }

    /// `<app id>|<app secret>`, which Graph takes for an app access token.
    public var appToken: SharedSecret {
        var token = Secret(copying: Array("\(id)|".utf8).span)
        secret.withBytes { token.append($0) }
        return SharedSecret(token)
    }
}

extension GraphClient {
    /// A transport that sends over the network.
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
    /// Whether too many calls were made.
    fileprivate var isThrottle: Bool {
        switch self {
        case .refused(let refusal): refusal.classification == .throttled
        case .tooManyCalls: true
        default: false
        }
    }
}
