import Graph
import Testing

@testable import Graph
@testable import HTTP

/// At most two retries of idempotent calls after transient errors.
@Suite struct RetryTests {
    @Test(
        arguments: [
            .response("", status: 500), .response("<html>", status: 502),
            .response("<html>", status: 200),
            .failure(.unreachable(.connectionClosed)), .failure(.unreachable(.noConnection)),
            .refusal(2, status: 503), .refusal(1, status: 500), .refusal(1, subcode: 99),
            .refusal(960),
        ] as [ScriptedTransport.Step])
    func `transient errors are tried three times with growing waits`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport(step, step, step)
        let client = try transport.client()
        await #expect(throws: GraphError.self) {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(transport.requests.count == 3)
        #expect(transport.waits.count == 2)
        #expect((.milliseconds(250)...(.milliseconds(750))).contains(try transport.wait(0)))
        #expect((.milliseconds(500)...(.milliseconds(1500))).contains(try transport.wait(1)))
    }

    @Test(
        arguments: [
            .failure(.unreachable(.untrusted)), .failure(.unreachable(.unknownHost)),
            .failure(.unreachable(.proxy)), .failure(.invalidResponse(.tooLarge, status: 200)),
            .response("", status: 200), .response("{", status: 200), .response("{}", status: 302),
            .refusal(3), .refusal(10), .refusal(100), .refusal(101), .refusal(190),
            .refusal(190, subcode: 459), .refusal(200), .refusal(368), .refusal(803),
            .refusal(2500),
            .refusal(1, "Please reduce the amount of data", status: 500),
        ] as [ScriptedTransport.Step])
    func `permanent errors are tried once`(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(step)
        let client = try transport.client()
        await #expect(throws: GraphError.self) {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(transport.requests.count == 1)
        #expect(transport.waits.isEmpty)
    }

    @Test func `a response after a transient error counts`() async throws {
        let transport = ScriptedTransport(
            .refusal(2, status: 503), .failure(.unreachable(.connectionClosed)),
            .response(#"{"id":"9"}"#))
        let identity = try await transport.client().identity(of: someToken, appSecret: nil)
        #expect(identity.id == "9")
        #expect(transport.waits.count == 2)
    }

    @Test func `the last failure is reported`() async throws {
        let transport = ScriptedTransport(
            .response("", status: 500), .response("", status: 500), .refusal(190, subcode: 460))
        let client = try transport.client()
        let refusal = try await refusal {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(refusal.subcode == 460)
    }

    @Test func `a retry sends the same request`() async throws {
        let transport = ScriptedTransport(
            .response("", status: 500), .response(#"{"access_token":"EAAFAKElong"}"#))
        _ = try await transport.client().exchange(someToken, app: someApp)
        let requests = transport.requests
        #expect(requests.map(\.method) == ["POST", "POST"])
        #expect(requests.first?.body == requests.last?.body)
        #expect(requests.first?.url == requests.last?.url)
    }

    @Test(
        arguments: [
            .response("", status: 500), .failure(.unreachable(.connectionClosed)),
            .refusal(2, status: 503),
            .refusal(4, headers: [("retry-after", "1")]),
        ] as [ScriptedTransport.Step])
    func `a call that is not idempotent is never retried`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport(step)
        let client = try transport.client()
        var request = GraphRequest(method: .post, path: "oauth/access_token")
        request.isRepeatable = false
        await #expect(throws: GraphError.self) {
            _ = try await client.send(request, as: Identity.self)
        }
        #expect(transport.requests.count == 1)
    }

    @Test func `waits are randomized`() async throws {
        var waits: Set<Duration> = []
        for _ in 0..<20 {
            let transport = ScriptedTransport(
                .failure(.unreachable(.connectionClosed)), .response(#"{"id":"9"}"#))
            _ = try await transport.client().identity(of: someToken, appSecret: nil)
            waits.formUnion(transport.waits)
        }
        #expect(waits.count > 1)
    }
}

extension ScriptedTransport {
    fileprivate func wait(_ index: Int) throws -> Duration {
        try #require(waits.indices.contains(index) ? waits[index] : nil)
    }
}
