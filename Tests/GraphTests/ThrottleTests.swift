import Foundation
import Graph
import Testing

/// Throttles and the headers with their length.
@Suite struct ThrottleTests {
    @Test(arguments: [4, 17, 32, 613, 80_001])
    func `there is no wait for a throttle of unknown length`(code: Int) async throws {
        let (refusal, transport) = try await throttled(code, headers: [], requests: 1)
        #expect(refusal.retryAfter == nil)
        #expect(transport.waits.isEmpty)
    }

    @Test func `there is one wait for a short throttle`() async throws {
        let (refusal, transport) = try await throttled(
            4, headers: [("retry-after", "3")], requests: 2)
        #expect(refusal.retryAfter == 3)
        #expect(transport.waits == [.seconds(3)])
        #expect(transport.requests.count == 2)
    }

    @Test func `HTTP 429 is a throttle, regardless of the body`() async throws {
        for body in ["", "<html>", "slow down", #"{"message":"slow"}"#, #"{"id":"1"}"#] {
            let transport = ScriptedTransport(
                .response(body, status: 429, headers: [("retry-after", "120")]))
            let error = try await failure {
                _ = try await transport.client().identity(of: someToken, appSecret: nil)
            }
            #expect(error == .tooManyCalls(retryAfter: 120) && transport.waits.isEmpty)
        }
        let short = ScriptedTransport(
            .response("", status: 429, headers: [("retry-after", "2")]), .response(#"{"id":"1"}"#))
        _ = try await short.client().identity(of: someToken, appSecret: nil)
        #expect(short.waits == [.seconds(2)])
        let silent = ScriptedTransport(.response("", status: 429))
        let error = try await failure {
            _ = try await silent.client().identity(of: someToken, appSecret: nil)
        }
        #expect(error == .tooManyCalls(retryAfter: nil) && silent.waits.isEmpty)
        let named = ScriptedTransport(.refusal(987, status: 429, headers: [("retry-after", "60")]))
        let refused = try await refusal {
            _ = try await named.client().identity(of: someToken, appSecret: nil)
        }
        #expect(refused.classification == .throttled && refused.retryAfter == 60)
    }

    @Test(
        arguments: [
            ("Fri, 20 Nov 2026 18:17:02 GMT", "Fri, 20 Nov 2026 18:15:02 GMT", 120),
            ("Fri, 20 Nov 2026 18:15:00 GMT", "Fri, 20 Nov 2026 18:15:02 GMT", 0),
            ("Fri, 20 Nov 9999 18:15:00 GMT", "Fri, 20 Nov 2026 18:15:02 GMT", nil),
            ("Fri, 32 Nov 2026 18:15:00 GMT", "Fri, 20 Nov 2026 18:15:02 GMT", nil),
            ("Friday, 20-Nov-26 18:17:02 GMT", "Fri, 20 Nov 2026 18:15:02 GMT", nil),
            ("9223372036854775808", "", nil), ("-5", "", nil), ("soon", "", nil), ("90", "", 90),
        ] as [(String, String, Int?)])
    func `Retry-After is a number or a date relative to the server's time`(
        header: String, date: String, expected: Int?
    ) async throws {
        let response = ScriptedTransport.Step.response(
            "", status: 429, headers: [("retry-after", header), ("date", date)])
        let transport = ScriptedTransport(response, response)
        let error = try await failure {
            _ = try await transport.client().identity(of: someToken, appSecret: nil)
        }
        #expect(error == .tooManyCalls(retryAfter: expected))
    }

    @Test func `without a Date header, the local clock is used`() async throws {
        let end = Date.now.addingTimeInterval(600)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let transport = ScriptedTransport(
            .response("", status: 429, headers: [("retry-after", format.string(from: end))]))
        let error = try await failure {
            _ = try await transport.client().identity(of: someToken, appSecret: nil)
        }
        guard case .tooManyCalls(let seconds?) = error else {
            Issue.record("\(error)")
            return
        }
        #expect((590...600).contains(seconds))
    }

    @Test func `a server error with Retry-After is not retried earlier`() async throws {
        let long = ScriptedTransport(
            .response("<html>", status: 503, headers: [("retry-after", "300")]))
        let error = try await failure {
            _ = try await long.client().identity(of: someToken, appSecret: nil)
        }
        #expect(error == .serverError(status: 503, retryAfter: 300) && long.waits.isEmpty)
        let short = ScriptedTransport(
            .response("<html>", status: 503, headers: [("retry-after", "4")]),
            .response(#"{"id":"1"}"#))
        _ = try await short.client().identity(of: someToken, appSecret: nil)
        #expect(short.waits == [.seconds(4)])
    }

    @Test func `the response after a short throttle counts`() async throws {
        let transport = ScriptedTransport(
            .refusal(17, headers: [("retry-after", "5")]), .response(#"{"id":"9"}"#))
        let identity = try await transport.client().identity(of: someToken, appSecret: nil)
        #expect(identity.id == "9")
        #expect(transport.waits == [.seconds(5)])
    }

    @Test(arguments: ["6", "60", "86400"])
    func `a long throttle is reported without a wait`(seconds: String) async throws {
        let (refusal, transport) = try await throttled(
            4, headers: [("retry-after", seconds)], requests: 1)
        #expect(refusal.retryAfter == Int(seconds))
        #expect(transport.waits.isEmpty)
    }

    @Test(arguments: [
        (
            #"{"1040000000000001":[{"type":"pages","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19,"ads_api_access_tier":"standard_access"}]}"#,
            19 * 60
        ),
        (
            #"{"1":[{"estimated_time_to_regain_access":2},{"estimated_time_to_regain_access":7}],"2":[{"estimated_time_to_regain_access":"5"}]}"#,
            7 * 60
        ),
        (#"{"1":[{"estimated_time_to_regain_access":1.0}]}"#, 60),
    ])
    func `the minutes in the business header are converted to seconds`(
        header: String, seconds: Int
    ) async throws {
        let (refusal, transport) = try await throttled(
            80_001, headers: [("x-business-use-case-usage", header)], requests: 1)
        #expect(refusal.retryAfter == seconds)
        #expect(transport.waits.isEmpty)
    }

    @Test func `Retry-After takes precedence over the business header`() async throws {
        let (refusal, _) = try await throttled(
            80_001,
            headers: [
                (
                    "x-business-use-case-usage",
                    #"{"1":[{"estimated_time_to_regain_access":19}]}"#
                ), ("retry-after", "90"),
            ], requests: 1)
        #expect(refusal.retryAfter == 90)
    }

    static let garbage: [[(name: String, value: String)]] = [
        [("retry-after", "Wed, 21 Oct 2026 07:28 GMT")], [("retry-after", "-5")],
        [("retry-after", "")], [("retry-after", "1e3")],
        [("retry-after", "99999999999999999999")], [("x-business-use-case-usage", "{")],
        [("x-business-use-case-usage", "[]")], [("x-business-use-case-usage", "")],
        [("x-business-use-case-usage", #"{"1":[{"estimated_time_to_regain_access":0}]}"#)],
        [("x-business-use-case-usage", #"{"1":[{"estimated_time_to_regain_access":-3}]}"#)],
        [("x-business-use-case-usage", #"{"1":[{"estimated_time_to_regain_access":1e308}]}"#)],
        [("x-business-use-case-usage", #"{"1":[{"estimated_time_to_regain_access":"soon"}]}"#)],
        [("x-business-use-case-usage", #"{"1":{"estimated_time_to_regain_access":5}}"#)],
        [("x-business-use-case-usage", #"{"1":[{}]}"#)],
        [("x-app-usage", "garbage"), ("x-page-usage", "{{{")],
    ]

    @Test(arguments: garbage.indices)
    func `invalid headers are ignored`(index: Int) async throws {
        let headers = Self.garbage[index]
        let (refusal, _) = try await throttled(4, headers: headers, requests: 1)
        #expect(refusal.retryAfter == nil)

        let transport = ScriptedTransport(.response(#"{"id":"9"}"#, headers: headers))
        #expect(try await transport.client().identity(of: someToken, appSecret: nil).id == "9")
    }

    private func throttled(
        _ code: Int, headers: [(name: String, value: String)], requests: Int
    ) async throws -> (GraphRefusal, ScriptedTransport) {
        let transport = ScriptedTransport(
            Array(
                repeating: .refusal(code, "(#\(code)) limit reached", headers: headers),
                count: requests))
        let client = try transport.client()
        let refusal = try await refusal {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(refusal.classification == .throttled)
        #expect(transport.requests.count == requests)
        return (refusal, transport)
    }
}
