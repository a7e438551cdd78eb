import GraphSimulator
import Testing

// What a token is, and proofs for it.
struct InspectTests {
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        try #require(exchange.status == 0)
        try #require(try await home.run("pages", "1020000000000001").status == 0)
    }

    @Test func `a stored token is told of, and nothing is stored`() async throws {
        let before = try await home.run("show", Self.page).text
        let run = try await home.run("inspect", Self.page)
        #expect(run.status == 0 && run.lines.first == "valid")
        #expect(run.text.contains("\n  app          app:1234567890123456 (Fake App)\n"))
        #expect(run.text.contains("\n  expires      never\n"))
        #expect(try await home.run("show", Self.page).text == before)
    }

    private struct Inspection: Decodable {
        let isValid: Bool
        let type: String?
        let subcode: Int?
    }

    @Test func `a pasted token comes from standard input`() async throws {
        let run = try await home.run("inspect", "--json", input: TemporaryHome.shortToken)
        #expect(run.status == 0)
        #expect(try run.json(Inspection.self).type == "USER")
    }

    @Test func `a dead token is 2, with the reason`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("inspect", "user:10200000000000009", "--json")
        let inspection = try run.json(Inspection.self)
        #expect(run.status == 2 && !inspection.isValid && inspection.subcode == 460)
    }

    @Test func `a proof is what Graph computes itself`() async throws {
        let run = try await home.run("proof", Self.page)
        let token = try await home.run("get", "-n", Self.page).text
        #expect(run.text == AppSecretProof.proof(of: token, secret: "FAKEsecret0001") + "\n")
        let timed = try await home.run("proof", "--timed", Self.page)
        #expect(timed.text.contains("&appsecret_time="))
        #expect(try await home.run("proof", TemporaryHome.app).status == 64)
    }
}
