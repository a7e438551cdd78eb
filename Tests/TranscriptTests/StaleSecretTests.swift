import Foundation
import GraphSimulator
import Testing

// A problem with the app says nothing about a token: it marks none, and a batch stops.
struct StaleSecretTests {
    private static let user = "user:10200000000000009"
    private static let rotate = "tokenvault rotate \(TemporaryHome.app)"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        graph.simulation.clearRequests()
    }

    /// The errors with which Meta refuses an app token.
    static let errors = [
        #""code":190,"message":"Invalid OAuth access token signature.""#,
        #""code":190,"message":"Invalid OAuth access token.""#,
        #""code":101,"message":"Error validating application. Invalid application ID.""#,
        #""code":1,"subcode":33,"message":"Error validating client secret.""#,
        #""code":1,"message":"Error validating client secret.""#,
        #""code":102,"message":"Session key invalid or no longer valid""#,
    ]

    private func refuse(with error: String) throws {
        try graph.setFaults(#"[{"match":"debug_token","kind":"error",\#(error)}]"#)
    }

    private func expectNothingMarked(_ before: Data) async throws {
        #expect(try await home.run("check").status == 0)
        #expect(try await home.run("list").text.contains("invalid") == false)
        #expect(try home.contents("vault") == before)
    }

    @Test(arguments: errors)
    func `check, inspect, refresh and import fail with 78, suggest rotate and mark nothing`(
        _ error: String
    ) async throws {
        try refuse(with: error)
        let before = try home.contents("vault")
        let file = try home.write("USER_TOKEN=EAAFAKEshort0001\n", to: "plain.env")
        for command in [
            ["check", "--online"], ["inspect", Self.user], ["inspect", "page:1020000000000001"],
            ["refresh", "--all"], ["import", file, "--online", "--replace"],
        ] {
            graph.simulation.clearRequests()
            let run = try await home.run(command)
            #expect(run.status == 78, "\(command): \(run.text)\(run.errors)")
            #expect(run.errors.hasSuffix("tokenvault: hint: \(Self.rotate)\n"), "\(run.errors)")
            let printed = run.text + run.errors
            #expect(printed.contains("does not accept the app secret of \(TemporaryHome.app)"))
            #expect(!printed.contains("needs login") && !printed.contains("get a new one"))
            // No more than are in flight at once.
            #expect(graph.requests(to: "debug_token").count <= 8, "\(command)")
            #expect(graph.requests(to: "access_token").isEmpty)
            try await expectNothingMarked(before)
        }
        let pasted = try await home.run("inspect", input: "EAAFAKElong0001")
        #expect(pasted.status == 78 && pasted.hasFailedProperly, "\(pasted.errors)")
    }

    @Test func `the JSON of refresh has the hint for each token`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await home.run("refresh", "--all", "--json")
        let lines = try run.json([RefreshDocument].self)
        #expect(run.status == 78 && lines.map(\.result) == ["failed"])
        #expect(lines.map(\.hint) == [Self.rotate])
    }

    @Test func `the hint works`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        #expect(try await home.run("refresh", "--all").status == 78)
        #expect(try await home.shell("echo FAKEsecret0009 | \(Self.rotate)").status == 0)
        #expect(try await home.run("check", "--online").status == 0)
    }

    @Test func `the app is named even if the tokens do not name it`() async throws {
        let added = try await home.run("add", Self.user, "--replace", input: "EAAFAKElong0001")
        try #require(added.status == 0)
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        for command in [["check", "--online"], ["inspect", Self.user], ["refresh", "--all"]] {
            let run = try await home.run(command)
            #expect(run.status == 78, "\(command): \(run.text)")
            #expect(run.errors.hasSuffix("tokenvault: hint: \(Self.rotate)\n"), "\(run.errors)")
        }
    }

    /// Stores valid tokens of another app for this many users.
    private func addOtherApp(users: Int) async throws {
        let secret = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        try #require(secret.status == 0)
        for number in 1...users {
            try graph.simulation.merge(
                state: #"""
                    {"users":[{"id":"300\#(number)"}],
                     "tokens":[{"token":"EAAFAKEthem\#(number)","app":"2345678901234567",
                       "user":"300\#(number)","type":"USER","expires_at":"+60d"}]}
                    """#)
            let run = try await home.run(
                "add", "user:300\(number)", "--app", "app:2345678901234567",
                input: "EAAFAKEthem\(number)")
            try #require(run.status == 0)
        }
        graph.simulation.clearRequests()
    }

    @Test func `the tokens of another app are checked all the same`() async throws {
        try await addOtherApp(users: 3)
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await home.run("check", "--online")
        #expect(run.status == 78 && run.errors.hasSuffix("hint: \(Self.rotate)\n"), "\(run.errors)")
        #expect(graph.requests(to: "debug_token").count <= 8 + 3)
        for number in 1...3 {
            let shown = try await home.run("show", "user:300\(number)").text
            #expect(shown.contains("\n  checked "), "\(shown)")
        }
        let refreshed = try await home.run("refresh", "--all")
        #expect(refreshed.status == 78)
        #expect(refreshed.lines.filter { $0.contains("not extended") }.count == 3)
    }

    @Test(arguments: [
        (#""code":200,"status":403,"message":"API access blocked.""#, "blocked or deactivated"),
        (
            #""code":200,"message":"API access deactivated. To reactivate, go to the app dashboard.""#,
            "blocked or deactivated"
        ),
        (#""code":5,"message":"Unauthorized source IP address""#, "this machine's IP address"),
        (#""code":3,"message":"Capability""#, "lacks a capability"),
    ])
    func `a blocked app or address fails with 78, and no token needs a login`(
        _ error: String, _ words: String
    ) async throws {
        try graph.setFaults(#"[{"match":"*","kind":"error",\#(error)}]"#)
        let before = try home.contents("vault")
        for command in [
            ["check", "--online"], ["inspect", Self.user], ["refresh", "--all"], ["pages"],
            ["pages", "1020000000000001"], ["exchange"], ["revoke", Self.user, "--force"],
        ] {
            graph.simulation.clearRequests()
            let run = try await home.run(
                command, input: command == ["exchange"] ? "EAAFAKEshort0001" : nil)
            let printed = run.text + run.errors
            #expect(run.status == 78 && printed.contains(words), "\(command): \(printed)")
            #expect(!printed.contains("needs login") && !printed.contains("no token for"))
            #expect(graph.simulation.requests.count <= 8, "\(command)")
            #expect(try home.contents("vault") == before, "\(command)")
        }
    }

    @Test(arguments: [
        #"{"data":{}}"#, #"{"data":null}"#, #"{"data":[]}"#, #"{"data":{"scopes":[]}}"#,
        #"{"data":{"app_id":"1234567890123456","type":"USER","user_id":"10200000000000009"}}"#,
        #"{"data":"","error":null}"#,
    ])
    func `a response that says nothing fails with 76, and nothing is stored`(
        _ body: String
    ) async throws {
        graph.respond(at: "debug_token", with: body)
        let before = try home.contents("vault")
        let file = try home.write("USER_TOKEN=EAAFAKEshort0001\n", to: "plain.env")
        for command in [
            ["check", "--online"], ["inspect", Self.user], ["refresh", "--all"],
            ["import", file, "--online", "--replace"],
        ] {
            let run = try await home.run(command)
            let printed = run.text + run.errors
            #expect(
                run.status == 76 && printed.contains("invalid response from"),
                "\(command): \(printed)")
            try await expectNothingMarked(before)
        }
        #expect(graph.requests(to: "access_token").isEmpty)
    }

    @Test(arguments: [#"{"code":2,"message":"down"}"#, #"{"code":4,"message":"(#4) limit"}"#])
    func `a token that Meta cannot look up is not marked as invalid`(_ fault: String) async throws {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data","value":{"is_valid":false,"error":\#(fault)}}]
            """#)
        let before = try home.contents("vault")
        let run = try await home.run("check", "--online", Self.user)
        #expect(run.status == 75, "\(run.text)\(run.errors)")
        try await expectNothingMarked(before)
    }
}
