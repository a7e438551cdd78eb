import GraphSimulator
import Testing

// Renewing tokens before they expire.
struct RefreshTests {
    private static let user = "user:10200000000000009"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPage(using: graph)
    }

    private func refresh(
        _ arguments: String...
    ) async throws -> (status: Int32, lines: [RefreshDocument]) {
        let run = try await home.run(["refresh", "--json"] + arguments)
        return (run.status, try run.json([RefreshDocument].self))
    }

    @Test func `nothing is sent while nothing expires soon`() async throws {
        let (status, lines) = try await refresh()
        #expect(status == 0 && lines.isEmpty && graph.receivedNoRequests)
    }

    @Test func `a token that Meta extends is renewed, and its pages with it`() async throws {
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        graph.simulation.advance(by: 2 * 86_400)
        let (status, lines) = try await refresh("--all")
        #expect(status == 0 && lines.map(\.result) == ["renewed"] && lines.map(\.pages) == [1])
        #expect(try await home.run("get", Self.user).text != "EAAFAKElong0001\n")
        #expect(try await home.run("list").text.contains("~new") == false)
    }

    @Test(arguments: ["same-token", "new-token-no-extend"])
    func `a token that Meta does not extend is kept and reported`(_ mode: String) async throws {
        try graph.simulation.merge(state: #"{"reexchange":"\#(mode)"}"#)
        let (status, lines) = try await refresh("--all")
        #expect(status == 1 && lines.map(\.result) == ["not extended"])
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        #expect(try await home.run("list").text.contains("~new") == false)
    }

    @Test func `an invalid token does not keep the others from being renewed`() async throws {
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        let added = try await home.run(
            "add", "system:10200000000000077", "--app", TemporaryHome.app, "--expires", "20d",
            input: "EAAFAKEsystem001")
        try #require(added.status == 0)
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        graph.simulation.advance(by: 2 * 86_400)
        let (status, lines) = try await refresh("--all")
        #expect(status == 2)
        #expect(Set(lines.map(\.result)) == ["renewed", "needs login"])
    }

    @Test func `an interrupted refresh continues with the token that Meta issued`() async throws {
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        graph.simulation.advance(by: 2 * 86_400)
        // The second request to debug_token, about the new token, fails.
        try graph.setFaults(#"[{"match":"debug_token","kind":"reset","after":1}]"#)
        let broken = try await refresh("--all")
        #expect(broken.status == 69 && broken.lines.map(\.result) == ["failed"])
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        #expect(try await home.run("get", "\(Self.user)~new").status == 0)
        try graph.setFaults("[]")
        graph.simulation.clearRequests()
        let (status, lines) = try await refresh("--all")
        #expect(status == 0 && lines.map(\.result) == ["renewed"])
        #expect(graph.requests(to: "access_token").isEmpty)
    }

    @Test func `two refreshes at once keep what Meta issued to either`() async throws {
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        graph.simulation.advance(by: 2 * 86_400)
        // Both read the vault before either has a new token, and save theirs before either is finished.
        try graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"slow","seconds":1.5},
             {"match":"debug_token","kind":"slow","seconds":1.5,"after":2}]
            """#)
        async let first = home.run("refresh", "--all", "--json")
        async let second = home.run("refresh", "--all", "--json")
        let runs = try await [first, second]
        try #require(graph.requests(to: "access_token").count == 2)
        #expect(runs.allSatisfy { $0.status <= 1 }, "\(runs.map(\.errors))")
        let held = try await home.shell(
            """
            for entry in $(tokenvault list --json | grep -o '"ref":"[^"]*"' | cut -d'"' -f4); do
                tokenvault get --allow-expired "$entry"
            done
            """)
        let issued = Set(held.lines.filter { $0.hasPrefix("EAAFAKElong") }).subtracting([
            "EAAFAKElong0001"
        ])
        #expect(issued.count == 2, "\(held.text)")
        let messages = try runs.flatMap { try $0.json([RefreshDocument].self) }
            .compactMap(\.message).joined()
        #expect(messages.contains("another process replaced the token in the meantime"))
    }

    @Test func `a token known to be invalid needs a login, whatever its expiry`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        try #require(try await home.run("check", "--online", Self.user).status == 2)
        let (status, lines) = try await refresh()
        #expect(status == 2 && lines.map(\.result) == ["needs login"])
    }

    @Test func `a rate limit fails with 75 and changes nothing`() async throws {
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        let (status, lines) = try await refresh("--all")
        #expect(status == 75 && lines.map(\.result) == ["failed"])
        #expect(try await home.run("get", Self.user).status == 0)
    }

    /// Stores the tokens of `count` more users.
    private func addUsers(_ count: Int) async throws {
        for number in 1...count {
            try graph.simulation.merge(
                state: #"""
                    {"users":[{"id":"200\#(number)"}],
                     "tokens":[{"token":"EAAFAKEuser\#(number)","app":"1234567890123456",
                       "user":"200\#(number)","type":"USER","expires_at":"+60d"}]}
                    """#)
            let run = try await home.run(
                "add", "user:200\(number)", "--app", TemporaryHome.app,
                input: "EAAFAKEuser\(number)")
            try #require(run.status == 0, "\(run.errors)")
        }
        graph.simulation.clearRequests()
    }

    @Test func `ten tokens are renewed a few at a time, reported in order, and all saved`()
        async throws
    {
        try await addUsers(9)
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        graph.simulation.kill(token: "EAAFAKEuser5", reason: 460)
        graph.simulation.advance(by: 2 * 86_400)
        try graph.setFaults(#"[{"match":"*","kind":"slow","seconds":0.2}]"#)
        let (status, lines) = try await refresh("--all")
        #expect(status == 2 && lines.map(\.ref) == lines.map(\.ref).sorted())
        #expect(lines.filter { $0.result == "renewed" }.count == 9)
        #expect(lines.first { $0.ref == "user:2005" }?.result == "needs login")
        #expect(graph.simulation.load.mostInFlight == 4 && graph.simulation.load.connections == 4)
        for line in lines where line.result == "renewed" {
            #expect(try await home.run("get", line.ref).text.hasPrefix("EAAFAKElong"))
        }
    }

    @Test func `a rate limit stops further requests, and the other tokens are reported`()
        async throws
    {
        try await addUsers(9)
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        let (status, lines) = try await refresh("--all")
        #expect(status == 75 && lines.count == 10)
        #expect(lines.allSatisfy { $0.result == "failed" })
        #expect(graph.requests(to: "debug_token").count <= 4)
        #expect(try await home.run("check", "user:2001").status == 0)
    }
}
