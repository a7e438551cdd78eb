import Foundation
import GraphSimulator
import Testing

// Pages that two users share, pages that were not selected in the dialog, and lists with odd entries.
struct SharedPageTests {
    private static let ann = "user:10200000000000009"
    private static let bob = "user:200"
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        graph.simulation.clearRequests()
    }

    /// Stores the token of Bob, who has these tasks on Ann's first page and all tasks on his own page.
    private func addBob(
        tasks: String, expires: String = "+60d", hasAllScopes: Bool = false
    ) async throws {
        let scopes = try await home.run("show", Self.ann, "--json").json(EntryDocument.self).scopes
        let more = (hasAllScopes ? scopes ?? [] : []).map { ",\"\($0)\"" }.joined()
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"200","name":"Bob Fake","pages":[
                   {"id":"1020000000000001","tasks":\#(tasks)},{"id":"1020000000000099"}]}],
                 "tokens":[{"token":"EAAFAKEbob","app":"1234567890123456","user":"200",
                   "type":"USER","expires_at":"\#(expires)",
                   "scopes":["pages_show_list","business_management"\#(more)]}]}
                """#)
        let expiry = expires.hasPrefix("+") ? String(expires.dropFirst()) : expires
        let run = try await home.run(
            "add", Self.bob, "--app", TemporaryHome.app, "--expires", expiry, "--name", "Bob",
            input: "EAAFAKEbob")
        try #require(run.status == 0, "\(run.errors)")
    }

    private func bobsPages(_ options: String...) async throws -> ProgramRun {
        try await home.run(["pages", "--user", Self.bob] + options)
    }

    @Test(arguments: [#"["ANALYZE"]"#, #"["ANALYZE","CREATE_CONTENT","MESSAGING"]"#, "[]"])
    func `a second user's token that can do less does not replace the first one's`(
        _ tasks: String
    ) async throws {
        try await addBob(tasks: tasks)
        let token = try await home.run("get", Self.page).text
        let run = try await bobsPages("--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await home.run("get", Self.page).text == token)
        let warnings = run.errorLines.filter { $0.hasPrefix("tokenvault: warning: ") }
        #expect(warnings.count == 1 && warnings[0].contains(Self.page), "\(run.errors)")
        #expect(warnings[0].contains(Self.ann) && warnings[0].contains(Self.bob))
        let listed = try run.json([EntryDocument].self)
        #expect(listed.map(\.ref) == [Self.page, "page:1020000000000099"])
        #expect(listed.map(\.user) == [Self.ann, Self.bob])
        // Removing the stored token makes room for the other one.
        let taken = try await home.shell(
            "tokenvault remove --force \(Self.page) && tokenvault pages --user \(Self.bob)")
        #expect(taken.status == 0)
        #expect(try await home.run("get", Self.page).text != token)
    }

    @Test func `a token that can do as much or more replaces it, and both are named`() async throws
    {
        try await addBob(
            tasks: #"["PROFILE_PLUS_FULL_CONTROL","MANAGE_JOBS"]"#, hasAllScopes: true)
        let token = try await home.run("get", Self.page).text
        let run = try await bobsPages()
        #expect(run.status == 0 && run.errorLines.count == 2, "\(run.errors)")
        #expect(
            run.errors.contains("the token of \(Self.ann) was replaced by the one of \(Self.bob)"))
        #expect(try await home.run("get", Self.page).text != token)
        // Ann's token can do less now, and does not replace Bob's.
        let back = try await home.run("pages", "--user", Self.ann)
        #expect(back.errors.contains("\(Self.page): kept the token of \(Self.bob)"))
        let again = try await bobsPages("-q")
        #expect(again.status == 0 && again.errors.isEmpty, "\(again.errors)")
    }

    @Test(arguments: [
        (#"["CREATE_CONTENT"]"#, #"["ANALYZE"]"#, true),
        (#"["CREATE_CONTENT","MANAGE"]"#, #"["ANALYZE","ADVERTISE","MESSAGING"]"#, true),
        (#"["CREATE_CONTENT","ANALYZE"]"#, #"["ANALYZE","MODERATE","MESSAGING"]"#, true),
        (#"["ANALYZE","ADVERTISE"]"#, #"["MANAGE","CREATE_CONTENT"]"#, false),
    ])
    func `the most important task that only one of them has decides`(
        _ hers: String, _ his: String, _ isKept: Bool
    ) async throws {
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009",
                  "pages":[{"id":"1020000000000001","tasks":\#(hers)}]}]}
                """#)
        #expect(try await home.run("pages").status == 0)
        try await addBob(tasks: his, hasAllScopes: true)
        let token = try await home.run("get", Self.page).text
        #expect(try await bobsPages().status == 0)
        #expect(try await (home.run("get", Self.page).text == token) == isKept)
    }

    @Test func `a token without a scope that the other has does not replace it`() async throws {
        try await addBob(tasks: #"["PROFILE_PLUS_FULL_CONTROL"]"#)
        let token = try await home.run("get", Self.page).text
        let scopes = try await home.run("show", Self.page, "--json").json(EntryDocument.self).scopes
        let scope = try #require(scopes?.first { $0.hasPrefix("pages_manage") })
        // The scopes of Bob's token are known only after a check.
        #expect(try await home.run("check", "--online", Self.bob).status == 0)
        let run = try await bobsPages()
        #expect(
            run.status == 0 && run.errors.contains("\(Self.page): kept the token of \(Self.ann), "))
        #expect(
            try await home.run("get", Self.page, "--require-scope", scope).text == token)
    }

    @Test func `a page requested by ID does not inherit the other user's tasks`() async throws {
        try await addBob(tasks: #"["ANALYZE"]"#)
        let token = try await home.run("get", Self.page).text
        let run = try await bobsPages("1020000000000001")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await home.run("get", Self.page).text == token)
        let taken = try await home.shell(
            "tokenvault remove --force \(Self.page) && tokenvault pages --user \(Self.bob) "
                + "1020000000000001 && tokenvault show \(Self.page)")
        #expect(taken.status == 0 && !taken.text.contains("MANAGE"), "\(taken.text)")
    }

    @Test func `a token that lasts longer is not replaced by one that expires in an hour`()
        async throws
    {
        try await addBob(tasks: #"["PROFILE_PLUS_FULL_CONTROL","MANAGE_JOBS"]"#, expires: "+1h")
        let token = try await home.run("get", Self.page).text
        let run = try await bobsPages()
        #expect(
            run.errors.contains("\(Self.page): kept the token of \(Self.ann), "), "\(run.errors)")
        #expect(try await home.run("get", Self.page).text == token)
    }

    @Test func `an invalid token is replaced by any valid one`() async throws {
        try await addBob(tasks: #"["ANALYZE"]"#)
        let token = try await home.run("get", "-n", Self.page).text
        graph.simulation.kill(token: token, reason: 492)
        #expect(try await home.run("check", "--online", Self.page).status == 2)
        #expect(try await bobsPages().status == 0)
        #expect(try await home.run("get", Self.page).text != token + "\n")
        #expect(try await home.run("check", "--online", Self.page).status == 0)
    }

    /// Limits Ann's token to these pages and scopes, by default without `business_management`.
    private func limit(to pages: String..., scopes: String = #"["pages_show_list"]"#) throws {
        let targets = pages.map { #""\#($0)""# }.joined(separator: ",")
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009","pages":[{"id":"1020000000000001"},
                   {"id":"1020000000000003"},{"id":"1020000000000007","business_owned":true}]}],
                 "tokens":[{"token":"EAAFAKElong0001","scopes":\#(scopes),"granular_scopes":[
                   {"scope":"pages_show_list","target_ids":[\#(targets)]},
                   {"scope":"instagram_basic","target_ids":["17841400000000000"]}]}]}
                """#)
    }

    @Test func `pages that were allowed but are not listed are named, and can be requested`()
        async throws
    {
        try limit(to: "1020000000000001", "1020000000000007")
        let run = try await home.run("pages", "--json")
        #expect(try run.json([EntryDocument].self).map(\.ref) == [Self.page])
        let line = try #require(
            run.errorLines.first { $0.contains("selected in the login dialog") })
        #expect(line.hasPrefix("tokenvault: warning: page:1020000000000007: "), "\(line)")
        #expect(line.contains("business_management") && !line.contains("17841400000000000"))
        #expect(line.hasSuffix("tokenvault pages 1020000000000007"))
        let named = try await home.run("pages", "1020000000000007")
        #expect(named.status == 0 && named.text.contains("page:1020000000000007"))
    }

    @Test func `stored pages that were not selected this time are named`() async throws {
        try limit(to: "1020000000000001", scopes: #"["pages_show_list","business_management"]"#)
        let run = try await home.run("pages")
        let line = try #require(
            run.errorLines.first { $0.contains("not selected") }, "\(run.errors)")
        #expect(line.contains("page:1020000000000003, page:") && line.contains("and 5 more"))
        #expect(!line.contains(Self.page))
        let named = try await home.run("pages", "1020000000000003")
        #expect(named.status == 0 && named.output.isEmpty)
        #expect(named.errors.contains("it was not selected when the user authorized the app"))
        try limit(to: "1020000000000001", "1020000000000003")
        let fine = try await home.run("pages", "1020000000000003", "--quiet")
        #expect(fine.status == 0 && fine.errors.isEmpty, "\(fine.errors)")
    }

    @Test func `nothing is reported if everything was allowed and listed`() async throws {
        let run = try await home.run("pages")
        #expect(run.errorLines.count == 2 && run.errors.contains("no token for page:"))
        #expect(graph.requests(to: "debug_token").count == 1)
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        #expect(try await home.run("pages").status == 0)
    }

    @Test(arguments: [
        "null", "[]", "7", "{}", #"{"id":null,"name":"x"}"#, #"{"id":"abc"}"#, #"{"id":"0"}"#,
    ])
    func `an invalid list entry does not affect other pages`(_ entry: String) async throws {
        let list = #"""
            {"data":[{"id":"1020000000000001","name":"Fake","access_token":"EAAFAKEone"},\#(entry),
            {"id":1020000000000003,"name":["x"],"tasks":null,"access_token":"EAAFAKEthree"}],
            "paging":[]}
            """#
        graph.respond(at: "accounts", with: list)
        let run = try await home.run("pages", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            try run.json([EntryDocument].self).map(\.ref) == [Self.page, "page:1020000000000003"])
        #expect(run.errors.contains("1 page in Meta's list could not be read"), "\(run.errors)")
        #expect(try await home.run("get", "page:1020000000000003").text == "EAAFAKEthree\n")
    }

    @Test func `very long names and broken characters do not affect any page`() async throws {
        let long = String(repeating: "x", count: 100_000)
        graph.respond(
            at: "accounts",
            with:
                #"{"data":[{"id":"1","name":"\#(long)","category":"\#(long)","access_token":"EAAFAKE1"},"#
                + #"{"id":"2","name":"a\ud83d","access_token":"EAAFAKE2"}]}"#)
        let run = try await home.run("pages", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json([EntryDocument].self).map(\.ref) == ["page:1", "page:2"])
        let name = try await home.run("show", "page:1", "--json").json(EntryDocument.self).name
        #expect(name?.utf8.count ?? 0 <= 1_024 && name?.hasPrefix("xxx") == true)
        try graph.setFaults(#"[{"match":"accounts","kind":"broken-names"}]"#)
        let broken = try await home.run("pages")
        #expect(broken.status == 0 && broken.lines.count == 27, "\(broken.errors)")
    }

    @Test(arguments: [
        #""kind":"error","code":100,"message":"(#100) limit""#,
        #""kind":"error","code":1,"status":500"#, #""kind":"html","status":502"#,
        #""kind":"html","status":403"#, #""kind":"truncated""#, #""kind":"empty""#,
        #""kind":"oversized""#, #""kind":"cut-off""#, #""kind":"text","status":400,"message":"no""#,
    ])
    func `if a larger limit fails in any way, the one that worked is used`(
        _ fault: String
    ) async throws {
        let graph = try await TemporaryGraph.withPages(350)
        let home = try await TemporaryHome.withVault(using: graph)
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        try graph.setFaults(#"[{"match":"accounts",\#(fault),"limit":100}]"#)
        let run = try await home.run("pages")
        #expect(run.status == 0 && run.lines.count == 351, "\(run.errors)")
        let limits = graph.requests(to: "accounts").compactMap {
            $0.query.firstMatch(of: /limit=(\d+)/).map { "\($0.1)" }
        }
        #expect(limits.filter { $0 == "100" }.count == 4, "\(limits)")
        #expect(limits.filter { $0 != "100" }.allSatisfy { $0 == "200" } && limits.count <= 7)
    }
}
