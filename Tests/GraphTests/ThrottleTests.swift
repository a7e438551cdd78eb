import Foundation
import Graph
import Testing

/// Throttles, and the headers that tell for how long.
@Suite struct ThrottleTests {
    @Test(arguments: [4, 17, 32, 613, 80_001])
    func `a throttle of unknown length is not waited for`(code: Int) async throws {
        let (refusal, transport) = try await throttled(code, headers: [], answers: 1)
        #expect(refusal.retryAfter == nil)
        #expect(transport.waits.isEmpty)
    }

    @Test func `a short one is waited for once`() async throws {
        let (refusal, transport) = try await throttled(
            4, headers: [("retry-after", "3")], answers: 2)
        #expect(refusal.retryAfter == 3)
        #expect(transport.waits == [.seconds(3)])
        #expect(transport.requests.count == 2)
    }

    @Test func `HTTP 429 is a throttle, whatever comes with it`() async throws {
        for body in ["", "<html>", "slow down", #"{"message":"slow"}"#, #"{"id":"1"}"#] {
            let transport = ScriptedTransport(
                .answer(body, status: 429, headers: [("retry-after", "120")]))
            let error = try await failure {
                _ = try await transport.client().identity(of: someToken, appSecret: nil)
            }
            #expect(error == .tooManyCalls(retryAfter: 120) && transport.waits.isEmpty)
        }
        let short = ScriptedTransport(
            .answer("", status: 429, headers: [("retry-after", "2")]), .answer(#"{"id":"1"}"#))
        _ = try await short.client().identity(of: someToken, appSecret: nil)
        #expect(short.waits == [.seconds(2)])
        let silent = ScriptedTransport(.answer("", status: 429))
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
    func `Retry-After is a number or a date by the server's clock`(
        header: String, date: String, expected: Int?
    ) async throws {
        let answer = ScriptedTransport.Step.answer(
            "", status: 429, headers: [("retry-after", header), ("date", date)])
        let transport = ScriptedTransport(answer, answer)
        let error = try await failure {
            _ = try await transport.client().identity(of: someToken, appSecret: nil)
        }
        #expect(error == .tooManyCalls(retryAfter: expected))
    }

    @Test func `without a Date header this machine's clock counts`() async throws {
        let end = Date.now.addingTimeInterval(600)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let transport = ScriptedTransport(
            .answer("", status: 429, headers: [("retry-after", format.string(from: end))]))
        let error = try await failure {
            _ = try await transport.client().identity(of: someToken, appSecret: nil)
        }
        guard case .tooManyCalls(let seconds?) = error else {
            Issue.record("\(error)")
            return
        }
        #expect((590...600).contains(seconds))
    }

    @Test func `a fault that says for how long is not asked before`() async throws {
        let long = ScriptedTransport(
            .answer("<html>", status: 503, headers: [("retry-after", "300")]))
        let error = try await failure {
            _ = try await long.client().identity(of: someToken, appSecret: nil)
        }
        #expect(error == .serverError(status: 503, retryAfter: 300) && long.waits.isEmpty)
        let short = ScriptedTransport(
            .answer("<html>", status: 503, headers: [("retry-after", "4")]),
            .answer(#"{"id":"1"}"#))
        _ = try await short.client().identity(of: someToken, appSecret: nil)
        #expect(short.waits == [.seconds(4)])
    }

    @Test func `after a short one the answer counts`() async throws {
        let transport = ScriptedTransport(
            .refusal(17, headers: [("retry-after", "5")]), .answer(#"{"id":"9"}"#))
        let identity = try await transport.client().identity(of: someToken, appSecret: nil)
        #expect(identity.id == "9")
        #expect(transport.waits == [.seconds(5)])
    }

    @Test(arguments: ["6", "60", "86400"])
    func `a long one is told, not waited for`(seconds: String) async throws {
        let (refusal, transport) = try await throttled(
            4, headers: [("retry-after", seconds)], answers: 1)
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
    func `the minutes of the business header are told as seconds`(
        header: String, seconds: Int
    ) async throws {
        let (refusal, transport) = try await throttled(
            80_001, headers: [("x-business-use-case-usage", header)], answers: 1)
        #expect(refusal.retryAfter == seconds)
        #expect(transport.waits.isEmpty)
    }

    @Test func `Retry-After goes before the business header`() async throws {
        let (refusal, _) = try await throttled(
            80_001,
            headers: [
                (
                    "x-business-use-case-usage",
                    #"{"1":[{"estimated_time_to_regain_access":19}]}"#
                ), ("retry-after", "90"),
            ], answers: 1)
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
    func `headers that make no sense say nothing and fail nothing`(index: Int) async throws {
        let headers = Self.garbage[index]
        let (refusal, _) = try await throttled(4, headers: headers, answers: 1)
        #expect(refusal.retryAfter == nil)

        let transport = ScriptedTransport(.answer(#"{"id":"9"}"#, headers: headers))
        #expect(try await transport.client().identity(of: someToken, appSecret: nil).id == "9")
    }

    private func throttled(
        _ code: Int, headers: [(name: String, value: String)], answers: Int
    ) async throws -> (GraphRefusal, ScriptedTransport) {
        let transport = ScriptedTransport(
            Array(
                repeating: .refusal(code, "(#\(code)) limit reached", headers: headers),
                count: answers))
        let client = try transport.client()
        let refusal = try await refusal {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(refusal.classification == .throttled)
        #expect(transport.requests.count == answers)
        return (refusal, transport)
    }
}
