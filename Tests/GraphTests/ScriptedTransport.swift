import Graph
import HTTP
import Sodium
import Synchronization
import Testing

/// A transport with scripted responses that records the requests and waits of the client.
final class ScriptedTransport: Sendable {
    typealias Step = Result<HTTPResponse, GraphError>

    private struct State {
        var steps: [Step]
        var requests: [HTTPRequest] = []
        var waits: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ steps: [Step]) {
        state = Mutex(State(steps: steps))
    }

    convenience init(_ steps: Step...) {
        self.init(steps)
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var waits: [Duration] { state.withLock { $0.waits } }

    /// Returns a client that uses this transport; more requests than responses fail the test.
    func client(
        base: String = "https://graph.example", version: String = "v26.0"
    ) throws -> GraphClient {
        GraphClient(
            endpoint: try GraphEndpoint(url: base, version: version),
            transport: { request throws(GraphError) in try self.next(request).get() },
            pause: { wait in self.state.withLock { $0.waits.append(wait) } })
    }

    private func next(_ request: HTTPRequest) -> Step {
        state.withLock { state in
            state.requests.append(request)
            guard !state.steps.isEmpty else {
                Issue.record("unexpected request: \(request.method) \(request.url)")
                return .failure(.unreachable(.unknownHost))
            }
            return state.steps.removeFirst()
        }
    }
}

extension ScriptedTransport.Step {
    static func response(
        _ body: String, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    /// A response that may not be valid UTF-8.
    static func bytes(_ body: [UInt8]) -> Self {
        .success(HTTPResponse(status: 200, headers: [], body: body))
    }

    /// A response with an error object in the Graph API's usual format.
    static func refusal(
        _ code: Int, subcode: Int? = nil, _ message: String = "FAKE", status: Int = 400,
        headers: [(name: String, value: String)] = []
    ) -> Self {
        let more = subcode.map { #","error_subcode":\#($0)"# } ?? ""
        return response(
            #"{"error":{"message":"\#(message)","type":"OAuthException","code":\#(code)\#(more)}}"#,
            status: status, headers: headers)
    }
}

func secret(_ text: String) -> SharedSecret {
    SharedSecret(Secret(copying: Array(text.utf8).span))
}

func text(of secret: SharedSecret) -> String {
    secret.withBytes { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

let someToken = secret("EAAFAKEtoken01")
let someApp = AppCredentials(id: "1234567890123456", secret: secret("FAKEsecret0001"))

/// Returns the error thrown by `body`; fails the test if it throws no error.
func failure(of body: () async throws -> Void) async throws -> GraphError {
    try #require(await #expect(throws: GraphError.self) { try await body() })
}

/// Returns the refusal thrown by `body`.
func refusal(of body: () async throws -> Void) async throws -> GraphRefusal {
    guard case .refused(let refusal) = try await failure(of: body) else {
        throw NoRefusal()
    }
    return refusal
}

struct NoRefusal: Error {}
