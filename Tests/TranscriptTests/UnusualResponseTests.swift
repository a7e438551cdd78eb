import GraphSimulator
import Testing

// Responses from Meta that are correct, but not what one would expect.
struct UnusualResponseTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private static let businessPage = "1020000000000007"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    private func exchange() async throws -> ProgramRun {
        try await home.run("exchange", input: TemporaryHome.shortToken)
    }

    @Test func `unknown members in the response to an exchange are ignored`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"extra",
              "value":{"auth_type":"rerequest","data":{"error":7},"scopes":null}}]
            """#)
        let run = try await exchange()
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    @Test func `a compressed response, which was not requested, is rejected`() async throws {
        try graph.setFaults(#"[{"match":"accounts","kind":"gzip"}]"#)
        let run = try await home.run("pages")
        #expect(run.status == 76 && run.hasFailedProperly, "\(run.errors)")
        for request in graph.simulation.requests {
            #expect(request.headers["accept-encoding"] == "identity")
        }
    }

    @Test func `a token whose owner Meta does not name keeps its known owner`() async throws {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"without-owner"}]"#)
        #expect(try await home.run("check", "--online").status == 0)
        let pages = try await home.run("list", "--kind", "page", "--json")
            .json([EntryDocument].self)
        #expect(pages.count == 26)
        #expect(pages.allSatisfy { $0.user == Self.user && $0.app == TemporaryHome.app })
    }

    @Test func `IDs may be numbers`() async throws {
        try graph.setFaults(#"[{"match":"debug_token","kind":"ids-as-numbers"}]"#)
        #expect(try await exchange().status == 0)
        let run = try await home.run("inspect", Self.page)
        #expect(run.text.contains(Self.user) && run.text.contains(Self.page), "\(run.text)")
    }

    /// Takes `business_management` away from the user token, and allows it only these pages.
    private func limit(to pages: String...) throws {
        let targets = pages.map { #""\#($0)""# }.joined(separator: ",")
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009","pages":[
                   {"id":"1020000000000001"},{"id":"\#(Self.businessPage)","business_owned":true}]}],
                 "tokens":[{"token":"EAAFAKElong0001","scopes":["pages_show_list"],
                   "granular_scopes":[{"scope":"pages_show_list","target_ids":[\#(targets)]}]}]}
                """#)
    }

    @Test func `a business page missing from the list is shown by inspect, and can be requested`()
        async throws
    {
        try limit(to: "1020000000000001", Self.businessPage)
        let listed = try await home.run("pages", "--json").json([EntryDocument].self)
        #expect(listed.map(\.ref) == [Self.page])
        let inspected = try await home.run("inspect", Self.user)
        #expect(inspected.text.contains("pages_show_list on 1020000000000001 \(Self.businessPage)"))
        let named = try await home.run("pages", Self.businessPage, "--json")
        #expect(try named.json([EntryDocument].self).map(\.ref) == ["page:\(Self.businessPage)"])
    }

    @Test func `a page that was not selected gives no token, with a warning`() async throws {
        try limit(to: "1020000000000001")
        let run = try await home.run("pages", Self.businessPage)
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("tokenvault: warning: no token for page:"), "\(run.errors)")
    }

    @Test func `a page token that lost its role is invalid with Meta's reason, but not its user's`()
        async throws
    {
        let token = try await home.run("get", "-n", Self.page).text
        #expect(graph.simulation.kill(token: token, reason: 492))
        #expect(try await home.run("check", "--online").status == 2)
        let shown = try await home.run("show", Self.page).text
        #expect(shown.contains("190/492") && shown.contains("Two Factor"), "\(shown)")
        #expect(try await home.run("get", Self.user).status == 0)
    }

    @Test func `data access may expire before the token`() async throws {
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKElong0001","data_access_expires_at":"-1d"}]}"#)
        let run = try await home.run("check", "--online", Self.user)
        #expect(run.status == 2 && run.lines[1].hasPrefix("expired "), "\(run.text)")
        let got = try await home.run("get", Self.user)
        #expect(got.status == 2 && got.errors.contains("data access"), "\(got.errors)")
    }

    @Test
    func `an app that requires proofs accepts those of each request and of the proof command`()
        async throws
    {
        try graph.simulation.merge(
            state: #"{"apps":[{"id":"1234567890123456","require_proof":true}]}"#)
        #expect(try await home.run("pages", "-q").status == 0)
        #expect(try await exchange().status == 0)
        for (option, name) in [("", "appsecret_proof="), ("--timed", "")] {
            let response = try await home.shell(
                """
                curl -sS -H @<(tokenvault get --header \(Self.page)) \
                    "\(graph.url)/v26.0/me?fields=id&\(name)$(tokenvault proof \(option) \
                    \(Self.page))"
                """)
            #expect(response.text == #"{"id":"1020000000000001"}"#, "\(response.text)")
        }
        #expect(try await home.run("remove", TemporaryHome.app, "--force").status == 0)
        let run = try await home.run("pages")
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.hasSuffix("hint: tokenvault add \(TemporaryHome.app)\n"))
    }

    @Test func `an app token is recognized`() async throws {
        let run = try await home.run("inspect", input: "1234567890123456|FAKEsecret0001")
        #expect(run.status == 0 && run.text.contains("app:1234567890123456"), "\(run.text)")
        #expect(run.lines.contains { $0.hasPrefix("  type") && $0.hasSuffix(" app") })
    }
}
