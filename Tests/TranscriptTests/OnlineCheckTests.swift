import Foundation
import GraphSimulator
import Testing

// What Meta says about the stored tokens.
struct OnlineCheckTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    @Test func `each token is checked once, and the result is stored`() async throws {
        let run = try await home.run("check", "--online")
        #expect(run.status == 0 && run.errors.isEmpty && run.lines.count == 28)
        #expect(graph.requests(to: "debug_token").count == 27)
        #expect(graph.simulation.requests.count == 27)
        let shown = try await home.run("show", Self.page)
        #expect(shown.text.contains("\n  checked "))
    }

    @Test(arguments: [458, 459, 460, 463, 467, 493])
    func `an invalid token fails with 2 and the reason, and stays invalid`(_ reason: Int)
        async throws
    {
        #expect(graph.simulation.kill(token: "EAAFAKElong0001", reason: reason))
        let run = try await home.run("check", "--online", Self.user)
        #expect(run.status == 2 && run.lines[1].hasPrefix("invalid "), "\(run.text)")
        #expect(run.lines.last?.hasPrefix("\(Self.user): Meta's error 190/\(reason)") == true)
        graph.simulation.clearRequests()
        #expect(try await home.run("check").status == 2)
        let got = try await home.run("get", Self.user)
        #expect(got.status == 2 && got.hasFailedProperly)
        #expect(got.errors.contains("190/\(reason)"))
        #expect(try await home.run("get", Self.user, "--allow-expired").status == 0)
        #expect(graph.receivedNoRequests)
    }

    @Test func `a check that requires the app secret says so`() async throws {
        try #require(try await home.run("remove", "--force", TemporaryHome.app).status == 0)
        for command in [["check", "--online"], ["inspect"]] {
            let run = try await home.run(command + [Self.page])
            #expect(run.status == 78, "\(run.errors)")
            #expect(run.errors.contains("needs the app secret of \(TemporaryHome.app)"))
            #expect(run.errors.contains("hint: tokenvault add \(TemporaryHome.app)\n"))
        }
        #expect(try await home.run("get", Self.page).status == 0)
    }

    @Test func `a token that becomes valid again is accepted again`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 459)
        #expect(try await home.run("check", "--online").status == 2)
        graph.simulation.kill(token: "EAAFAKElong0001", reason: nil)
        #expect(try await home.run("check", "--online").status == 0)
        #expect(try await home.run("get", Self.user).status == 0)
    }

    @Test(arguments: [
        (75, #""kind":"error","code":4,"status":403"#), (75, #""kind":"html","status":500"#),
        (69, #""kind":"reset""#), (76, #""kind":"empty""#),
    ])
    func `a token that could not be checked keeps its state`(_ status: Int, _ fault: String)
        async throws
    {
        let before = try await home.run("show", Self.user).text
        try graph.setFaults(#"[{"match":"debug_token",\#(fault)}]"#)
        let run = try await home.run("check", "--online")
        #expect(run.status == Int32(status) && run.lines.count == 28, "\(run.errors)")
        #expect(run.errorLines.count { !$0.hasPrefix("tokenvault: hint: ") } == 1)
        #expect(run.errors.hasPrefix("tokenvault: error: "))
        #expect(try await home.run("show", Self.user).text == before)
        #expect(try await home.run("check").status == 0)
    }

    @Test func `an invalid token outweighs one that could not be checked`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        #expect(try await home.run("check", "--online", Self.user).status == 2)
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        let run = try await home.run("check", "--online")
        #expect(run.status == 2 && run.errors.hasPrefix("tokenvault: warning: "), "\(run.errors)")
    }

    @Test func `a stale app secret fails with 78 and marks no token`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await home.run("check", "--online")
        #expect(run.status == 78 && run.errorLines.first?.contains("app secret") == true)
        #expect(run.errors.hasSuffix("hint: tokenvault rotate app:1234567890123456\n"))
        #expect(try await home.run("check").status == 0)
        #expect(try await home.run("get", Self.user).status == 0)
    }

    @Test func `the JSON has the reason and what to do`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("check", "--online", "--json")
        let document = try run.json(CheckDocument.self)
        #expect(run.status == 2 && document.status == "critical")
        let first = try #require(document.entries.first)
        #expect(first.ref == Self.user && first.reason?.hasPrefix("Meta's error 190/460") == true)
        #expect(first.advice == "tokenvault exchange" && first.checkedAt != nil)
    }
}
