import Foundation
import GraphSimulator
import Testing

// Meta's responses to an exchange that it grants.
struct ExchangeTests {
    private static let user = "user:10200000000000009"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
    }

    private func exchange(_ options: String...) async throws -> ProgramRun {
        try await home.run(["exchange"] + options, input: TemporaryHome.shortToken + "\n")
    }

    @Test func `it prints owner, lifetime and next step, and stores the long-lived token`()
        async throws
    {
        let run = try await exchange()
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.lines.first == "Ann Fake, user:10200000000000009")
        #expect(run.text.contains("\n  lasts        59 days\n") || run.text.contains("60 days\n"))
        #expect(run.text.contains("data access") && run.text.contains(" pages_show_list "))
        #expect(run.lines.last == "stored; next: tokenvault pages")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
    }

    @Test(arguments: [
        #"{"match":"oauth/access_token","kind":"expires-in","value":5183944}"#,
        #"{"match":"oauth/access_token","kind":"expires-in","value":"5183944"}"#,
        #"{"match":"oauth/access_token","kind":"expires-in","value":0}"#,
        #"{"match":"oauth/access_token","kind":"expires-in","value":null}"#,
        #"{"match":"oauth/access_token","kind":"form-encoded"}"#,
        #"{"match":"oauth/access_token","kind":"chunked"}"#,
        #"{"match":"debug_token","kind":"ids-as-numbers"}"#,
    ])
    func `the expiry comes from debug_token, whatever expires_in is`(_ fault: String) async throws {
        try graph.setFaults("[\(fault)]")
        let entry = try await exchange("--json").json(EntryDocument.self)
        #expect(entry.ref == Self.user && entry.status == "ok" && entry.name == "Ann Fake")
        #expect(entry.app == TemporaryHome.app && entry.scopes?.contains("pages_show_list") == true)
        let end = try #require(try? Date(entry.expiresAt ?? "", strategy: .iso8601))
        #expect((59...60).contains(end.timeIntervalSinceNow / 86_400))
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
    }

    @Test(arguments: [#""value":null"#, #""value":0"#])
    func `without expires_in and debug_token the expiry is unknown, not 60 days`(
        _ value: String
    ) async throws {
        try graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"expires-in",\#(value)},
             {"match":"debug_token","kind":"html","after":1}]
            """#)
        let run = try await exchange("--json")
        let entry = try run.json(EntryDocument.self)
        #expect(entry.expiresAt == nil && entry.status == "unknown")
        #expect(run.errors.contains("tokenvault: warning: "))
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
    }

    @Test func `a token that never expires is reported as such`() async throws {
        try graph.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "tokens_never_expire": true}]}"#)
        let run = try await exchange()
        #expect(run.text.contains("\n  expires      never\n"))
        let entry = try await home.run("show", Self.user, "--json").json(EntryDocument.self)
        #expect(entry.expiresAt == "never")
    }

    @Test func `exchanging again replaces the old token in one step`() async throws {
        _ = try await exchange()
        #expect(try await exchange().status == 0)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
        let list = try await home.run("list", "--json").json([EntryDocument].self)
        #expect(list.map(\.ref) == [TemporaryHome.app, Self.user])
    }

    @Test func `a stored token can be exchanged by its reference`() async throws {
        let added = try await home.run(
            "add", Self.user, "--app", TemporaryHome.app, input: TemporaryHome.shortToken)
        #expect(added.status == 0)
        #expect(try await home.run("exchange", Self.user).status == 0)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
    }

    @Test func `with several apps the error lists them, and --app selects one`() async throws {
        let added = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        #expect(added.status == 0)
        let run = try await exchange()
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(run.errors.contains("app:1234567890123456, app:2345678901234567"))
        #expect(try await exchange("--app", "1234567890123456").status == 0)
    }

    @Test func `the requests have the form that Meta requires`() async throws {
        #expect(try await exchange().status == 0)
        let calls = graph.simulation.requests
        #expect(
            calls.map { "\($0.method) \($0.path)" } == [
                "GET /v26.0/debug_token", "POST /v26.0/oauth/access_token",
                "GET /v26.0/debug_token", "GET /v26.0/me",
            ])
        for call in calls where call.method == "GET" {
            #expect(call.headers["authorization"]?.hasPrefix("Bearer ") == true)
        }
        #expect(calls.last?.query.contains("appsecret_proof=") == true)
        graph.simulation.clearRequests()
        let unversioned = try await exchange("--graph-version", "none")
        #expect(
            unversioned.status == 0 && graph.simulation.requests[1].path == "/oauth/access_token")
    }

    @Test func `with the owner unknown the token is kept, and --resume finishes the exchange`()
        async throws
    {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"error","code":4,"status":403},
             {"match":"me","kind":"error","code":4,"status":403}]
            """#)
        let run = try await exchange()
        #expect(run.status == 75 && run.hasFailedProperly)
        #expect(run.errorLines.last == "tokenvault: hint: tokenvault exchange --resume")
        let kept = try await home.run("list", "--kind", "pending", "--json")
            .json([EntryDocument].self)
        let reference = try #require(kept.first?.ref)
        #expect(run.errors.contains(reference))
        #expect(try await home.run("get", reference).text == "EAAFAKElong0001\n")
        try graph.setFaults("[]")
        let resumed = try await home.run("exchange", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        let list = try await home.run("list", "--json").json([EntryDocument].self)
        #expect(list.map(\.ref) == [TemporaryHome.app, Self.user])
        #expect(try await home.run("exchange", "--resume").status == 66)
        #expect(graph.requests(to: "access_token").count == 1)
    }
}
