import Foundation
import GraphSimulator
import Testing

// The Instagram account that is linked to a page.
struct InstagramAccountTests {
    private static let user = "user:10200000000000009"
    private static let cafe = "page:1020000000000001"
    private static let bakery = "page:1020000000000003"
    private static let account = "17841400000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    /// Creates a home with Ann's token, who has two pages; an account is linked to the first one.
    init() async throws {
        graph = try await TemporaryGraph()
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009","pages":[
                   {"id":"1020000000000001","instagram_id":"17841400000000001",
                    "instagram_username":"fake.cafe"},{"id":"1020000000000003"}]}],
                 "tokens":[{"token":"EAAFAKEshort0001",
                   "scopes":["pages_show_list","instagram_basic"]}]}
                """#)
        home = try await TemporaryHome.withUserToken(using: graph)
    }

    /// Returns the stored account as "ID username".
    private func stored(_ page: String = cafe) async throws -> String {
        let entry = try await home.run("show", page, "--json").json(EntryDocument.self)
        return "\(entry.instagramId ?? "-") \(entry.instagramUsername ?? "-")"
    }

    private func note(in run: ProgramRun) throws -> String {
        let notes = run.errorLines.filter { $0.contains("no Instagram account for") }
        #expect(notes.count == 1, "\(run.errors)")
        return try #require(notes.first)
    }

    private func merge(_ state: String) throws { try graph.simulation.merge(state: state) }

    private func setScopes(_ scopes: String, granular: String = "") throws {
        try merge(#"{"tokens":[{"token":"EAAFAKElong0001","scopes":[\#(scopes)]\#(granular)}]}"#)
    }

    private func setTasks(_ tasks: String) throws {
        try merge(
            #"""
            {"users":[{"id":"10200000000000009",
              "pages":[{"id":"1020000000000001","tasks":[\#(tasks)]}]}]}
            """#)
    }

    private func unlink() throws {
        try merge(#"{"pages":[{"id":"1020000000000001","instagram_id":""}]}"#)
    }

    @Test func `it comes in the same call, and is stored with the page`() async throws {
        let run = try await home.run("pages", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let pages = try run.json([EntryDocument].self)
        #expect(pages.map(\.instagramId) == [Self.account, nil])
        #expect(pages.map(\.instagramUsername) == ["fake.cafe", nil])
        #expect(
            graph.simulation.requests.map(\.path) == ["/v26.0/me/accounts", "/v26.0/debug_token"])
        #expect(try await stored() == "\(Self.account) fake.cafe")
        graph.simulation.clearRequests()
        for command in [["list"], ["pages", "--offline"], ["list", "--tree"]] {
            let table = try await home.run(command)
            #expect(table.lines.first?.hasSuffix("  INSTAGRAM") == true, "\(table.text)")
            #expect(table.lines.contains { $0.hasSuffix("  fake.cafe") }, "\(table.text)")
        }
        let details = try await home.run("show", Self.cafe).lines
        #expect(
            details.contains {
                $0.hasPrefix("  instagram") && $0.hasSuffix(" fake.cafe (\(Self.account))")
            }, "\(details)")
        #expect(graph.receivedNoRequests)
    }

    @Test func `without any account there is no column`() async throws {
        try unlink()
        #expect(try await !home.run("pages").text.contains("INSTAGRAM"))
        #expect(try await !home.run("show", Self.cafe).text.contains("instagram  "))
    }

    @Test func `a page requested by id has it, too`() async throws {
        let run = try await home.run("pages", "1020000000000001")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(graph.simulation.requests.map(\.path) == ["/v26.0/1020000000000001"])
        #expect(try await stored() == "\(Self.account) fake.cafe")
    }

    @Test func `if none is linked, one note says so`() async throws {
        let run = try await home.run("pages")
        #expect(
            run.errors == "tokenvault: no Instagram account for \(Self.bakery): no professional "
                + "account is linked to the page\n")
        #expect(try await home.run("pages", "--quiet").errors.isEmpty)
    }

    @Test func `a missing scope is named, once for all pages, with a command that helps`()
        async throws
    {
        try setScopes(#""pages_show_list""#)
        let run = try await home.run("pages", "--json")
        let note = try note(in: run)
        #expect(run.status == 0)
        #expect(note.contains("\(Self.cafe), \(Self.bakery): \(Self.user) lacks"))
        #expect(note.contains("the scope instagram_basic;"))
        #expect(note.hasSuffix("then run `tokenvault exchange`"), "\(note)")
        #expect(try run.json([EntryDocument].self).allSatisfy { $0.instagramId == nil })
    }

    @Test func `a system user gets a new token in the Business settings`() async throws {
        let added = try await home.run(
            "add", "system:10200000000000077", "--app", TemporaryHome.app, "--expires", "59d",
            input: "EAAFAKEsystem001")
        try #require(added.status == 0)
        let run = try await home.run("pages", "--user", "system:10200000000000077")
        let note = try note(in: run)
        #expect(note.contains("system:10200000000000077 lacks the scope instagram_basic"))
        #expect(note.hasSuffix("`tokenvault add system:10200000000000077 --replace`"), "\(note)")
    }

    @Test func `if the cause is not known, all possible ones are named`() async throws {
        try setTasks(#""ANALYZE""#)
        let scopes = #""pages_show_list","instagram_basic""#
        try setScopes(
            scopes,
            granular: #","granular_scopes":[{"scope":"instagram_basic","target_ids":["1784"]}]"#)
        let limited = try note(in: try await home.run("pages"))
        for words in ["is linked to", "tasks on the page", "was not selected"] {
            #expect(limited.contains(words), "\(limited)")
        }
        #expect(!limited.contains("lacks the scope"))
        try setTasks(#""PROFILE_PLUS_FULL_CONTROL""#)
        let selected = try note(in: try await home.run("pages"))
        #expect(!selected.contains("tasks on the page") && selected.contains("was not selected"))
    }

    @Test(arguments: [["pages"], ["pages", "1020000000000001"]])
    func `a stored account stays if the token may no longer see it`(_ command: [String])
        async throws
    {
        #expect(try await home.run("pages", "-q").status == 0)
        try setScopes(#""pages_show_list""#)
        try unlink()
        _ = try await home.run(command)
        #expect(try await stored() == "\(Self.account) fake.cafe")
        try setScopes(#""pages_show_list","instagram_basic""#)
        try setTasks(#""ANALYZE""#)
        _ = try await home.run(command)
        #expect(try await stored() == "\(Self.account) fake.cafe")
        try setTasks(#""MANAGE""#)
        try setScopes(
            #""pages_show_list","instagram_basic""#,
            granular: #","granular_scopes":[{"scope":"instagram_basic","target_ids":["1784"]}]"#)
        _ = try await home.run(command)
        #expect(try await stored() == "\(Self.account) fake.cafe")
    }

    @Test func `a stored account stays if Meta does not say what the token may see`() async throws {
        #expect(try await home.run("pages", "-q").status == 0)
        try unlink()
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        #expect(try await home.run("pages").status == 0)
        #expect(try await stored() == "\(Self.account) fake.cafe")
    }

    @Test func `an account that is no longer linked is removed, and the token stays`() async throws
    {
        #expect(try await home.run("pages", "-q").status == 0)
        try unlink()
        // A page requested by id comes without the tasks that would show that it is not linked.
        #expect(try await home.run("pages", "1020000000000001").status == 0)
        #expect(try await stored() == "\(Self.account) fake.cafe")
        let run = try await home.run("pages", "--json")
        #expect(run.status == 0)
        #expect(try run.json([EntryDocument].self).allSatisfy { $0.instagramId == nil })
        #expect(try note(in: run).contains("\(Self.cafe), \(Self.bakery): no professional account"))
        #expect(try await stored() == "- -")
        #expect(try await home.run("get", Self.cafe).status == 0)
    }

    @Test func `refresh stores it, and removes it once it is not linked`() async throws {
        try unlink()
        #expect(try await home.run("pages", "-q").status == 0)
        try merge(
            #"""
            {"reexchange":"extend","pages":[{"id":"1020000000000001",
              "instagram_id":"17841400000000002","instagram_username":"new.cafe"}],
             "tokens":[{"token":"EAAFAKElong0001","issued_at":"-50d","expires_at":"+10d"}]}
            """#)
        let run = try await home.run("refresh", "--all", "--json")
        #expect(try run.json([RefreshDocument].self).map(\.pages) == [2], "\(run.errors)")
        #expect(!run.errors.contains("Instagram"))
        #expect(try await stored() == "17841400000000002 new.cafe")
        try unlink()
        for (scopes, expected) in [
            (#""pages_show_list""#, "17841400000000002 new.cafe"),
            (#""pages_show_list","instagram_basic""#, "- -"),
        ] {
            let token = try await home.run("get", "-n", Self.user).text
            try merge(
                #"""
                {"tokens":[{"token":"\#(token)","issued_at":"-50d","expires_at":"+10d",
                  "scopes":[\#(scopes)]}]}
                """#)
            let again = try await home.run("refresh", "--all", "--json")
            #expect(try again.json([RefreshDocument].self).map(\.pages) == [2], "\(again.errors)")
            #expect(try await stored() == expected)
        }
    }

    @Test func `another account replaces the old one, username included`() async throws {
        #expect(try await home.run("pages", "-q").status == 0)
        for (answer, expected) in [
            (#"{"id":"17841400000000001"}"#, "\(Self.account) fake.cafe"),
            (#"{"id":17841400000000002}"#, "17841400000000002 -"),
            (#"{"id":17841400000000002,"username":"new.cafe"}"#, "17841400000000002 new.cafe"),
            (#"{"id":"0","username":"x"}"#, "17841400000000002 new.cafe"),
            (#"{"username":"x"}"#, "17841400000000002 new.cafe"),
            (#"{"id":1e300}"#, "17841400000000002 new.cafe"),
            (#"{"id":-5}"#, "17841400000000002 new.cafe"), ("[]", "17841400000000002 new.cafe"),
            (#""x""#, "17841400000000002 new.cafe"),
        ] {
            graph.respond(
                at: "accounts",
                with: #"""
                    {"data":[{"id":"1020000000000001","access_token":"EAAFAKEpage9",
                      "tasks":["MANAGE"],"instagram_business_account":\#(answer)}]}
                    """#)
            #expect(try await home.run("pages", "-q").status == 0)
            #expect(try await stored() == expected, "\(answer)")
        }
        #expect(try await home.run("get", Self.cafe).text == "EAAFAKEpage9\n")
    }

    @Test func `the other user's answer counts, whoever's token is kept`() async throws {
        try setScopes(#""pages_show_list","pages_manage_posts""#)
        #expect(try await home.run("pages", "-q").status == 0)
        #expect(try await stored() == "- -")
        let token = try await home.run("get", Self.cafe).text
        try merge(
            #"""
            {"users":[{"id":"200","name":"Bob Fake","pages":[
               {"id":"1020000000000001","tasks":["MODERATE"]}]}],
             "tokens":[{"token":"EAAFAKEbob","app":"1234567890123456","user":"200","type":"USER",
               "expires_at":"+60d","scopes":["pages_show_list","instagram_basic"]}]}
            """#)
        let added = try await home.run(
            "add", "user:200", "--app", TemporaryHome.app, "--expires", "60d", input: "EAAFAKEbob")
        try #require(added.status == 0)
        let run = try await home.run("pages", "--user", "user:200", "--json")
        #expect(run.errors.contains("\(Self.cafe): kept the token of \(Self.user)"))
        #expect(try run.json([EntryDocument].self).map(\.instagramId) == [Self.account])
        #expect(try await stored() == "\(Self.account) fake.cafe")
        #expect(try await home.run("get", Self.cafe).text == token)
        // Ann's own token still does not show the account, which stays.
        #expect(try await home.run("pages", "-q", "--user", Self.user).status == 0)
        #expect(try await stored() == "\(Self.account) fake.cafe")
    }

    @Test(arguments: [["pages"], ["pages", "1020000000000001"]])
    func `page tokens come even if Meta refuses the field`(_ command: [String]) async throws {
        let endpoint = command.count == 1 ? "accounts" : "page"
        try graph.setFaults(
            #"""
            [{"match":"\#(endpoint)","kind":"error","code":100,"times":1,"message":
              "(#100) Tried accessing nonexisting field (instagram_business_account) on node type (Page)"}]
            """#)
        let run = try await home.run(command)
        #expect(run.status == 0 && run.text.contains(Self.cafe), "\(run.errors)")
        #expect(try await home.run("get", Self.cafe).status == 0)
        #expect(try note(in: run).contains("Meta's answer was not usable"))
        let queries = graph.simulation.requests.map(\.query).filter { $0.contains("fields=") }
        #expect(queries.map { $0.contains("instagram") } == [true, false])
    }

    @Test func `a username of any kind does no harm`() async throws {
        let long = String(repeating: "x", count: 100_000)
        for username in [#""\#(long)""#, "7", "null", "[]", #""a\ud83d""#, #""\u0000\u001b[31m""#] {
            graph.respond(
                at: "accounts",
                with: #"""
                    {"data":[{"id":"1020000000000001","access_token":"EAAFAKEpage9",
                      "instagram_business_account":{"id":"1784","username":\#(username)}}]}
                    """#)
            let run = try await home.run("pages")
            #expect(run.status == 0 && run.text.utf8.count < 4_096, "\(run.errors)")
            #expect(!run.text.contains("\u{1B}") && !run.text.contains("\0"))
            #expect(try await stored().hasPrefix("1784 "))
        }
    }
}
