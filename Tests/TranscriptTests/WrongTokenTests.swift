import Foundation
import GraphSimulator
import Testing

// A token that does not belong to the entry it is stored under, valid or not.
struct WrongTokenTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private static let app = TemporaryHome.app
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        let common = #""app":"1234567890123456","scopes":["pages_show_list"]"#
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"200","name":"Bob Fake","pages":[{"id":"1020000000000003"}]}],
                 "tokens":[
                  {"token":"EAAFAKEuser200","user":"200","type":"USER","expires_at":0,\#(common)},
                  {"token":"EAAFAKEpage200","user":"200","type":"PAGE","page":"1020000000000003",
                   "expires_at":0,\#(common)},
                  {"token":"EAAFAKEdead200","user":"200","type":"USER","dead":460,\#(common)}]}
                """#)
        graph.simulation.clearRequests()
    }

    /// An entry, the token stored under it, the exit status, and the words for the token's owner.
    struct Swap: Sendable {
        let entry: String
        let token: String
        let status: Int32
        let owner: String
    }

    static let swaps = [
        Swap(entry: page, token: "EAAFAKElong0001", status: 2, owner: "the token of \(user)"),
        Swap(
            entry: page, token: "EAAFAKEpage200", status: 2,
            owner: "the token of page:1020000000000003"),
        Swap(
            entry: page, token: "1234567890123456|FAKEsecret0001", status: 2,
            owner: "an app token"),
        Swap(entry: user, token: "EAAFAKEuser200", status: 2, owner: "the token of user:200"),
        Swap(entry: user, token: "EAAFAKEdead200", status: 2, owner: "the token of user:200"),
        Swap(
            entry: user, token: "EAAFAKEpage200", status: 2,
            owner: "the token of page:1020000000000003"),
        Swap(
            entry: user, token: "EAAFAKEsystem001", status: 2,
            owner: "the token of system:10200000000000077"),
        Swap(
            entry: "system:200", token: "EAAFAKEuser200", status: 2,
            owner: "the token of user:200"),
        Swap(
            entry: user, token: "EAAFAKEother0001", status: 78,
            owner: "the token of \(user) for app:2345678901234567 (Other Fake App), not for \(app)"),
    ]

    /// Stores the token of `swap` under its entry.
    private func store(_ swap: Swap) async throws {
        let run = try await home.run(
            "add", swap.entry, "--app", Self.app, "--replace", input: swap.token)
        try #require(run.status == 0, "\(run.errors)")
    }

    @Test(arguments: swaps)
    func `check names the token's owner, marks the entry, and marks no other`(
        _ swap: Swap
    ) async throws {
        try await store(swap)
        let run = try await home.run("check", "--online")
        #expect(run.status == swap.status && run.errors.isEmpty, "\(run.text)\(run.errors)")
        #expect(run.lines.filter { $0.hasPrefix("invalid ") }.count == 1, "\(run.text)")
        #expect(run.text.contains("\(swap.entry): it is \(swap.owner)"), "\(run.text)")
        let shown = try await home.run("show", swap.entry).text
        #expect(shown.contains("\n  why          it is \(swap.owner)"), "\(shown)")
        // Nothing about the other token is stored as the entry's own.
        #expect(shown.contains("expires      unknown") && !shown.contains("scopes"), "\(shown)")
        #expect(shown.contains("app          \(Self.app)"))
        #expect(try await home.run("get", swap.entry).status == 2)
        #expect(try await home.run("check").status == 2)
    }

    @Test(arguments: swaps)
    func `inspect names the token's owner, and stores nothing`(_ swap: Swap) async throws {
        try await store(swap)
        let run = try await home.run("inspect", swap.entry)
        #expect(run.status == swap.status && run.errors.isEmpty, "\(run.text)\(run.errors)")
        #expect(run.text.contains("\n  wrong entry  it is \(swap.owner)"), "\(run.text)")
        struct Document: Decodable {
            let isValid: Bool
            let reason: String?
        }
        let json = try await home.run("inspect", swap.entry, "--json")
        let document = try json.json(Document.self)
        #expect(json.status == swap.status && document.reason?.contains(swap.owner) == true)
        #expect(document.isValid == (swap.token != "EAAFAKEdead200"))
        #expect(try await home.run("show", swap.entry).text.contains("checked") == false)
    }

    @Test(arguments: swaps.filter { !$0.entry.hasPrefix("page") })
    func `refresh does not renew such a token`(_ swap: Swap) async throws {
        try await store(swap)
        let run = try await home.run("refresh", swap.entry)
        #expect(run.status == swap.status, "\(run.text)\(run.errors)")
        #expect(run.text.contains("\(swap.entry): it is \(swap.owner)"), "\(run.text)")
        #expect(graph.requests(to: "access_token").isEmpty)
        #expect(try await home.run("get", "--allow-expired", swap.entry).text == "\(swap.token)\n")
        #expect(try await home.run("list").text.contains("~new") == false)
    }

    @Test func `an invalid token outweighs one of another app`() async throws {
        try await store(Self.swaps[8])
        let token = try await home.run("get", "-n", Self.page).text
        graph.simulation.kill(token: token, reason: 492)
        #expect(try await home.run("check", "--online").status == 2)
        #expect(try await home.run("check", "--online", Self.user).status == 78)
    }

    @Test func `someone else's invalid token does not make pages unverified`() async throws {
        try await store(Self.swaps[4])
        #expect(try await home.run("check", "--online", Self.user).status == 2)
        let pages = try await home.run("list", "--kind", "page")
        #expect(!pages.text.contains("may have been"))
    }

    @Test func `if Meta itself names another app, so does the report`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data",
              "value":{"app_id":"999","application":"Fake Else","user_id":null}}]
            """#)
        let run = try await home.run("check", "--online", Self.user)
        #expect(run.status == 78, "\(run.text)\(run.errors)")
        #expect(run.text.contains("it is a token for app:999 (Fake Else), not for \(Self.app)"))
    }

    @Test func `if Meta does not name the app, the report says that it is another one`()
        async throws
    {
        // A page token cannot inspect itself.
        let run = try await home.run(
            "add", "page:1020000000000003", "--app", "app:2345678901234567", "--replace",
            input: "EAAFAKEpage200")
        try #require(run.status == 0)
        let secret = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        try #require(secret.status == 0)
        let checked = try await home.run("check", "--online", "page:1020000000000003")
        #expect(checked.status == 78, "\(checked.text)\(checked.errors)")
        #expect(checked.text.contains("it belongs to an app other than app:2345678901234567"))
    }

    @Test func `pages refuses someone else's token, and names its owner`() async throws {
        let added = try await home.run(
            "add", "user:300", "--app", Self.app, input: "EAAFAKEuser200")
        try #require(added.status == 0)
        let run = try await home.run("pages", "--user", "user:300")
        #expect(run.status == 2 && run.hasFailedProperly, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("it is the token of user:200, not the token of user:300"))
        #expect(graph.requests(to: "accounts").isEmpty)
        #expect(try await home.run("show", "user:300").text.contains("status       invalid"))
    }

    @Test func `no page token is replaced if the user token is someone else's`() async throws {
        let stored = try await home.run("get", Self.page).text
        let swap = Swap(entry: Self.user, token: "EAAFAKEuser200", status: 2, owner: "")
        try graph.simulation.merge(
            state: #"{"users":[{"id":"200","pages":[{"id":"1020000000000001"}]}]}"#)
        try await store(swap)
        for command in [["pages"], ["pages", "1020000000000001"]] {
            let run = try await home.run(command)
            #expect(run.status == 2 && run.hasFailedProperly, "\(run.text)\(run.errors)")
            #expect(run.errors.contains("it is the token of user:200"), "\(run.errors)")
            #expect(try await home.run("get", "--allow-expired", Self.page).text == stored)
        }
        #expect(graph.requests(to: "accounts").isEmpty)
    }

    @Test func `no page token is replaced while the user token's owner is unknown`() async throws {
        let stored = try await home.run("get", Self.page).text
        let added = try await home.run(
            "add", Self.user, "--app", Self.app, "--replace", "--expires", "never",
            input: "EAAFAKEuser200")
        try #require(added.status == 0)
        try graph.simulation.merge(
            state: #"{"users":[{"id":"200","pages":[{"id":"1020000000000001"}]}]}"#)
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":2}]"#)
        for command in [["pages"], ["pages", "1020000000000001"]] {
            let run = try await home.run(command)
            #expect(run.errors.contains("\(Self.page): kept the token of"), "\(run.errors)")
            #expect(try await home.run("get", Self.page).text == stored)
        }
        try graph.setFaults("[]")
        #expect(try await home.run("pages", "1020000000000001").status == 2)
        #expect(try await home.run("get", "--allow-expired", Self.page).text == stored)
    }

    @Test(arguments: [
        (#""user_id":"200""#, Int32(2), "user:200"), (#""app_id":"999""#, 78, "pending:"),
        (#""user_id":"200","type":"PAGE","profile_id":"5""#, 2, "page:5"),
    ])
    func `an exchanged token of another owner is not stored under the user's entry`(
        _ members: String, _ status: Int32, _ prefix: String
    ) async throws {
        #expect(try await home.run("remove", "-f", Self.user).status == 0)
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"+1h"}]}"#)
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{\#(members)}}]"#)
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == status, "\(run.text)\(run.errors)")
        let stored = try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
        #expect(
            !stored.contains(Self.user) && stored.contains { $0.hasPrefix(prefix) }, "\(stored)")
    }

    @Test(arguments: [
        ("APP_ID=1234567890123456\nUSER_TOKEN=EAAFAKEother0001\n", Int32(78)),
        ("APP_ID=1234567890123456\nPAGE_ID=5\nPAGE_TOKEN=EAAFAKEpage200\n", 2),
        ("APP_ID=1234567890123456\nPAGE_ID=5\nPAGE_TOKEN=EAAFAKEuser200\n", 2),
    ])
    func `import refuses such a token, and everything with it`(
        _ file: String, _ status: Int32
    ) async throws {
        let before = try home.contents("vault")
        let run = try await home.run("import", "-", "--online", input: file)
        #expect(run.status == status && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("_TOKEN: it is the token of "))
        #expect(try home.contents("vault") == before)
    }
}
