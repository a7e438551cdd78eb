internal import HTTP
internal import JSON
internal import NIOCore
internal import Sodium
internal import Synchronization

/// Sends requests to the JSON gateways of several nodes, logging in as necessary.
final class EtcdGateway: Sendable {
    /// A function that sends one request and returns its response, whatever the status.
    typealias Transport = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse

    let limits: EtcdLimits
    private let login: EtcdLogin?
    private let transport: Transport
    private let state: Mutex<State>

    private struct State {
        /// The nodes; the one that answered last is first.
        var endpoints: [EtcdEndpoint]
        var session = Session.none
        /// When the last response was sent, by the clock of the server.
        var serverTime: Int64?
    }

    private enum Session {
        case none
        /// The token of the login. All nodes accept it, for five minutes by default.
        case token(SharedSecret)
        /// etcd needs no login.
        case notNeeded
    }

    init(
        endpoints: [EtcdEndpoint], login: EtcdLogin?, limits: EtcdLimits,
        transport: @escaping Transport
    ) {
        self.login = login
        self.limits = limits
        self.transport = transport
        state = Mutex(State(endpoints: endpoints))
    }

    /// The nodes in the order in which to try them.
    var endpoints: [EtcdEndpoint] { state.withLock { $0.endpoints } }

    /// The time of the last response in seconds since 1970, by the clock of the server.
    var serverTime: Int64? { state.withLock { $0.serverTime } }

    /// Makes `endpoint` the first to try from now on.
    func prefer(_ endpoint: EtcdEndpoint) {
        state.withLock { state in
            guard let index = state.endpoints.firstIndex(of: endpoint) else { return }
            state.endpoints.insert(state.endpoints.remove(at: index), at: 0)
        }
    }

    /// Sends a request to one node and returns its reply.
    ///
    /// If the token is rejected, logs in and sends the request once more.
    func send<Reply: EtcdReply>(
        _ request: EtcdRequest, as type: Reply.Type, to endpoint: EtcdEndpoint,
        by deadline: NIODeadline
    ) async throws(EtcdError) -> Reply {
        do throws(EtcdError) {
            return try await sendOnce(request, as: type, to: endpoint, by: deadline)
        } catch {
            guard login != nil, case .unauthorized(let why) = error.reason, why != .wrongPassword
            else { throw error }
        }
        return try await sendOnce(request, as: type, to: endpoint, by: deadline)
    }

    private func sendOnce<Reply: EtcdReply>(
        _ request: EtcdRequest, as type: Reply.Type, to endpoint: EtcdEndpoint,
        by deadline: NIODeadline
    ) async throws(EtcdError) -> Reply {
        let token = try await token(at: endpoint, by: deadline)
        do throws(Problem) {
            return try await exchange(request, as: type, token, with: endpoint, by: deadline)
        } catch {
            if case .error(.unauthorized) = error.reason { forget(token) }
            throw error.error(at: endpoint)
        }
    }

    /// Whether the next request needs a login first.
    var mustLogIn: Bool {
        guard login != nil, case .none = state.withLock({ $0.session }) else { return false }
        return true
    }

    /// Returns the token to send, or `nil` if there is no login or etcd needs none.
    func token(
        at endpoint: EtcdEndpoint, by deadline: NIODeadline
    ) async throws(EtcdError) -> SharedSecret? {
        guard let login else { return nil }
        switch state.withLock({ $0.session }) {
        case .token(let token): return token
        case .notNeeded: return nil
        case .none: break
        }
        let reply: EtcdToken
        do throws(Problem) {
            reply = try await exchange(
                .authenticate(login), as: EtcdToken.self, nil, with: endpoint, by: deadline)
        } catch {
            if error.reason == .authenticationOff {
                state.withLock { $0.session = .notNeeded }
                return nil
            }
            // Whatever became of the login, the request itself was not sent.
            throw EtcdError(
                endpoint: endpoint, reason: error.error(at: endpoint).reason, hadNoEffect: true)
        }
        let text = Array(reply.token.utf8)
        // As a header, anything else could be more than one.
        guard (1...8_192).contains(text.count), text.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw EtcdError(
                endpoint: endpoint, reason: .notUnderstood(status: 200), hadNoEffect: true)
        }
        let token = SharedSecret(Secret(copying: text.span))
        state.withLock { $0.session = .token(token) }
        return token
    }

    /// Forgets the session, unless another request has replaced it already.
    private func forget(_ token: SharedSecret?) {
        state.withLock { state in
            switch state.session {
            case .token(let current) where current !== token: break
            default: state.session = .none
            }
        }
    }

    private typealias Problem = HTTPResponse.EtcdProblem

    private func exchange<Reply: EtcdReply>(
        _ request: EtcdRequest, as type: Reply.Type, _ token: SharedSecret?,
        with endpoint: EtcdEndpoint, by deadline: NIODeadline
    ) async throws(Problem) -> Reply {
        var headers = [
            (name: "Accept", value: "application/json"),
            (name: "Accept-Encoding", value: "identity"),
            (name: "Content-Type", value: "application/json"),
        ]
        if let token { headers.append(("Authorization", token.plainText)) }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport(
                HTTPRequest(
                    method: "POST", url: endpoint.url + request.path, headers: headers,
                    body: request.body, deadline: deadline))
        } catch {
            throw Problem(error)
        }
        if let time = response.header("date").flatMap(HTTPDate.seconds) {
            state.withLock { $0.serverTime = time }
        }
        return try response.etcdReply(as: type)
    }
}

extension HTTPResponse.EtcdProblem {
    fileprivate init(_ error: HTTPError) {
        switch error {
        case .unreachable(let reason):
            self.init(.unreachable(reason), hadNoEffect: reason.isBeforeRequest)
        case .tooLarge(let status):
            self.init(.notUnderstood(status: status), hadNoEffect: false)
        }
    }

    fileprivate func error(at endpoint: EtcdEndpoint) -> EtcdError {
        switch reason {
        case .error(let reason):
            EtcdError(endpoint: endpoint, reason: reason, hadNoEffect: hadNoEffect)
        case .authenticationOff:
            EtcdError(endpoint: endpoint, reason: .notUnderstood(status: 412), hadNoEffect: true)
        }
    }
}

extension HTTPError.Unreachable {
    /// Whether the connection failed before the request could have been served.
    fileprivate var isBeforeRequest: Bool {
        switch self {
        case .unknownHost, .noConnection, .connectTimeout, .untrusted, .certificateRefused, .proxy:
            true
        case .connectionClosed, .notHTTP, .timeout: false
        }
    }
}
