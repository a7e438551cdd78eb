import Foundation
import GraphSimulator
import Testing

// Several tokens at once whose owners Meta did not name.
struct PendingTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"201","name":"Ben"},{"id":"202","name":"Cem"},{"id":"203"}],
                 "tokens":[
                   {"token":"EAAFAKEshort201","app":"1234567890123456","user":"201","type":"USER",
                    "issued_at":"-60s","expires_at":"+1h"},
                   {"token":"EAAFAKEshort202","app":"1234567890123456","user":"202","type":"USER",
                    "issued_at":"-60s","expires_at":"+1h"},
                   {"token":"EAAFAKEshort203","app":"1234567890123456","user":"203","type":"USER",
                    "issued_at":"-60s","expires_at":"+1h"}],
                 "codes":[
                   {"code":"AQAFAKEcode0001","app":"1234567890123456","user":"201",
                    "origin":"client_code","redirect_uri":"http://localhost:47231/"},
                   {"code":"AQAFAKEcode0002","app":"1234567890123456","user":"202",
                    "origin":"client_code","redirect_uri":"http://localhost:47231/"}]}
                """#)
    }

    private static let silence = #"""
        [{"match":"debug_token","kind":"error","code":2,"status":503},
         {"match":"me","kind":"error","code":2,"status":503}]
        """#

    /// Returns the entries of a kind.
    private func entries(_ kind: String) async throws -> [EntryDocument] {
        try await home.run("list", "--json").json([EntryDocument].self)
            .filter { $0.ref.hasPrefix("\(kind):") }
    }

    /// Runs three exchanges at once that cannot learn the owner, and returns their results.
    private func leaveThree() async throws -> [ProgramRun] {
        try graph.setFaults(Self.silence)
        let home = home
        return try await withThrowingTaskGroup(of: ProgramRun.self) { group in
            for number in 201...203 {
                group.addTask {
                    try await home.run("exchange", input: "EAAFAKEshort\(number)")
                }
            }
            var runs: [ProgramRun] = []
            for try await run in group { runs.append(run) }
            return runs
        }
    }

    @Test func `three in one second get different names, and one command finishes them`()
        async throws
    {
        let runs = try await leaveThree()
        #expect(runs.allSatisfy { $0.status == 75 && $0.hasFailedProperly })
        let names = Set(runs.flatMap { $0.errors.matches(of: /pending:\d+/).map { "\($0.0)" } })
        #expect(names.count == 3, "\(runs.map(\.errors))")
        let secrets = try await home.shell(
            "for name in \(names.joined(separator: " ")); do tokenvault get $name; done")
        #expect(Set(secrets.lines).count == 3, "\(secrets.errors)")

        try graph.setFaults("[]")
        let run = try await home.run("exchange", "--resume", "--json")
        try #require(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let stored = try run.json([EntryDocument].self).map(\.ref)
        #expect(Set(stored) == ["user:201", "user:202", "user:203"])
        #expect(try await entries("pending").isEmpty)
        let kept = try await home.shell("for n in 1 2 3; do tokenvault get user:20$n; done")
        #expect(Set(kept.lines) == Set(secrets.lines))
    }

    @Test func `an invalid token does not keep the others from being finished`() async throws {
        let runs = try await leaveThree()
        try graph.setFaults("[]")
        let first = try #require(
            runs.flatMap { $0.errors.matches(of: /pending:\d+/).map { "\($0.0)" } }.min())
        let token = try await home.run("get", "-n", first).text
        graph.simulation.kill(token: token, reason: 460)
        let run = try await home.run("exchange", "--resume")
        #expect(run.status == 2 && run.lines.count == 3, "\(run.text)\(run.errors)")
        #expect(
            run.errors.contains("the token stored as \(first) is not valid: Meta's error 190/460"))
        #expect(try await entries("user").count == 2)
        let again = try await home.run("exchange", "--resume")
        #expect(again.status == 2 && again.hasFailedProperly)
        // The hint is a command that works.
        let hint = try #require(again.hint)
        #expect(try await home.shell(hint).status == 0, "\(hint)")
        #expect(try await home.run("exchange", "--resume").status == 66)
    }

    @Test func `codes redeemed in one second are kept apart too`() async throws {
        try graph.setFaults(Self.silence)
        let redeem = "tokenvault redeem --redirect-uri http://localhost:47231/"
        _ = try await home.shell(
            "for n in 1 2; do (echo AQAFAKEcode000$n | \(redeem)) & done; wait")
        #expect(try await entries("pending").count == 2)
        try graph.setFaults("[]")
        #expect(try await home.run("exchange", "--resume").status == 0)
        #expect(try await entries("user").count == 2)
    }

    @Test func `a failed attempt to finish them loses none`() async throws {
        try graph.setFaults(Self.silence)
        for number in 201...202 {
            #expect(try await home.run("exchange", input: "EAAFAKEshort\(number)").status == 75)
        }
        #expect(try await entries("pending").count == 2)
        #expect(try await home.run("exchange", "--resume").status == 75)
        #expect(try await entries("pending").count == 2)
    }

    @Test func `a newer token of the owner that lasts longer is not replaced`() async throws {
        try graph.setFaults(Self.silence)
        #expect(try await home.run("exchange", input: "EAAFAKEshort201").status == 75)
        try graph.setFaults("[]")
        try await Task.sleep(for: .seconds(1.1))
        try graph.simulation.merge(
            state: #"""
                {"tokens":[{"token":"EAAFAKEnewer","app":"1234567890123456","user":"201",
                  "type":"USER","issued_at":"+0s","expires_at":"+1h"}]}
                """#)
        #expect(try await home.run("exchange", input: "EAAFAKEnewer").status == 0)
        let newer = try await home.run("get", "user:201").text
        let run = try await home.run("exchange", "--resume")
        #expect(run.status == 0 && run.errors.contains("has a newer token"), "\(run.errors)")
        #expect(try await home.run("get", "user:201").text == newer)
        #expect(try await home.run("exchange", "--resume").status == 66)
    }

    @Test func `with several apps the hint names the app, and works`() async throws {
        let other = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        try #require(other.status == 0)
        try graph.setFaults(Self.silence)
        let run = try await home.run(
            "exchange", "--app", TemporaryHome.app, input: "EAAFAKEshort201")
        #expect(
            run.errors.hasSuffix(
                "hint: tokenvault exchange --resume --app \(TemporaryHome.app)\n"))
        try graph.setFaults("[]")
        let hint = try #require(run.hint)
        #expect(try await home.shell(hint).status == 0)
        #expect(try await home.run("get", "user:201").status == 0)
    }
}
