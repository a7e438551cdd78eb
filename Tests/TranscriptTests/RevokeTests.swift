import Foundation
import GraphSimulator
import Testing

// Revoking tokens at Meta, and recording that in the vault.
struct RevokeTests {
    private static let user = "user:10200000000000009"
    private static let system = "system:10200000000000077"
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        for (arguments, input) in [
            (["exchange"], TemporaryHome.shortToken), (["pages", "1020000000000001"], ""),
            (["exchange"], "EAAFAKEsystem001"),
            (["add", "page:17", "--user", "user:18"], "EAAFAKE17"),
        ] {
            try #require(try await home.run(arguments, input: input).status == 0)
        }
        graph.simulation.clearRequests()
    }

    private func statuses() async throws -> [String: String] {
        let list = try await home.run("list", "--json").json([EntryDocument].self)
        return Dictionary(uniqueKeysWithValues: list.map { ($0.ref, $0.status) })
    }

    private func expectNothingMarked() async throws {
        #expect(try await !statuses().values.contains("invalid"))
    }

    @Test func `all tokens of a user are revoked, those of pages too, and no others`() async throws
    {
        let run = try await home.run("revoke", Self.user, "--force")
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(run.errors == "tokenvault: revoked \(Self.user) and 1 token derived from it\n")
        #expect(
            graph.simulation.requests.map { "\($0.method) \($0.path)" } == [
                "DELETE /v26.0/10200000000000009/permissions"
            ])
        let request = try #require(graph.simulation.requests.first)
        #expect(request.query.hasPrefix("appsecret_proof=") && !request.query.contains("EAAFAKE"))
        let statuses = try await statuses()
        #expect(statuses[Self.user] == "invalid" && statuses[Self.page] == "invalid")
        #expect(statuses[Self.system] == "ok" && statuses["page:17"] == "unknown")
        let get = try await home.run("get", Self.page)
        #expect(get.status == 2 && get.errors.contains("revoked"))
        #expect(try await home.run("inspect", Self.page).status == 2)
    }

    @Test func `only the one token of a system user is revoked`() async throws {
        let run = try await home.run("revoke", Self.system, "--force", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.json([String: [String]].self) == ["revoked": [Self.system]])
        let request = try #require(graph.requests(to: "oauth/revoke").first)
        #expect(request.method == "GET" && request.query.contains("revoke_token=EAAFAKEsystem"))
        let statuses = try await statuses()
        #expect(statuses[Self.system] == "invalid" && statuses[Self.user] == "ok")
        #expect(try await home.run("inspect", Self.system).status == 2)
    }

    @Test func `it asks first, and accepts only yes`() async throws {
        for answer in ["n", "", "no", "yes indeed"] {
            let (terminal, program) = try home.startAtTerminal(
                "revoke", Self.user, environment: [:])
            try await terminal.wait(for: "? [y/N] ")
            #expect(terminal.text.contains("\(Self.user) (Ann Fake) and 1 token derived from it"))
            try await terminal.type(answer + PseudoTerminal.enter)
            let run = try await program.finish()
            #expect(run.status == 130 && run.hasFailedProperly, "\(answer)")
        }
        #expect(graph.receivedNoRequests)
        try await expectNothingMarked()
        let (terminal, program) = try home.startAtTerminal("revoke", Self.user, environment: [:])
        try await terminal.wait(for: "? [y/N] ")
        try await terminal.type("yes" + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
        #expect(try await statuses()[Self.user] == "invalid")
    }

    @Test func `without a user to ask it requires --force`() async throws {
        let run = try await home.run("revoke", Self.user)
        #expect(run.status == 64 && run.hasFailedProperly)
        let hint = "tokenvault: hint: tokenvault revoke \(Self.user) --force"
        #expect(run.errorLines.last == hint)
        let (_, program) = try home.startAtTerminal(
            "revoke", Self.user, "--no-input", environment: [:])
        #expect(try await program.finish().errorLines.last == hint)
        #expect(graph.receivedNoRequests)
    }

    @Test(arguments: [
        (page, "tokenvault revoke \(user)"), ("page:17", "tokenvault list"),
        (TemporaryHome.app, nil),
    ])
    func `if a token cannot be revoked alone, the hint names what can`(
        _ reference: String, _ hint: String?
    )
        async throws
    {
        let run = try await home.run("revoke", reference, "--force")
        #expect(run.status == 64 && run.hasFailedProperly)
        if let hint { #expect(run.errorLines.last == "tokenvault: hint: \(hint)") }
        #expect(graph.receivedNoRequests)
    }

    @Test(arguments: ["reset", "html", "truncated", "slow-throttle"], [user, system])
    func `nothing is marked if Meta does not confirm the revocation`(
        fault: String, reference: String
    ) async throws {
        try graph.setFaults(
            fault == "slow-throttle"
                ? #"[{"match":"*","kind":"error","code":4}]"#
                : #"[{"match":"*","kind":"\#(fault)"}]"#)
        let run = try await home.run("revoke", reference, "--force")
        #expect([69, 75, 76].contains(run.status) && run.hasFailedProperly, "\(run.errors)")
        try await expectNothingMarked()
    }

    @Test func `a bare true is a confirmation too`() async throws {
        try graph.simulation.merge(state: #"{"bare_true": true}"#)
        #expect(try await home.run("revoke", Self.user, "--force").status == 0)
        #expect(try await statuses()[Self.user] == "invalid")
    }

    @Test func `an app that the user has already removed counts as revoked`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 458)
        #expect(try await home.run("revoke", Self.user, "--force").status == 0)
        #expect(try await statuses()[Self.page] == "invalid")
    }

    @Test func `an expired token is revoked with the app's, since those of its pages may be valid`()
        async throws
    {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 463)
        let run = try await home.run("revoke", Self.user, "--force")
        #expect(run.status == 0, "\(run.errors)")
        let tokens = graph.simulation.requests.map { $0.headers["authorization"] }
        #expect(
            tokens == ["Bearer EAAFAKElong0001", "Bearer 1234567890123456|FAKEsecret0001"])
        #expect(try await home.run("inspect", Self.page).status == 2)
        #expect(try await statuses()[Self.page] == "invalid")
    }
}
