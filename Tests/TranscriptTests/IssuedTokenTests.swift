import Foundation
import GraphSimulator
import Testing

// A token that Meta issued stays in the vault, whatever Meta says about it later and other processes do.
struct IssuedTokenTests {
    private static let user = "user:10200000000000009"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withExpiringToken(using: graph)
        try graph.simulation.merge(
            state: #"""
                {"tokens":[{"token":"EAAFAKEshort0002","app":"1234567890123456",
                  "user":"10200000000000009","type":"USER","issued_at":"-60s","expires_at":"+1h"}]}
                """#)
    }

    private func refresh() async throws -> (status: Int32, lines: [RefreshDocument]) {
        let run = try await home.run("refresh", "--all", "--json")
        return (run.status, try run.json([RefreshDocument].self))
    }

    private func token(_ reference: String) async throws -> String {
        let run = try await home.run("get", "--allow-expired", reference)
        return run.status == 0 ? String(run.text.dropLast()) : "none"
    }

    /// Responses of `debug_token` about a token that may still be valid.
    private static let doubts = [
        #"{"is_valid":false,"error":{"code":190,"subcode":459,"message":"checkpoint"}}"#,
        #"{"is_valid":false,"error":{"code":190,"subcode":464,"message":"unconfirmed"}}"#,
        #"{"is_valid":false,"error":{"code":190,"subcode":492,"message":"role"}}"#,
        #"{"is_valid":null,"error":{"code":100,"message":"Invalid parameter"}}"#,
        #"{"is_valid":null,"error":{"code":10,"message":"permission"}}"#,
        #"{"is_valid":false}"#, #"{"type":"PAGE","profile_id":"1020000000000001"}"#,
        #"{"user_id":"4"}"#, #"{"app_id":"2345678901234567"}"#,
    ]

    @Test(arguments: doubts)
    func `a new token that Meta does not report as invalid is kept next to the old one`(
        _ inspection: String
    )
        async throws
    {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":\#(inspection)}]"#)
        let (status, lines) = try await refresh()
        #expect(status == 1 && lines.map(\.result) == ["kept"], "\(lines)")
        #expect(lines[0].message?.contains("stored as \(Self.user)~new") == true, "\(lines)")
        #expect(try await token(Self.user) == "EAAFAKElong0001")
        #expect(try await token("\(Self.user)~new") == "EAAFAKElong0002")
        // The next refresh requests no third token.
        graph.simulation.clearRequests()
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":\#(inspection)}]"#)
        #expect(try await refresh().lines.map(\.result) == ["kept"])
        #expect(graph.requests(to: "access_token").isEmpty)
        try graph.setFaults("[]")
        #expect(try await refresh().lines.map(\.result) == ["renewed"])
        #expect(try await token(Self.user) == "EAAFAKElong0002")
        #expect(try await token("\(Self.user)~new") == "none")
    }

    @Test func `an invalid new token is dropped, and the next refresh requests another`()
        async throws
    {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data","after":1,"times":1,
              "value":{"is_valid":false,"error":{"code":190,"subcode":460,"message":"password"}}}]
            """#)
        #expect(try await refresh().lines.map(\.message) == ["the new token is not valid"])
        #expect(try await token("\(Self.user)~new") == "none")
        #expect(try await refresh().lines.map(\.result) == ["renewed"])
        #expect(try await token(Self.user) == "EAAFAKElong0003")
    }

    @Test func `an empty list of scopes does not replace the known ones`() async throws {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{"scopes":[]}}]"#)
        #expect(try await refresh().lines.map(\.result) == ["renewed"])
        #expect(try await home.run("show", Self.user).text.contains("pages_show_list"))
    }

    @Test(arguments: ["exchange", "refresh --all"])
    func `a data key that changes meanwhile does not keep the token from being saved`(
        _ command: String
    ) async throws {
        let passphrase = TemporaryHome.passphrase()
        let added = try await home.run("key", "add", "other", "other.key", environment: passphrase)
        try #require(added.status == 0, "\(added.errors)")
        try graph.setFaults(#"[{"match":"oauth/access_token","kind":"slow","seconds":4}]"#)
        let home = home
        async let pendingRun = home.run(
            command.split(separator: " ").map(String.init), input: "EAAFAKEshort0002")
        try await Task.sleep(for: .milliseconds(800))
        let removed = try await home.run("key", "remove", "other", environment: passphrase)
        #expect(removed.status == 0, "\(removed.errors)")
        let run = try await pendingRun
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await token(Self.user) == "EAAFAKElong0002")
    }

    @Test(arguments: [
        #"{"is_valid":false,"error":{"code":190,"subcode":467,"message":"logged out"}}"#,
        #"{"user_id":"4"}"#,
    ])
    func `an exchange does not replace a valid token with an invalid or someone else's`(
        _ inspection: String
    ) async throws {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":\#(inspection)}]"#)
        let run = try await home.run("exchange", input: "EAAFAKEshort0002")
        #expect(run.status == 2, "\(run.text)\(run.errors)")
        #expect(try await token(Self.user) == "EAAFAKElong0001")
        let list = try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
        let other = try #require(list.first { $0.hasPrefix("pending:") || $0 == "user:4" })
        #expect(run.errors.contains(other))
        #expect(try await token(other) == "EAAFAKElong0002")
    }

    @Test(arguments: [
        (#""kind":"error","code":2,"status":503"#, 75),
        (#""kind":"text","message":"{\"data\":{}}""#, 76),
        (#""kind":"data","value":{"app_id":"2345678901234567"}"#, 78),
    ])
    func `an exchange does not replace a token until Meta confirms the new one`(
        _ fault: String, _ status: Int32
    )
        async throws
    {
        try graph.setFaults(#"[{"match":"debug_token","after":1,\#(fault)}]"#)
        let run = try await home.run("exchange", input: "EAAFAKEshort0002")
        #expect(run.status == status && run.errors.contains("pending:"), "\(run.errors)")
        #expect(try await token(Self.user) == "EAAFAKElong0001")
        let list = try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
        let pending = try #require(list.first { $0.hasPrefix("pending:") })
        #expect(try await token(pending) == "EAAFAKElong0002")
        try graph.setFaults("[]")
        #expect(try await home.run("exchange", "--resume").status == 0)
        #expect(try await token(Self.user) == "EAAFAKElong0002")
    }

    @Test func `a token that one refresh left does not keep a later one from renewing`()
        async throws
    {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{"user_id":"4"}}]"#)
        #expect(try await refresh().lines.map(\.result) == ["kept"])
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{"user_id":"4"}}]"#)
        let run = try await home.run("refresh", "--all")
        #expect(run.errors.contains("hint: tokenvault remove \(Self.user)~new"), "\(run.errors)")
        // Another token replaces the old one, so the token that was left is no longer its successor.
        usleep(1_100_000)
        try graph.setFaults("[]")
        try #require(try await home.run("exchange", input: "EAAFAKEshort0002").status == 0)
        graph.simulation.advance(by: 2 * 86_400)
        graph.simulation.clearRequests()
        #expect(try await refresh().lines.map(\.result) == ["renewed"])
        #expect(try await token("\(Self.user)~new") == "none")
    }

    @Test func `an owner that only /me names is not assumed to be a person`() async throws {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"text","message":"{\"data\":{}}"}]"#)
        let run = try await home.run("exchange", input: "EAAFAKEsystem001")
        #expect(run.status == 76 && run.errors.contains("pending:"), "\(run.errors)")
        let list = try await home.run("list", "--json").json([EntryDocument].self).map(\.ref)
        #expect(!list.contains("user:10200000000000077"))
        try graph.setFaults("[]")
        #expect(try await home.run("exchange", "--resume").status == 0)
        #expect(try await home.run("get", "system:10200000000000077").status == 0)
    }

    @Test func `an entry removed meanwhile does not affect the report about the others`()
        async throws
    {
        for number in 1...3 {
            try graph.simulation.merge(
                state: #"""
                    {"users":[{"id":"200\#(number)"}],
                     "tokens":[{"token":"EAAFAKEuser\#(number)","app":"1234567890123456",
                       "user":"200\#(number)","type":"USER","expires_at":"+10d",
                       "issued_at":"-50d"}]}
                    """#)
            let run = try await home.run(
                "add", "user:200\(number)", "--app", TemporaryHome.app,
                input: "EAAFAKEuser\(number)")
            try #require(run.status == 0)
        }
        try graph.setFaults(#"[{"match":"debug_token","kind":"slow","seconds":2,"times":4}]"#)
        let home = home
        async let refreshing = home.run("refresh", "--all", "--json")
        try await Task.sleep(for: .milliseconds(700))
        #expect(try await home.run("remove", "--force", "user:2002").status == 0)
        let run = try await refreshing
        let lines = try run.json([RefreshDocument].self)
        #expect(lines.count == 4, "\(run.errors)")
        for line in lines where line.ref != "user:2002" {
            #expect(line.result == "renewed", "\(line)")
        }
    }

    @Test func `removing an entry also reports the token that a refresh left`() async throws {
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{"is_valid":false}}]"#)
        #expect(try await refresh().lines.map(\.result) == ["kept"])
        let removal = try await home.run("remove", Self.user)
        #expect(removal.errors.contains("\(Self.user)~new"), "\(removal.errors)")
    }

    @Test func `a system user's new token is revoked with the old one`() async throws {
        let system = "system:10200000000000077"
        let added = try await home.run(
            "add", system, "--app", TemporaryHome.app, "--expires", "20d",
            input: "EAAFAKEsystem001")
        try #require(added.status == 0)
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data","after":1,"value":{"is_valid":false}}]"#)
        _ = try await home.run("refresh", system)
        let new = try await token("\(system)~new")
        try #require(new != "none")
        try graph.setFaults("[]")
        graph.simulation.clearRequests()
        let run = try await home.run("revoke", system, "--force", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(graph.requests(to: "revoke").count == 2)
        #expect(try await home.run("get", "\(system)~new").status == 2)
    }
}
