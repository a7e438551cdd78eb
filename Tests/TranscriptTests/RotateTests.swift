import GraphSimulator
import Testing

// Replacing the app secret after a reset.
struct RotateTests {
    private static let app = TemporaryHome.app
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPage(using: graph)
    }

    @Test func `a secret that Meta accepts replaces the old one, which is kept as previous`()
        async throws
    {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await home.run("rotate", Self.app, input: "FAKEsecret0009")
        #expect(run.status == 0)
        #expect(run.lines.count == 3 && run.lines[1].hasPrefix("ok "), "\(run.text)")
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0009\n")
        #expect(try await home.run("get", "\(Self.app)~previous").text == "FAKEsecret0001\n")
    }

    @Test func `a secret that Meta refuses replaces nothing`() async throws {
        let run = try await home.run("rotate", Self.app, input: "FAKEwrong")
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0001\n")
        #expect(try await home.run("get", "\(Self.app)~previous").status == 66)
    }

    @Test func `nothing is lost if the Graph API cannot be reached`() async throws {
        try graph.setFaults(#"[{"match":"*","kind":"reset"}]"#)
        let run = try await home.run("rotate", Self.app, input: "FAKEsecret0009")
        #expect(run.status == 69 && run.hasFailedProperly)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0001\n")
        graph.simulation.clearRequests()
        let unverified = try await home.run(
            "rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        #expect(unverified.status == 0 && graph.receivedNoRequests)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0009\n")
    }

    @Test(arguments: [[], ["--no-verify"]])
    func `rotating to the stored secret changes nothing, and the previous one is kept`(
        _ options: [String]
    ) async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        try #require(try await home.run("rotate", Self.app, input: "FAKEsecret0009").status == 0)
        let before = try home.contents("vault")
        let run = try await home.run(["rotate", Self.app] + options, input: "FAKEsecret0009")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("is already stored; nothing was changed"), "\(run.errors)")
        // Without --no-verify, what Meta says about the tokens is stored.
        if !options.isEmpty { #expect(try home.contents("vault") == before) }
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0009\n")
        #expect(try await home.run("get", "\(Self.app)~previous").text == "FAKEsecret0001\n")
    }

    @Test func `undo restores the previous secret without asking Meta, and forget removes it`()
        async throws
    {
        _ = try await home.run("rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        graph.simulation.clearRequests()
        #expect(try await home.run("rotate", Self.app, "--undo").status == 0)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0001\n")
        #expect(try await home.run("rotate", Self.app, "--forget").status == 0)
        #expect(try await home.run("get", "\(Self.app)~previous").status == 66)
        #expect(try await home.run("rotate", Self.app, "--undo").status == 66)
        #expect(graph.receivedNoRequests)
    }

    @Test(arguments: [["--no-verify"], ["--undo"], ["--forget"]])
    func `a previous secret cannot be rotated, and the vault stays valid`(
        _ options: [String]
    ) async throws {
        _ = try await home.run("rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        let run = try await home.run(
            ["rotate", "\(Self.app)~previous"] + options, input: "FAKEsecret0010")
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(try await home.run("verify").status == 0)
    }

    @Test func `the table shows which tokens need a login, and the rotation succeeds`() async throws
    {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("rotate", Self.app, input: "FAKEsecret0009")
        #expect(run.status == 0)
        #expect(run.lines[1].hasPrefix("invalid  user:"), "\(run.text)")
    }
}
