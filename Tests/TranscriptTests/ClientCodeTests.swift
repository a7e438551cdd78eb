import Foundation
import GraphSimulator
import Testing

// `client-code`, and `redeem` on another device.
struct ClientCodeTests {
    private static let user = "user:10200000000000009"
    private static let redirect = ["--redirect-uri", "http://localhost:47231/"]
    private static let app = ["--app", "1234567890123456"]
    private let graph: TemporaryGraph
    private let home: TemporaryHome
    /// A device without the app secret.
    private let device: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withUserToken(using: graph)
        device = try await TemporaryHome.withVault(using: graph)
        try #require(try await device.run("remove", TemporaryHome.app).status == 0)
    }

    private func code() async throws -> String {
        let run = try await home.run(["client-code"] + Self.redirect)
        try #require(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        return run.text
    }

    private func redeem(_ code: String, _ options: String...) async throws -> ProgramRun {
        try await device.run(["redeem"] + Self.redirect + Self.app + options, input: code)
    }

    @Test func `only the code is printed, and a device without the app secret redeems it`()
        async throws
    {
        let code = try await code()
        #expect(code == "AQAFAKEclientcode0001\n")
        let request = try #require(graph.requests(to: "client_code").first)
        #expect(request.query.contains("client_secret=FAKEsecret0001"))
        #expect(request.query.contains("appsecret_proof=") && !request.query.contains("EAAFAKE"))
        let run = try await redeem(code)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.first == "Ann Fake, \(Self.user)")
        #expect(!run.text.contains("AQAFAKE") && !run.errors.contains("AQAFAKE"))
        #expect(try await device.run("get", Self.user).text == "EAAFAKEclient0001\n")
        let redeeming = try #require(graph.requests(to: "oauth/access_token").first)
        #expect(!redeeming.form.contains("client_secret") && redeeming.query.isEmpty)
        let document = try await home.run(["client-code", "--json"] + Self.redirect)
        #expect(try document.json([String: String].self) == ["code": "AQAFAKEclientcode0002"])
    }

    @Test func `the device sends the same machine ID the next time`() async throws {
        #expect(try await redeem(try await code()).status == 0)
        #expect(try await redeem(try await code()).status == 0)
        let forms = graph.requests(to: "oauth/access_token").map(\.form)
        #expect(!forms[0].contains("machine_id"))
        #expect(forms[1].contains("machine_id=FAKE-machine-id-0001"))
        #expect(try await device.run("list", "--json").json([EntryDocument].self).count == 1)
        for command in [["list", "--json"], ["show", Self.user], ["show", Self.user, "--json"]] {
            #expect(try await !device.run(command).text.contains("FAKE-machine-id"))
        }
    }

    @Test func `a code works only once, and only with its redirect URI`() async throws {
        let code = try await code()
        #expect(try await redeem(code).status == 0)
        let again = try await redeem(code)
        #expect(
            again.status == 2 && again.hasFailedProperly
                && again.errors.contains("already been used"))
        #expect(again.errorLines.last == "tokenvault: hint: tokenvault help client-code")
        try graph.simulation.merge(
            state: #"""
                {"apps": [{"id": "1234567890123456",
                  "redirect_uris": ["http://localhost:47231/", "https://fake.example/"]}]}
                """#)
        let next = try await self.code()
        let elsewhere = try await device.run(
            ["redeem", "--redirect-uri", "https://fake.example/"] + Self.app, input: next)
        #expect(elsewhere.status == 78 && elsewhere.hasFailedProperly)
        #expect(elsewhere.errors.contains("https://fake.example/"))
        let unknown = try await home.run("client-code", "--redirect-uri", "https://other.example/")
        #expect(unknown.status == 78 && unknown.hasFailedProperly, "\(unknown.errors)")
    }

    @Test(arguments: ["#_=_", "#_", "%23_%3D_", "#_=_\n"])
    func `what follows a code in Meta's URLs is not sent`(_ fragment: String) async throws {
        let code = try await code().dropLast()
        let run = try await redeem(code + fragment)
        #expect(run.status == 0, "\(run.errors)")
        let form = try #require(graph.requests(to: "oauth/access_token").first).form
        #expect(form.split(separator: "&").contains("code=\(code)"), "\(form)")
    }

    @Test func `an empty response is reported as such`() async throws {
        try graph.setFaults(#"[{"match":"oauth/client_code","kind":"empty"}]"#)
        let run = try await home.run(["client-code"] + Self.redirect)
        #expect(run.status == 76 && run.hasFailedProperly && run.errors.contains("it is empty"))
    }

    @Test func `a token whose owner is unknown is kept, along with the machine ID`() async throws {
        let code = try await code()
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"error","code":4},{"match":"me","kind":"error","code":4}]
            """#)
        let run = try await redeem(code)
        #expect(run.status == 75 && run.hasFailedProperly)
        try graph.setFaults("[]")
        let resumed = try await device.run(["exchange", "--resume"] + Self.app)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await device.run("get", Self.user).text == "EAAFAKEclient0001\n")
        _ = try await redeem(try await self.code())
        #expect(
            graph.requests(to: "oauth/access_token").last?.form.contains("FAKE-machine-id-0001")
                == true)
    }

    @Test func `what is missing is reported before any request`() async throws {
        #expect(try await home.run("client-code").status == 64)
        #expect(try await device.run("redeem").status == 64)
        let unnamed = try await device.run(["redeem"] + Self.redirect, input: "AQAFAKE1")
        #expect(unnamed.status == 66 && unnamed.hasFailedProperly)
        _ = try await home.run("remove", TemporaryHome.app)
        let secretless = try await home.run(["client-code"] + Self.redirect)
        #expect(secretless.status == 66 && secretless.hasFailedProperly)
        #expect(
            secretless.errorLines.last == "tokenvault: hint: tokenvault add \(TemporaryHome.app)")
        #expect(graph.receivedNoRequests)
    }
}
