import Foundation
import GraphSimulator
import Support
import Testing

// What is on disk after a save or an exchange is interrupted.
struct InterruptionTests {
    private static let user = "user:10200000000000009"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
    }

    private func startExchange() throws -> RunningProgram {
        let token = try home.write(TemporaryHome.shortToken, to: "token")
        return try home.start(["exchange"], RunningProgram.Streams(input: token))
    }

    private func wait(forRequests count: Int) async throws {
        try await waitFor("request \(count)") { graph.simulation.requests.count >= count }
    }

    private func expectOldEntries() async throws {
        let secret = try await home.run("get", TemporaryHome.app)
        #expect(secret.text == "FAKEsecret0001\n", "\(secret.errors)")
    }

    @Test func `a kill right after Meta's response leaves the new token on disk`() async throws {
        try graph.setFaults(#"[{"match":"debug_token","kind":"slow","seconds":90,"after":1}]"#)
        let program = try startExchange()
        try await wait(forRequests: 3)
        program.process.send(SIGKILL)
        #expect(try await program.finish().status == 137)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        try await expectOldEntries()
        try graph.setFaults("[]")
        #expect(try await home.run("check", "--online").status == 0)
        let entry = try await home.run("show", Self.user, "--json").json(EntryDocument.self)
        #expect(entry.status == "ok" && entry.expiresAt != nil)
    }

    @Test func `after a kill before the owner is known, --resume finishes the exchange`()
        async throws
    {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"error","code":4},
             {"match":"me","kind":"slow","seconds":90}]
            """#)
        let program = try startExchange()
        try await wait(forRequests: 4)
        program.process.send(SIGKILL)
        #expect(try await program.finish().status == 137)
        try graph.setFaults("[]")
        let resumed = try await home.run("exchange", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        try await expectOldEntries()
        #expect(graph.requests(to: "access_token").count == 1)
    }

    @Test func `a kill before Meta's response changes nothing`() async throws {
        let before = try home.contents("vault")
        try graph.setFaults(#"[{"match":"oauth/access_token","kind":"slow","seconds":90}]"#)
        let program = try startExchange()
        try await wait(forRequests: 2)
        program.process.send(SIGKILL)
        #expect(try await program.finish().status == 137)
        #expect(try home.contents("vault") == before)
    }

    @Test func `Ctrl-C while waiting for Meta ends it at once and changes nothing`() async throws {
        let before = try home.contents("vault")
        try graph.setFaults(#"[{"match":"oauth/access_token","kind":"slow","seconds":90}]"#)
        let (terminal, program) = try home.startAtTerminal("exchange", environment: [:])
        try await terminal.wait(for: "Short-lived user token: ")
        try await terminal.type(TemporaryHome.shortToken + PseudoTerminal.enter)
        try await wait(forRequests: 2)
        let typed = ContinuousClock.now
        try await terminal.type(PseudoTerminal.controlC)
        let run = try await program.finish()
        #expect(run.status == 130 && run.output.isEmpty)
        #expect(ContinuousClock.now - typed < .seconds(25))
        #expect(terminal.echoes)
        #expect(try home.contents("vault") == before)
    }

    @Test func `a kill at any moment of a save leaves the old vault or the new one`() async throws {
        let secrets = ["FAKEsecret0001"] + (1...12).map { "FAKEnext\($0)" }
        for number in 1...12 {
            let secret = try home.write(secrets[number], to: "secret")
            let program = try home.start(
                ["add", TemporaryHome.app, "--replace"], RunningProgram.Streams(input: secret))
            try await Task.sleep(for: .milliseconds(number * 15), clock: .suspending)
            program.process.send(SIGKILL)
            _ = try await program.finish()
            let left = try await home.run("get", "-n", TemporaryHome.app)
            #expect(left.status == 0 && secrets.contains(left.text), "\(left.errors)")
        }
        // The next save removes what the killed ones left.
        #expect(try await home.run("add", "page:1", input: "EAAFAKEpage1").status == 0)
        let files = try home.allFiles().filter { !$0.hasPrefix("state") && $0 != "secret" }
        #expect(files == ["vault", "vault.lock"])
    }

    @Test func `a vault locked by another process is waited for, and fails with 75 after a while`()
        async throws
    {
        let lock = try #require(HeldLock(home.vault + ".lock"))
        let held = try await home.run("add", "page:1", input: "EAAFAKEpage1")
        #expect(held.status == 75 && held.hasFailedProperly)
        #expect(held.duration < .seconds(40))
        // Reading needs no lock.
        try await expectOldEntries()
        let token = try home.write("EAAFAKEpage1", to: "token")
        let waiting = try home.start(["add", "page:1"], RunningProgram.Streams(input: token))
        try await Task.sleep(for: .seconds(1), clock: .suspending)
        #expect(waiting.process.statusIfEnded() == nil)
        lock.release()
        #expect(try await waiting.finish().status == 0)
    }

    @Test func `a new token that cannot be saved because of a lock is reported`() async throws {
        let lock = try #require(HeldLock(home.vault + ".lock"))
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == 75 && run.hasFailedProperly)
        #expect(run.errors.contains("Meta issued a new token"))
        lock.release()
    }
}
