import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Warnings about the versions of Meta's APIs, in tests that begin on November 20, 2026.
@Suite struct VersionTests {
    let world: TestWorld
    private static let read = "(dates read on 2026-11-29); use a later version"
    private static let v20 =
        "v20.0 of the Graph API ended on 2026-09-24, 58 days ago \(read)"
    private static let v21 = "v21.0 of the Graph API ends on 2027-01-21, in 61 days \(read)"
    private static let v21ForAds =
        "v21.0 of the Marketing API ended on 2025-09-09, 438 days ago \(read)"

    init() throws {
        world = try TestWorld()
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
    }

    private func lines(_ warnings: String...) -> String {
        warnings.map { "tokenvault: warning: \($0)\n" }.joined()
    }

    @Test func `a version that ends within 90 days or has ended is a warning, and no failure`()
        async
    {
        for format in ["table", "prometheus"] {
            let options = ["check", "--format", format, "--graph-version"]
            let ended = await world.run(options + ["v20.0"])
            #expect(ended.status == .done && ended.notes == lines(Self.v20))
            let both = await world.run(options + ["v21.0", "--quiet"])
            #expect(both.status == .done && both.notes == lines(Self.v21, Self.v21ForAds))
        }
    }

    @Test(arguments: ["v26.0", "v25.0", "v22.0", "v99.0", "v2.12", "none"])
    func `a version with a later or unknown end is not reported`(version: String) async {
        #expect(await world.run("check", "--graph-version", version).notes == "")
        world.set("TOKENVAULT_GRAPH_VERSION", version)
        #expect(await world.run("check").notes == "")
    }

    @Test func `the default version is not reported`() async {
        #expect(await world.run("check").notes == "")
    }

    @Test func `the variable counts, and the option more`() async {
        world.set("TOKENVAULT_GRAPH_VERSION", "v20.0")
        #expect(await world.run("check").notes == lines(Self.v20))
        #expect(await world.run("check", "--graph-version", "v22.0").notes == "")
    }

    @Test(arguments: [
        ("2027-02-18T23:59:59Z", nil), ("2027-02-19T00:00:00Z", "ends on 2027-05-20, in 90 days"),
        ("2027-05-19T23:59:59Z", "ends on 2027-05-20, in 1 second"),
        ("2027-05-20T00:00:00Z", "ended on 2027-05-20, 0 seconds ago"),
        ("2027-05-21T00:00:00Z", "ended on 2027-05-20, 1 day ago"),
        ("9999-12-31T23:59:59Z", "ended on 2027-05-20, "),
        ("0001-01-01T00:00:00Z", nil),
    ])
    func `the warning begins 90 days ahead`(moment: String, words: String?) async throws {
        let options = ["check", "--graph-version", "v22.0"]
        let start = "tokenvault: warning: v22.0 of the Graph API "
        let expected = words.map { start + $0 } ?? ""
        let ending = await world.run(options + ["--at", moment])
        #expect(ending.notes.hasPrefix(expected) && ending.notes.isEmpty == expected.isEmpty)
        // The same with the clock, in the years in which a token can be stored.
        let time = try #require(Timestamp(rfc3339UTC: moment))
        guard moment.hasPrefix("2027") else { return }
        world.simulation.setTime(Int(time.seconds))
        #expect(await world.run(options).notes == ending.notes)
    }

    @Test func `the JSON has the versions in use, with null for an unknown end`() async throws {
        func versions(_ options: String...) async throws -> [[String]] {
            let ending = await world.run(["check", "--json"] + options)
            #expect(ending.status == .done)
            let versions = try #require(try ending.object()["versions"] as? [[String: Any]])
            #expect(versions.allSatisfy { Set($0.keys) == ["api", "version", "ends"] })
            return versions.map { version in
                ["api", "version", "ends"].map { version[$0] as? String ?? "null" }
            }
        }
        #expect(
            try await versions() == [["graph", "v26.0", "null"], ["marketing", "v26.0", "null"]])
        let v24 = [
            ["graph", "v24.0", "2028-02-18T00:00:00Z"],
            ["marketing", "v24.0", "2026-10-06T00:00:00Z"],
        ]
        #expect(try await versions("--graph-version", "v24.0") == v24)
        // Named entries take another path through the program.
        #expect(try await versions("--graph-version", "v24.0", "user:1") == v24)
        #expect(try await versions("--graph-version", "none") == [])
    }

    @Test func `Prometheus gets the ends that are known`() async {
        let name = "tokenvault_api_version_ends_timestamp_seconds"
        func metric(_ version: String) async -> [Substring] {
            await world.run("check", "--format", "prometheus", "--graph-version", version).output
                .split(separator: "\n").filter { $0.contains(name) }
        }
        #expect(
            await metric("v24.0") == [
                "# HELP \(name) When the version of Meta's API ends.", "# TYPE \(name) gauge",
                #"\#(name){api="graph",version="v24.0"} 1834444800"#,
                #"\#(name){api="marketing",version="v24.0"} 1791244800"#,
            ])
        #expect(await metric("v25.0").last == #"\#(name){api="graph",version="v25.0"} 1848441600"#)
        #expect(await metric("v26.0") == [])
        #expect(await metric("none") == [])
    }

    @Test func `expired tokens decide the status, whatever ends`() async throws {
        try world.store("user:2", "FAKE") { $0.validity = .invalid(reason: nil) }
        let ending = await world.run("check", "--graph-version", "v20.0")
        #expect(ending.status == .tokenRefused && ending.notes == lines(Self.v20))
    }

    @Test func `another version that answers is one warning of any command`() async throws {
        try world.storeUser()
        world.allow(.simulation)
        var fault = Fault(.usage)
        fault.headers = ["facebook-api-version": "v27.0"]
        world.fail(fault)
        let warning = lines("Meta answered with v27.0 of the Graph API instead of v26.0")
        let user = "user:10200000000000009"
        let check = await world.run("check", "--online", user)
        #expect(check.status == .done && check.notes == warning)
        let pages = await world.run("pages", "--quiet", "--user", user)
        #expect(pages.status == .done && pages.notes.contains(warning))
        #expect(world.calls.count >= 2)
        #expect(await world.run("check", "--online", user, "--graph-version", "none").notes == "")
        world.fail()
        #expect(await world.run("check", "--online", user).notes == "")
    }

    @Test func `a command that fails warns too`() async throws {
        try world.storeUser()
        world.allow(.simulation)
        var fault = Fault(.error, at: "accounts")
        fault.code = 4
        fault.headers = ["facebook-api-version": "v27.0"]
        world.fail(fault)
        let ending = await world.run("pages", "--user", "user:10200000000000009")
        #expect(ending.status == .tryLater)
        #expect(
            ending.notes
                == lines("Meta answered with v27.0 of the Graph API instead of v26.0"))
    }
}
