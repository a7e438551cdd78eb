public import HTTP
public import Sodium

/// A call that the user chose.
public struct ChosenCall: Sendable {
    /// A parameter of a call.
    public struct Parameter: Sendable {
        /// The name as given.
        public let name: String
        /// The value as given, or the content of a file.
        public let value: Value

        /// The value of a parameter.
        public enum Value: Sendable {
            case text(String)
            case file(name: String, content: [UInt8])
        }

        /// Creates a parameter from its name and value.
        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The method.
    public let method: GraphMethod
    /// The path and its query.
    public let path: CallPath
    /// The ID in place of the reference in the path.
    public var id: String?
    /// The parameters, sent in the URL with GET and DELETE, and as a form with POST.
    public var parameters: [Parameter] = []
    /// The access token.
    public let token: SharedSecret
    /// The secret of the token's app, for `appsecret_proof`.
    public var appSecret: SharedSecret?
    /// Whether the token is the app's own.
    public var usesAppToken = false
    /// Other secrets to redact in error messages.
    public var alsoKnown: [SharedSecret] = []

    /// Creates a call with a token and without parameters.
    public init(_ method: GraphMethod, _ path: CallPath, token: SharedSecret) {
        self.method = method
        self.path = path
        self.token = token
    }

    /// Whether the call only reads, so that it can be repeated.
    ///
    /// A parameter named `method` makes Meta treat a GET as another method.
    public var isReading: Bool {
        method == .get && !path.changesMethod
            && !parameters.contains { CallParameter.isMethod($0.name) }
    }

    /// Returns the request, which begins after the cursor if there is one.
    func request(prefix: String, after cursor: String? = nil) -> GraphRequest {
        var request = GraphRequest(
            method: method, path: prefix + path.path(id: id), query: path.query, accept: "*/*",
            token: token)
        var sent = parameters
        if let cursor {
            let replaced: Set = ["after", "before"]
            request.query = path.query(without: replaced)
            sent.removeAll { replaced.contains(CallParameter.plainName(Array($0.name.utf8))) }
            sent.append(Parameter("after", .text(cursor)))
        }
        request.parameters = sent.map { parameter in
            switch parameter.value {
            case .text(let text): (parameter.name, .text(text))
            case .file(let name, let content):
                (parameter.name, .file(name: name, content: content))
            }
        }
        request.isRepeatable = isReading
        request.usesAppToken = usesAppToken
        request.alsoKnown = alsoKnown
        request.addProof(appSecret: appSecret)
        return request
    }
}

/// Sends calls that the user chose to one platform.
public struct GraphCaller: Sendable {
    let client: GraphClient
    /// The start of every path.
    let prefix: String

    /// Whether each call has a version, so that a path must not contain another one.
    public var hasVersion: Bool { client.endpoint.version != nil || !prefix.isEmpty }

    /// A response, whether it is a result or an error object.
    public struct Response: Sendable {
        /// The response as received.
        public let response: HTTPResponse
        /// The error in the response, or `nil` if it is a result.
        public let refusal: GraphRefusal?
    }

    /// Sends a call and returns its response.
    ///
    /// - Throws: The reason why there is neither a result nor an error object.
    public func call(_ call: ChosenCall) async throws(GraphError) -> Response {
        try await send(call.request(prefix: prefix))
    }

    func send(_ request: GraphRequest) async throws(GraphError) -> Response {
        var received: HTTPResponse?
        do throws(GraphError) {
            let response = try await client.send(request) { response throws(GraphError) in
                received = response
                try response.checkResult(of: request)
                return response
            }
            return Response(response: response, refusal: nil)
        } catch {
            guard case .refused(let refusal) = error, let received else { throw error }
            return Response(response: received, refusal: refusal)
        }
    }
}

extension GraphClient {
    /// Sends calls that the user chose to the Graph API.
    public var caller: GraphCaller { GraphCaller(client: self, prefix: "") }
}
