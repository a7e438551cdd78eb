import Graph
import HTTP
import Synchronization

@testable import Console
@testable import tokenvault_main

/// The requests that a test intercepted.
final class RequestLog: Sendable {
    private let requests = Mutex<[HTTPRequest]>([])

    var all: [HTTPRequest] { requests.withLock { $0 } }

    /// Adds a request and returns the number of requests so far.
    func add(_ request: HTTPRequest) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}

extension TestWorld {
    /// Answers every request with this response.
    @discardableResult
    func answer(
        _ body: String, status: Int = 200,
        headers: [(name: String, value: String)] = [("content-type", "application/json")]
    ) -> RequestLog {
        answer([body], status: status, headers: headers)
    }

    /// Answers the requests with these responses, and repeats the last one.
    @discardableResult
    func answer(
        _ bodies: [String], status: Int = 200,
        headers: [(name: String, value: String)] = [("content-type", "application/json")]
    ) -> RequestLog {
        let requests = RequestLog()
        allow(
            .intercepted { request throws(GraphError) in
                let number = requests.add(request)
                return HTTPResponse(
                    status: status, headers: headers,
                    body: Array(bodies[min(number, bodies.count) - 1].utf8))
            })
        return requests
    }
}
