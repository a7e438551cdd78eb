import Graph
import HTTP
import Sodium
import Testing

/// The Instagram account in the answers about pages.
@Suite struct InstagramAccountTests {
    private static let fields = "instagram_business_account%7Bid%2Cusername%7D"

    private func listed(_ transport: ScriptedTransport) async throws -> [GraphPage] {
        var pages: [GraphPage] = []
        try await transport.client().pages(token: someToken, appSecret: nil) { pages += $0 }
        return pages
    }

    private func account(_ value: String) async throws -> LinkedInstagram {
        let body = #"{"data":[{"id":"1","instagram_business_account":\#(value)}]}"#
        let pages = try await listed(ScriptedTransport(.response(body)))
        return try #require(pages.first).instagram
    }

    private func words(_ linked: LinkedInstagram) -> String {
        switch linked {
        case .account(let account): "\(account.id) \(account.username ?? "-")"
        case .absent: "absent"
        case .unknown: "unknown"
        }
    }

    @Test(arguments: [
        (#"{"id":"17841400000000001","username":"fake.cafe"}"#, "17841400000000001 fake.cafe"),
        (#"{"id":17841400000000001}"#, "17841400000000001 -"), (#"{"id":"1784"}"#, "1784 -"),
        (#"{"id":"1784","username":""}"#, "1784 -"), (#"{"id":"1784","username":7}"#, "1784 -"),
        ("null", "absent"), ("{}", "unknown"), ("[]", "unknown"), ("7", "unknown"),
        (#"{"id":null}"#, "unknown"), (#"{"id":"x"}"#, "unknown"), (#"{"id":0}"#, "unknown"),
        (#"{"id":1e999}"#, "unknown"), (#"{"id":-1}"#, "unknown"), (#"{"id":[]}"#, "unknown"),
        (#"{"id":"123456789012345678901234567890123"}"#, "unknown"),
    ])
    func `an account is read, and one without a valid ID is unknown`(
        _ value: String, _ expected: String
    ) async throws {
        #expect(words(try await account(value)) == expected)
    }

    @Test func `a page without the key has no account that the token may see`() async throws {
        let pages = try await listed(ScriptedTransport(.response(#"{"data":[{"id":"1"}]}"#)))
        #expect(pages.map(\.instagram) == [.absent])
    }

    @Test func `a broken username is repaired, and a long one is cut`() async throws {
        let repaired = words(try await account(#"{"id":"1784","username":"a\ud83d"}"#))
        #expect(repaired == "1784 a\u{FFFD}")
        let long = String(repeating: "x", count: 60_000)
        let cut = words(try await account(#"{"id":"1784","username":"\#(long)"}"#))
        #expect(cut.hasPrefix("1784 xxx") && cut.utf8.count < 1_024)
    }

    @Test func `the list and a single page are requested with the account`() async throws {
        let list = ScriptedTransport(.response(#"{"data":[]}"#))
        _ = try await listed(list)
        let single = ScriptedTransport(
            .response(#"{"id":"1","instagram_business_account":{"id":"1784"}}"#))
        let page = try await single.client().page("1", token: someToken, appSecret: nil)
        #expect(words(page.instagram) == "1784 -")
        for request in list.requests + single.requests {
            #expect(request.url.contains(Self.fields), "\(request.url)")
        }
    }

    @Test(arguments: [
        (100, "(#100) nonexisting field (Instagram_business_account)"), (10, "instagram_basic"),
    ])
    func `if Graph refuses the account, the rest is requested without it`(
        _ code: Int, _ message: String
    ) async throws {
        let list = ScriptedTransport(
            .refusal(code, message),
            .response(
                #"{"data":[{"id":"1"}],"paging":{"cursors":{"after":"A"},"next":"https://graph.example/"}}"#
            ), .response(#"{"data":[{"id":"2"}]}"#))
        #expect(try await listed(list).map { words($0.instagram) } == ["unknown", "unknown"])
        #expect(list.requests.map { $0.url.contains("instagram") } == [true, false, false])
        let single = ScriptedTransport(.refusal(code, message), .response(#"{"id":"1"}"#))
        let page = try await single.client().page("1", token: someToken, appSecret: nil)
        #expect(page.instagram == .unknown)
        #expect(single.requests.map { $0.url.contains("instagram") } == [true, false])
    }

    @Test func `a refusal is not repeated forever, nor one for another reason`() async throws {
        let twice = ScriptedTransport(.refusal(100, "instagram"), .refusal(100, "instagram"))
        await #expect(throws: GraphError.self) { try await listed(twice) }
        let other = ScriptedTransport(.refusal(190, "instagram"))
        await #expect(throws: GraphError.self) { try await listed(other) }
        let page = ScriptedTransport(.refusal(100, "no such page"))
        await #expect(throws: GraphError.self) {
            _ = try await page.client().page("1", token: someToken, appSecret: nil)
        }
    }
}
