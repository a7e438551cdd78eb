import GraphSimulator
import Testing

// `inspect` and `proof`.
struct InspectTests {
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPage(using: graph)
    }

    @Test func `a stored token is described, and nothing is stored`() async throws {
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

    @Test func `a token can come from standard input`() async throws {
        let run = try await home.run("inspect", "--json", input: TemporaryHome.shortToken)
        #expect(run.status == 0)
        #expect(try run.json(Inspection.self).type == "USER")
    }

    @Test func `an invalid token fails with 2 and the reason`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("inspect", "user:10200000000000009", "--json")
        let inspection = try run.json(Inspection.self)
        #expect(run.status == 2 && !inspection.isValid && inspection.subcode == 460)
    }

    @Test func `a proof is the one that the Graph API computes`() async throws {
        let run = try await home.run("proof", Self.page)
        let token = try await home.run("get", "-n", Self.page).text
        #expect(run.text == AppSecretProof.proof(of: token, secret: "FAKEsecret0001") + "\n")
        let timed = try await home.run("proof", "--timed", Self.page)
        #expect(timed.text.contains("&appsecret_time="))
        #expect(try await home.run("proof", TemporaryHome.app).status == 64)
    }
}
