import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `check --format prometheus`, as node_exporter's textfile collector reads it.
@Suite struct PrometheusTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    @Test func `times are in seconds, and unknown values are left out`() async throws {
        try world.store("user:1", "FAKE") { metadata in
            metadata.name = "Ann Fake"
            metadata.expiresAt = .at(Timestamp(1_800_432_000))
            metadata.dataAccessExpiresAt = .never
        }
        try world.store("page:2", "FAKE") { $0.validity = .invalid(reason: nil) }
        let lines = try await lines()
        let ann = #"{ref="user:1",kind="user",name="Ann Fake"}"#
        let page = #"{ref="page:2",kind="page",name=""}"#
        #expect(lines.contains("tokenvault_token_expires_timestamp_seconds\(ann) 1800432000"))
        #expect(
            lines.contains("tokenvault_token_data_access_expires_timestamp_seconds\(ann) +Inf"))
        #expect(lines.contains("tokenvault_token_ok\(ann) 1"))
        #expect(lines.contains("tokenvault_token_ok\(page) 0"))
        #expect(lines.contains("tokenvault_check_timestamp_seconds 1795198502"))
        #expect(!lines.contains { $0.contains("expires") && $0.contains("page:2") })
    }

    @Test func `names cannot break out of their label`() async throws {
        try world.store("user:1", "FAKE") { metadata in
            metadata.name = "a\"} 1\nb\\\"{\u{1B}"
            metadata.expiresAt = .never
        }
        let ok = try await lines().filter { $0.hasPrefix("tokenvault_token_ok{") }
        #expect(
            ok == [
                "tokenvault_token_ok{ref=\"user:1\",kind=\"user\","
                    + "name=\"a\\\"} 1\u{FFFD}b\\\\\\\"{\u{FFFD}\"} 1"
            ])
    }

    @Test func `each metric is described before its values`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
        var described: Set<Substring> = []
        for line in try await lines() {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# TYPE") {
                #expect(words.last == "gauge")
                described.insert(words[2])
            } else if !line.hasPrefix("#") {
                #expect(described.contains(line.prefix { $0 != "{" && $0 != " " }))
            }
        }
        #expect(described.count == 4)
    }

    @Test func `the exit status does not depend on the format`() async throws {
        try world.store("user:1", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + 5) }
        #expect(await world.run("check", "--format", "prometheus").status == .expiring)
    }

    private func lines() async throws -> [String] {
        let output = await world.run("check", "--format", "prometheus").output
        #expect(output.hasSuffix("\n"))
        return output.split(separator: "\n").map(String.init)
    }
}
