import GraphSimulator
import Testing

// The app secret after a reset.
struct RotateTests {
    private static let app = TemporaryHome.app
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        try #require(exchange.status == 0)
        try #require(try await home.run("pages", "1020000000000001").status == 0)
        graph.simulation.clearRequests()
    }

    @Test func `a secret that Meta accepts replaces the old one, which stays as previous`()
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

    @Test func `nothing is lost while Graph cannot be reached`() async throws {
        try graph.setFaults(#"[{"match":"*","kind":"reset"}]"#)
        let run = try await home.run("rotate", Self.app, input: "FAKEsecret0009")
        #expect(run.status == 69 && run.hasFailedProperly)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0001\n")
        graph.simulation.clearRequests()
        let unverified = try await home.run(
            "rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        #expect(unverified.status == 0 && graph.wasNotAsked)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0009\n")
    }

    @Test(arguments: [[], ["--no-verify"]])
    func `the secret that is stored already changes nothing, and the previous one stays`(
        _ options: [String]
    ) async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        try #require(try await home.run("rotate", Self.app, input: "FAKEsecret0009").status == 0)
        let before = try home.contents("vault")
        let run = try await home.run(["rotate", Self.app] + options, input: "FAKEsecret0009")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("is already stored; nothing was changed"), "\(run.errors)")
        // What Meta says of the tokens is kept.
        if !options.isEmpty { #expect(try home.contents("vault") == before) }
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0009\n")
        #expect(try await home.run("get", "\(Self.app)~previous").text == "FAKEsecret0001\n")
    }

    @Test func `undo puts the previous secret back without asking Meta, forget removes it`()
        async throws
    {
        _ = try await home.run("rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        graph.simulation.clearRequests()
        #expect(try await home.run("rotate", Self.app, "--undo").status == 0)
        #expect(try await home.run("get", Self.app).text == "FAKEsecret0001\n")
        #expect(try await home.run("rotate", Self.app, "--forget").status == 0)
        #expect(try await home.run("get", "\(Self.app)~previous").status == 66)
        #expect(try await home.run("rotate", Self.app, "--undo").status == 66)
        #expect(graph.wasNotAsked)
    }

    @Test(arguments: [["--no-verify"], ["--undo"], ["--forget"]])
    func `a previous secret is not rotated itself, and the vault stays sound`(
        _ options: [String]
    ) async throws {
        _ = try await home.run("rotate", Self.app, "--no-verify", input: "FAKEsecret0009")
        let run = try await home.run(
            ["rotate", "\(Self.app)~previous"] + options, input: "FAKEsecret0010")
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(try await home.run("verify").status == 0)
    }

    @Test func `the table tells which tokens need a login, and the rotation is done all the same`()
        async throws
    {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let run = try await home.run("rotate", Self.app, input: "FAKEsecret0009")
        #expect(run.status == 0)
        #expect(run.lines[1].hasPrefix("invalid  user:"), "\(run.text)")
    }
}
