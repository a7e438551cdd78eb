import Foundation
import GraphSimulator
import Platform
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// When the command of `check --on-problem` runs, and what it receives.
@Suite struct ProblemHookTests {
    private static let day: Int64 = 86_400

    private let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.endHooks(.ended(status: 0))
        try expire("user:1", after: 10)
        try expire("page:2", after: 100)
    }

    private func expire(_ reference: String, after days: Int64?) throws {
        let now = world.now
        try world.store(reference, "EAAFAKE1") { metadata in
            metadata.expiresAt = days.map { .at(now + $0 * Self.day) } ?? .unknown
        }
    }

    /// Runs `check --on-problem` and returns what the hook received, or `nil` if it did not run.
    private func check(_ options: String...) async throws -> [[String: Any]]? {
        _ = world.takeHookRuns()
        let ending = await world.run(["check", "--on-problem", "./hook"] + options)
        #expect(ending.failure == nil, "\(ending.allOutput)")
        let runs = world.takeHookRuns()
        #expect(runs.count <= 1 && runs.allSatisfy { $0.command == "./hook" })
        guard let run = runs.first else { return nil }
        let document = try JSONSerialization.jsonObject(with: Data(run.document))
        let object = try #require(document as? [String: Any])
        #expect(Set(object.keys) == ["problems"])
        return try #require(object["problems"] as? [[String: Any]])
    }

    /// Returns the same as `reference status`, or an empty array if the hook did not run.
    private func problems(_ options: [String] = []) async throws -> [String] {
        _ = world.takeHookRuns()
        _ = await world.run(["check", "--on-problem", "./hook"] + options)
        guard let run = world.takeHookRuns().first else { return [] }
        let document = try JSONSerialization.jsonObject(with: Data(run.document))
        let object = try #require(document as? [String: [[String: Any]]])
        return (object["problems"] ?? []).map { problem in
            "\(problem["ref"] as? String ?? "") \(problem["status"] as? String ?? "")"
        }.sorted()
    }

    private var hasStateFile: Bool { get throws { try stateFileName() != nil } }

    private var stateFile: String {
        get throws { "\(stateDirectory)/\(try #require(try stateFileName()))" }
    }

    private var stateDirectory: String { "\(world.directory)/home/.local/state/tokenvault" }

    private func stateFileName() throws -> String? {
        try FileManager.default.contentsOfDirectory(atPath: stateDirectory)
            .first { $0.hasSuffix(".problems") }
    }

    private func state() throws -> String {
        try String(contentsOfFile: try stateFile, encoding: .utf8)
    }

    @Test func `each problem is reported once, as check --json prints it`() async throws {
        let first = try #require(try await check())
        #expect(first.count == 1)
        #expect(
            first[0]["ref"] as? String == "user:1" && first[0]["status"] as? String == "expiring")
        #expect(first[0]["advice"] is String && first[0].keys.contains("reason"))
        let printed = try await world.run("check", "user:1", "--json").object()["entries"]
        let entry = try #require((printed as? [[String: Any]])?.first)
        #expect(NSDictionary(dictionary: first[0]) == NSDictionary(dictionary: entry))
        #expect(try await check() == nil)
        #expect(try await check("--json") == nil)
        #expect(try state() == "user:1 expiring\n")
        let mode = try FileManager.default.attributesOfItem(atPath: try stateFile)
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }

    @Test func `another status is another problem`() async throws {
        #expect(try await problems() == ["user:1 expiring"])
        world.wait(11 * 86_400)
        #expect(try await problems() == ["user:1 expired"])
        #expect(try await problems() == [])
        try world.store("user:1", "EAAFAKE1") { $0.validity = .invalid(reason: "Fake reason") }
        #expect(try await problems() == ["user:1 invalid"])
        #expect(try await problems(["--at", "95d"]) == ["page:2 expired"])
        #expect(try state() == "page:2 expired\nuser:1 expired\nuser:1 expiring\nuser:1 invalid\n")
    }

    @Test(arguments: [60, nil] as [Int64?])
    func `a problem that is over is forgotten, and reported again if it returns`(
        _ days: Int64?
    ) async throws {
        #expect(try await problems() == ["user:1 expiring"])
        try expire("user:1", after: days)
        #expect(try await problems() == [])
        #expect(try state() == "")
        try expire("user:1", after: 5)
        #expect(try await problems() == ["user:1 expiring"])
    }

    @Test func `an entry that was not checked is not forgotten, one that was removed is`()
        async throws
    {
        #expect(try await problems() == ["user:1 expiring"])
        #expect(
            try await problems(["page:2", "page:2", "--within", "200d"]) == ["page:2 expiring"])
        #expect(try state() == "page:2 expiring\nuser:1 expiring\n")
        await world.run("remove", "user:1", "--force")
        #expect(try await problems(["--within", "200d"]) == [])
        #expect(try state() == "page:2 expiring\n")
    }

    @Test func `the most urgent problem comes first, and each only once`() async throws {
        try expire("page:3", after: -1)
        try expire("page:4", after: 12)
        try world.store("page:5", "EAAFAKE1") { $0.validity = .invalid(reason: "Fake reason") }
        let expected = ["page:5", "page:3", "user:1", "page:4"]
        _ = await world.run("check", "--on-problem", "./hook")
        #expect(try references(in: world.takeHookRuns()) == expected)
        try FileManager.default.removeItem(atPath: try stateFile)
        let named = ["page:4", "user:1", "page:4", "page:3", "page:5", "page:2"]
        _ = await world.run(["check", "--on-problem", "./hook"] + named)
        #expect(try references(in: world.takeHookRuns()) == expected)
    }

    private func references(in runs: [TestWorld.HookRun]) throws -> [String] {
        let document = try JSONSerialization.jsonObject(
            with: Data(try #require(runs.first).document))
        let object = try #require(document as? [String: [[String: Any]]])
        return (object["problems"] ?? []).compactMap { $0["ref"] as? String }
    }

    @Test func `the command does not run if the vault is damaged`() async throws {
        let file = try FileHandle(forUpdating: URL(filePath: world.vaultPath))
        let end = try file.seekToEnd()
        try file.truncate(atOffset: end - 1)
        #expect(await world.run("check", "--on-problem", "./hook").status == .damaged)
        #expect(world.takeHookRuns().isEmpty)
    }

    @Test func `without a problem, nothing runs and nothing is written`() async throws {
        #expect(try await problems(["--within", "1d"]) == [])
        #expect(try !hasStateFile)
        world.set("TOKENVAULT_ON_CHANGE", "./hook")
        await world.run("check")
        #expect(world.takeHookRuns().isEmpty)
    }

    @Test(arguments: [
        ChildProcess.HookEnd.ended(status: 1), .timedOut, .notStarted(reason: "Fake"),
    ])
    func `a command that failed has received nothing, and the status stays that of check`(
        _ end: ChildProcess.HookEnd
    ) async throws {
        world.endHooks(end)
        let ending = await world.run("check", "--on-problem", "./hook")
        #expect(ending.status == .expiring && ending.failure == nil)
        #expect(ending.notes.contains("warning: ") && ending.notes.contains("--on-problem"))
        world.endHooks(.ended(status: 0))
        #expect(try await problems() == ["user:1 expiring"])
    }

    @Test func `an interrupted command has received nothing`() async throws {
        world.endHooks(.interrupted(.interruptKey))
        #expect(await world.run("check", "--on-problem", "./hook").status == .interrupted)
        world.endHooks(.ended(status: 0))
        #expect(try await problems() == ["user:1 expiring"])
    }

    @Test(arguments: [
        "", "\n\n", "FAKE", "user:1 expiring extra\n", "user:1  expiring\n", "user:1 ok\n",
        "user:1 dead\n", "\u{0}\u{FF}\n", "user:01 expiring\n", "{\"user:1\":\"expiring\"}",
    ])
    func `a damaged file counts as empty, and is replaced`(_ text: String) async throws {
        #expect(try await problems() == ["user:1 expiring"])
        try Data(text.utf8).write(to: URL(filePath: try stateFile))
        #expect(try await problems() == ["user:1 expiring"])
        #expect(try state() == "user:1 expiring\n")
    }

    @Test func `lines that are understood count among those that are not`() async throws {
        #expect(try await problems() == ["user:1 expiring"])
        try Data("FAKE\nuser:1 expiring\nuser:".utf8).write(to: URL(filePath: try stateFile))
        #expect(try await problems() == [])
    }

    @Test func `if the file cannot be written, the problem is reported each time, with a warning`()
        async throws
    {
        #expect(try await problems() == ["user:1 expiring"])
        let path = try stateFile
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: "\(path)/FAKE", withIntermediateDirectories: true)
        for _ in 1...2 {
            #expect(try await problems() == ["user:1 expiring"])
            #expect(world.errors.contains("warning: cannot save which problems were reported"))
        }
        world.set("HOME", nil)
        #expect(try await problems() == ["user:1 expiring"])
        #expect(world.errors.contains("reports them again: HOME is not set"))
    }

    @Test func `problems that Meta has just reported count, even if not all could be asked`()
        async throws
    {
        try world.storeUser()
        world.allow(.simulation)
        world.simulation.kill(token: "EAAFAKElonguser1", reason: 460)
        let ending = await world.run(
            "check", "--online", "--on-problem", "./hook", "user:10200000000000009")
        #expect(ending.status == .tokenRefused)
        let text = try #require(world.takeHookRuns().first).document
        #expect(String(decoding: text, as: UTF8.self).contains(#""status":"invalid""#))
        // Without an answer, the stored state counts.
        world.fail(Fault(.reset))
        let failed = await world.run("check", "--online", "--on-problem", "./hook", "user:1")
        #expect(failed.status == .unreachable, "\(failed.allOutput)")
        #expect(world.takeHookRuns().count == 1)
    }
}
