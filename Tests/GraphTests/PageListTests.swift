import Graph
import HTTP
import Sodium
import Testing

/// Listing `me/accounts`, one result page at a time.
@Suite struct PageListTests {
    @Test func `a page has all of its values`() async throws {
        let pages = try await listed(
            #"{"data":[{"access_token":"EAAFAKEpage1","category":"Community","category_list":[{"id":"2612","name":"Community"}],"name":"Fake Caf\u00e9","id":"1020000000000001","tasks":["ANALYZE","MANAGE"]},{"name":"Fake No-Token Page","id":1020000000000002}],"paging":{"cursors":{"before":"B","after":"A"}}}"#
        )
        #expect(pages.map(\.id) == ["1020000000000001", "1020000000000002"])
        #expect(pages.map(\.name) == ["Fake Café", "Fake No-Token Page"])
        #expect(pages.map(\.category) == ["Community", nil])
        #expect(pages.map(\.tasks) == [["ANALYZE", "MANAGE"], nil])
        #expect(pages.map { $0.token.map(text) } == ["EAAFAKEpage1", nil])
    }

    @Test(arguments: [
        #"{"data":[]}"#, #"{"data":[],"paging":{}}"#,
        #"{"data":[],"paging":{"cursors":{"after":"A"}}}"#,
        #"{"data":[],"paging":{"cursors":{"after":"A"},"next":null}}"#,
    ])
    func `a list without a next result page ends`(body: String) async throws {
        #expect(try await listed(body).isEmpty)
    }

    @Test func `result pages are requested by cursor, and an empty one does not end the list`()
        async throws
    {
        let transport = ScriptedTransport(
            .response(resultPage([1, 2], after: "A/1")), .response(resultPage([], after: "A2")),
            .response(resultPage([3], after: nil)))
        #expect(try await transport.pageIDs() == ["1", "2", "3"])
        #expect(transport.cursors == [nil, "A%2F1", "A2"])
    }

    @Test func `the URL of the next result page is never followed`() async throws {
        let transport = ScriptedTransport(
            .response(
                #"{"data":[{"id":"1"}],"paging":{"cursors":{"after":"A1"},"next":"https://evil.example/v26.0/9/accounts?access_token=EAAFAKE&after=B1"}}"#
            ),
            .response(resultPage([2], after: nil)))
        #expect(try await transport.pageIDs() == ["1", "2"])
        #expect(transport.cursors == [nil, "A1"])
        for request in transport.requests {
            #expect(request.url.hasPrefix("https://graph.example/v26.0/me/accounts?"))
        }
    }

    @Test func `without cursors, the one in the next URL is used`() async throws {
        let transport = ScriptedTransport(
            .response(
                #"{"data":[],"paging":{"next":"https:\/\/graph.example\/9\/accounts?limit=5&after=QV\u00252F1\u00253D&pretty=0"}}"#
            ),
            .response(resultPage([2], after: nil)))
        #expect(try await transport.pageIDs() == ["2"])
        #expect(transport.cursors == [nil, "QV%2F1%3D"])
    }

    @Test(arguments: [
        "https://graph.example/9/accounts?limit=5", "https://graph.example/9/accounts",
        "https://graph.example/9/accounts?after=%ZZ", "",
    ])
    func `a next result page without a cursor is an error`(next: String) async throws {
        let transport = ScriptedTransport(
            .response(#"{"data":[],"paging":{"next":"\#(next)"}}"#))
        let error = try await failure { _ = try await transport.pageIDs() }
        #expect(error == .invalidResponse(.shape("cursors.after"), status: 200))
    }

    @Test func `a repeated cursor is an error, not a loop`() async throws {
        let transport = ScriptedTransport(
            .response(resultPage([1], after: "A1")), .response(resultPage([2], after: "A2")),
            .response(resultPage([3], after: "A1")))
        let error = try await failure { _ = try await transport.pageIDs() }
        #expect(error == .invalidResponse(.repeatedCursor, status: 200))
        #expect(transport.requests.count == 3)
    }

    @Test func `the limit of a list that is too large is halved`() async throws {
        let tooMuch = ScriptedTransport.Step.refusal(
            1, "Please reduce the amount of data you're asking for, then retry your request",
            status: 500)
        let transport = ScriptedTransport(
            tooMuch, tooMuch, .response(resultPage([1], after: "A1")), tooMuch,
            .response(resultPage([2], after: nil)))
        #expect(try await transport.pageIDs() == ["1", "2"])
        #expect(transport.limits == ["100", "50", "25", "25", "12"])
        #expect(transport.cursors == [nil, nil, nil, "A1", "A1"])
        #expect(transport.waits.isEmpty)
    }

    @Test func `a list with a single page that is too large is an error`() async throws {
        let transport = ScriptedTransport(
            Array(
                repeating: .refusal(1, "Please reduce the amount of data", status: 500), count: 7))
        let error = try await failure { _ = try await transport.pageIDs() }
        guard case .refused(let refusal) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(refusal.classification == .tooMuchData)
        #expect(transport.limits == ["100", "50", "25", "12", "6", "3", "1"])
    }

    @Test(arguments: [
        ScriptedTransport.Step.refusal(100, "(#100) Param limit is too large"),
        .response("<html>", status: 403), .response("", status: 200),
        .response("{\"data\":[", status: 200),
        .refusal(10, "no", status: 403), .response(#"{"error_code":100,"error_msg":"limit"}"#),
        .failure(.unreachable(.timeout)), .failure(.invalidResponse(.tooLarge, status: 200)),
    ])
    func `a larger limit that fails is not used again`(
        step: ScriptedTransport.Step
    ) async throws {
        let transport = ScriptedTransport(
            .response(resultPage([1], after: "A1")), step, .response(resultPage([2], after: "A2")),
            .response(resultPage([3], after: nil)))
        #expect(try await transport.pageIDs() == ["1", "2", "3"])
        #expect(transport.limits == ["100", "200", "100", "100"])
        #expect(transport.cursors == [nil, "A1", "A1", "A2"])
    }

    @Test func `the limit is not reduced for errors unrelated to it`() async throws {
        for step in [ScriptedTransport.Step.refusal(190, subcode: 460), .refusal(4), .refusal(368)]
        {
            let transport = ScriptedTransport(.response(resultPage([1], after: "A1")), step)
            _ = try await failure { _ = try await transport.pageIDs() }
            #expect(transport.limits == ["100", "200"])
        }
    }

    @Test(arguments: [
        "null", "[]", "7", #""x""#, "{}", #"{"id":null}"#, #"{"id":""}"#, #"{"id":"x"}"#,
        #"{"id":"0"}"#, #"{"id":-5}"#, #"{"id":{}}"#,
        #"{"id":"123456789012345678901234567890123"}"#,
    ])
    func `an invalid entry does not affect the others`(entry: String) async throws {
        let transport = ScriptedTransport(
            .response(
                #"{"data":[{"id":"1"},\#(entry),{"id":2,"name":null,"tasks":{},"access_token":7}],"paging":[]}"#
            ))
        var ids: [String] = []
        let unread = try await transport.client().pages(token: someToken, appSecret: nil) {
            ids += $0.map(\.id)
        }
        #expect(ids == ["1", "2"] && unread == 1)
    }

    @Test(arguments: [
        #""paging":[]"#, #""paging":null"#, #""paging":"none""#, #""paging":{"cursors":[]}"#,
        #""paging":{"cursors":[],"next":null}"#, #""paging":{"next":false}"#,
    ])
    func `a list without valid paging ends`(paging: String) async throws {
        #expect(try await listed(#"{"data":[{"id":"1"}],\#(paging)}"#).map(\.id) == ["1"])
    }

    @Test func `long texts are truncated to fit a record`() async throws {
        let long = String(repeating: "e\u{301}", count: 60_000)
        let tasks = Array(repeating: #""\#(long)""#, count: 3).joined(separator: ",")
        let pages = try await listed(
            #"{"data":[{"id":"1","name":"\#(long)","category":"\#(long)","tasks":[\#(tasks)],"access_token":"EAAFAKE1"}]}"#
        )
        let page = try #require(pages.first)
        #expect((page.name?.utf8.count ?? .max) <= 1_024 && page.name?.hasSuffix("…") == true)
        #expect((page.category?.utf8.count ?? .max) <= 1_024)
        #expect(page.tasks?.allSatisfy { $0.utf8.count <= 128 } == true && page.token != nil)
    }

    @Test func `a token too long for a vault is ignored`() async throws {
        let token = "EAAFAKE" + String(repeating: "x", count: 65_536)
        let pages = try await listed(
            #"{"data":[{"id":"1","access_token":"\#(token)"},{"id":"2","access_token":"EAAFAKE"}]}"#
        )
        #expect(pages.map { $0.token == nil } == [true, false])
    }

    @Test func `an invalid name does not affect other pages`() async throws {
        let pages = try await listed(
            #"{"data":[{"id":"1","name":"a\ud83d"},{"id":"2","access_token":"EAAFAKE2"}]}"#)
        #expect(pages.map(\.name) == ["a\u{FFFD}", nil] && pages.last?.token != nil)
    }

    @Test func `each request for a result page has the proof`() async throws {
        let transport = ScriptedTransport(
            .response(resultPage([1], after: "A1")), .response(resultPage([2], after: nil)))
        let appSecret = secret("foo_secret")
        try await transport.client().pages(token: secret("long_token"), appSecret: appSecret) { _ in
        }
        let proof = "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1"
        #expect(transport.items("appsecret_proof") == [proof, proof])
    }

    @Test func `pages received before a failure are delivered`() async throws {
        let transport = ScriptedTransport(
            .response(resultPage([1], after: "A1")), .refusal(190, subcode: 460))
        var ids: [String] = []
        let client = try transport.client()
        await #expect(throws: GraphError.self) {
            try await client.pages(token: someToken, appSecret: nil) { pages in
                ids += pages.map(\.id)
            }
        }
        #expect(ids == ["1"])
    }

    @Test func `one page is requested by its ID`() async throws {
        let transport = ScriptedTransport(.response(#"{"access_token":"EAAFAKEpage1","id":"17"}"#))
        let page = try await transport.client().page("17", token: someToken, appSecret: nil)
        #expect(page.token.map(text) == "EAAFAKEpage1")
        #expect(
            transport.requests.map(\.url) == [
                "https://graph.example/v26.0/17?fields=id%2Cname%2Ccategory%2Caccess_token"
                    + "%2Cinstagram_business_account%7Bid%2Cusername%7D"
            ])
    }

    @Test func `a page whose token is withheld has no token`() async throws {
        let transport = ScriptedTransport(.response(#"{"id":"17"}"#))
        let page = try await transport.client().page("17", token: someToken, appSecret: nil)
        #expect(page.token == nil)
    }

    private func listed(_ body: String) async throws -> [GraphPage] {
        var pages: [GraphPage] = []
        try await ScriptedTransport(.response(body)).client()
            .pages(token: someToken, appSecret: nil) { pages += $0 }
        return pages
    }

    private func resultPage(_ ids: [Int], after: String?) -> String {
        let data = ids.map { #"{"id":"\#($0)","name":"Fake","access_token":"EAAFAKE\#($0)"}"# }
        let next = after.map { #","next":"https://graph.example/9/accounts?after=\#($0)""# } ?? ""
        return
            #"{"data":[\#(data.joined(separator: ","))],"paging":{"cursors":{"after":"\#(after ?? "END")"}\#(next)}}"#
    }
}

extension ScriptedTransport {
    fileprivate func pageIDs() async throws -> [String] {
        var ids: [String] = []
        try await client().pages(token: someToken, appSecret: nil) { ids += $0.map(\.id) }
        return ids
    }

    fileprivate var limits: [String?] { items("limit") }
    fileprivate var cursors: [String?] { items("after") }

    /// Returns the query parameter `name` of each request, as sent.
    fileprivate func items(_ name: String) -> [String?] {
        requests.map { request in
            request.url.split(separator: "?").last?.split(separator: "&")
                .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }
}
