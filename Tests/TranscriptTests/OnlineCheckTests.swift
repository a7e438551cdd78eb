import Foundation
import GraphSimulator
import Testing

// What Meta says of the tokens stored.
struct OnlineCheckTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(asking: graph)
    }

    @Test func `each token is asked about once, and what Meta says is kept`() async throws {
        let run = try await home.run("check", "--online")
        #expect(run.status == 0 && run.errors.isEmpty && run.lines.count == 28)
        #expect(graph.requests(to: "debug_token").count == 27)
        #expect(graph.simulation.requests.count == 27)
        let shown = try await home.run("show", Self.page)
        #expect(shown.text.contains("\n  checked "))
    }

    @Test(arguments: [458, 459, 460, 463, 467, 493])
    func `a token that has died is 2, with the reason, and stays so`(_ reason: Int) async throws {
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
        #expect(graph.wasNotAsked)
    }

    @Test func `what only the app may ask is said to take its secret`() async throws {
        try #require(try await home.run("remove", "--force", TemporaryHome.app).status == 0)
        for command in [["check", "--online"], ["inspect"]] {
            let run = try await home.run(command + [Self.page])
            #expect(run.status == 78, "\(run.errors)")
            #expect(run.errors.contains("needs the app secret of \(TemporaryHome.app)"))
            #expect(run.errors.contains("hint: tokenvault add \(TemporaryHome.app)\n"))
        }
        #expect(try await home.run("get", Self.page).status == 0)
    }

    @Test func `a token that lives again is good again`() async throws {
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
    func `what could not be asked keeps its state`(_ status: Int, _ fault: String) async throws {
        let before = try await home.run("show", Self.user).text
        try graph.setFaults(#"[{"match":"debug_token",\#(fault)}]"#)
        let run = try await home.run("check", "--online")
        #expect(run.status == Int32(status) && run.lines.count == 28, "\(run.errors)")
        #expect(run.errorLines.count { !$0.hasPrefix("tokenvault: hint: ") } == 1)
        #expect(run.errors.hasPrefix("tokenvault: error: "))
        #expect(try await home.run("show", Self.user).text == before)
        #expect(try await home.run("check").status == 0)
    }

    @Test func `of a token that died and one that could not be asked, death is told`()
        async throws
    {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        #expect(try await home.run("check", "--online", Self.user).status == 2)
        try graph.setFaults(#"[{"match":"debug_token","kind":"error","code":4}]"#)
        let run = try await home.run("check", "--online")
        #expect(run.status == 2 && run.errors.hasPrefix("tokenvault: warning: "), "\(run.errors)")
    }

    @Test func `a stale app secret is 78 and marks no token`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await home.run("check", "--online")
        #expect(run.status == 78 && run.errorLines.first?.contains("app secret") == true)
        #expect(run.errors.hasSuffix("hint: tokenvault rotate app:1234567890123456\n"))
        #expect(try await home.run("check").status == 0)
        #expect(try await home.run("get", Self.user).status == 0)
    }

    @Test func `as JSON it tells the reason and what to do`() async throws {
        struct Document: Decodable {
            struct Line: Decodable {
                let ref: String
                let reason: String?
                let advice: String?
                let checkedAt: String?
            }
            let status: String
            let entries: [Line]
        }
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("check", "--online", "--json")
        let document = try run.json(Document.self)
        #expect(run.status == 2 && document.status == "critical")
        let first = try #require(document.entries.first)
        #expect(first.ref == Self.user && first.reason?.hasPrefix("Meta's error 190/460") == true)
        #expect(first.advice == "tokenvault exchange" && first.checkedAt != nil)
    }
}
