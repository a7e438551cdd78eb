import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct CheckTests {
    let world: TestWorld
    private static let day: Int64 = 86_400

    init() throws {
        world = try TestWorld()
    }

    @Test func `valid tokens pass`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
        try world.store("user:2", "FAKE") {
            $0.expiresAt = .at(TestWorld.startTime + 15 * Self.day)
        }
        let ending = await world.run("check")
        #expect(ending.status == .done)
        #expect(ending.output.split(separator: "\n").count == 3)
    }

    @Test func `an unknown expiry is shown and is not a failure`() async throws {
        try world.store("page:1", "FAKE")
        let ending = await world.run("check")
        #expect(ending.status == .done)
        #expect(ending.output.contains("unknown"))
        #expect(try await world.run("check", "--json").object()["status"] as? String == "ok")
    }

    @Test func `a vault without tokens passes`() async throws {
        try world.store("app:1", "FAKE")
        let ending = await world.run("check")
        #expect(ending.status == .done)
        #expect(ending.output == "no tokens in the vault\n")
    }

    @Test(arguments: [
        ("user:1", ["--within", "10d"], Console.ExitStatus.expiring),
        ("user:1", ["--within", "9d"], .done), ("user:1", [], .expiring),
        ("user:1", ["--at", "11d"], .tokenRefused),
        ("user:1", ["--at", "2026-11-30T18:15:01Z", "--within", "0s"], .done),
        ("user:1", ["--at", "2026-11-30T18:15:02Z", "--within", "0s"], .tokenRefused),
        ("user:1", ["--at", "2026-11-30", "--within", "1d"], .expiring),
        ("page:1", [], .expiring), ("page:1", ["--within", "4d"], .done),
        ("page:1", ["--at", "6d"], .tokenRefused), ("page:2", ["--at", "1d"], .done),
    ])
    func `either expiry counts, at the requested time`(
        reference: String, options: [String], status: Console.ExitStatus
    ) async throws {
        try world.store("user:1", "FAKE") {
            $0.expiresAt = .at(TestWorld.startTime + 10 * Self.day)
        }
        try world.store("page:1", "FAKE") { metadata in
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime + 5 * Self.day)
        }
        try world.store("page:2", "FAKE") { $0.expiresAt = .never }
        #expect(await world.run(["check", reference] + options).status == status)
    }

    @Test func `an invalid token outweighs an expiring one`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + 1) }
        #expect(await world.run("check").status == .expiring)
        try world.store("user:2", "FAKE") { $0.validity = .invalid(reason: nil) }
        #expect(await world.run("check").status == .tokenRefused)
    }

    @Test(arguments: [
        ["--within", "soon"], ["--within", ""], ["--at", "soon"], ["--at", "2026-02-30"],
        ["--format", "xml"], ["--graph-url", "http://graph.facebook.com"],
        ["--graph-version", "26"],
    ])
    func `invalid options are usage errors`(options: [String]) async {
        let ending = await world.run(["check"] + options)
        #expect(ending.status == .usage)
        #expect(ending.output == "")
    }

    @Test func `only the named entries are checked`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
        try world.store("user:2", "FAKE") { $0.validity = .invalid(reason: nil) }
        #expect(await world.run("check", "user:1").status == .done)
        #expect(await world.run("check", "user:1", "user:2").status == .tokenRefused)
        #expect(await world.run("check", "user:3").status == .missing)
    }

    @Test func `the JSON has a status, and a reason and advice for each entry`() async throws {
        try world.store("page:1", "FAKE") { $0.expiresAt = .never }
        var object = try await world.run("check", "--format", "json").object()
        #expect(object["status"] as? String == "ok")
        try world.store("user:2", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + Self.day) }
        object = try await world.run("check", "--json").object()
        #expect(object["status"] as? String == "warning")
        try world.store("user:3", "FAKE") { metadata in
            metadata.validity = .invalid(reason: "Meta's error 190/460: FAKE")
        }
        object = try await world.run("check", "--json").object()
        #expect(object["status"] as? String == "critical")

        #expect(Set(object.keys) == ["status", "versions", "entries"])
        let entries = try #require(object["entries"] as? [[String: Any]])
        for entry in entries {
            #expect(Set(entry.keys) == ListAndShowTests.keys.union(["reason", "advice"]))
        }
        #expect(entries.map { $0["status"] as? String } == ["invalid", "expiring", "ok"])
        #expect(
            entries.map { $0["reason"] as? String } == ["Meta's error 190/460: FAKE", nil, nil])
        #expect(
            entries.map { $0["advice"] as? String }
                == ["tokenvault add user:3 --replace", "tokenvault add user:2 --replace", nil])
        // With an app secret, the token can be exchanged.
        try world.store("app:1", "FAKE")
        object = try await world.run("check", "--json", "user:2").object()
        let advice = (object["entries"] as? [[String: Any]])?.first?["advice"] as? String
        #expect(advice == "tokenvault exchange")
    }

    @Test func `the most urgent token comes first`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
        try world.store("user:2", "FAKE") {
            $0.expiresAt = .at(TestWorld.startTime + 90 * Self.day)
        }
        try world.store("user:3", "FAKE") { metadata in
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime + 3 * Self.day)
        }
        try world.store("user:4", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + 2 * Self.day) }
        try world.store("user:5", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + -5) }
        try world.store("user:6", "FAKE") { $0.validity = .invalid(reason: nil) }
        let object = try await world.run("check", "--json").object()
        let entries = try #require(object["entries"] as? [[String: Any]])
        #expect(
            entries.map { $0["id"] as? String } == ["6", "5", "4", "3", "2", "1"])
    }

    @Test func `the table shows the remaining life and the reasons`() async throws {
        try world.store("user:1", "FAKE") {
            $0.expiresAt = .at(TestWorld.startTime + 30 * Self.day)
        }
        try world.store("user:2", "FAKE") { metadata in
            metadata.validity = .invalid(reason: "FAKE \u{1B}[31mreason")
        }
        let output = await world.run("check").output
        #expect(output.contains("██████······"))
        #expect(output.contains("user:2: FAKE \u{FFFD}[31mreason"))
        #expect(output.contains("in 30 days"))
    }

    @Test func `the table fits the terminal`() async throws {
        try world.store("page:1020000000000001", "FAKE") { metadata in
            metadata.name = String(repeating: "Fake 日本語 ", count: 12)
            metadata.expiresAt = .at(TestWorld.startTime + 30 * Self.day)
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime + 60 * Self.day)
        }
        for columns in [30, 60, 80, 100] {
            world.setColumns(columns)
            for line in await world.run("check").output.split(separator: "\n") {
                #expect(DisplayText.columns(of: String(line)) <= columns)
            }
        }
    }
}
