import Foundation
import GraphSimulator
import Testing

// `check` without `--online`, which uses only what is stored.
struct CheckTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    /// A user token that expires in 60 days and page tokens that never do, all with data access for 90 days.
    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    @Test(arguments: [
        (0, []), (0, ["--within", "59d"]), (1, ["--within", "61d"]), (0, ["--at", "45d"]),
        (1, ["--at", "47d"]), (2, ["--at", "61d"]), (0, ["--at", "47d", "--within", "1d"]),
        (0, [page, "--at", "61d"]), (1, [page, "--at", "80d"]), (2, [page, "--at", "91d"]),
        (1, [page, "--within", "92d"]), (0, [page]), (2, ["--at", "2099-01-01"]),
        (2, ["--at", "2099-01-01T00:00:00+02:00"]), (0, ["--at", "2020-01-01T00:00:00Z"]),
        (0, [TemporaryHome.app, "--at", "91d"]), (1, ["--within", "9w"]),
        (1, [page, user, "--at", "47d"]),
    ])
    func `both expiry times are judged as of the given time`(
        _ status: Int, _ options: [String]
    ) async throws {
        for format in [[], ["--json"], ["--format", "prometheus"], ["--format", "json"]] {
            let run = try await home.run(["check"] + options + format)
            #expect(run.status == Int32(status), "\(options): \(run.text)\(run.errors)")
            #expect(run.errors.isEmpty && !run.output.isEmpty)
        }
        #expect(graph.receivedNoRequests)
    }

    @Test func `the table shows the most urgent token first, and its remaining life`() async throws
    {
        let run = try await home.run("check", "--at", "30d")
        #expect(run.lines.count == 28)
        #expect(run.lines[0].hasPrefix("STATUS  ENTRY"))
        #expect(run.lines[1].hasPrefix("ok      user:10200000000000009"))
        // Half of its life is left: six of twelve cells, one of them perhaps partly filled.
        #expect(run.lines[1].contains("█████") && !run.lines[1].contains("████████"))
        #expect(run.lines[1].contains("·····") && run.lines[1].contains(/in (29|30) days/))
        #expect(run.lines[2...].allSatisfy { $0.contains("████████████  never") })
    }

    @Test func `the JSON has an overall status, and a status and advice for each entry`()
        async throws
    {
        var document = try await home.run("check", "--json").json(CheckDocument.self)
        #expect(document.status == "ok")
        #expect(document.entries.prefix(2).map(\.ref) == [Self.user, Self.page])
        #expect(document.entries.allSatisfy { $0.advice == nil && $0.status == "ok" })
        document = try await home.run("check", "--json", "--at", "80d", Self.user, Self.page).json(
            CheckDocument.self)
        #expect(document.status == "critical")
        #expect(document.entries.map(\.status) == ["expired", "expiring"])
        #expect(document.entries.map(\.advice) == ["tokenvault exchange", "tokenvault pages"])
        document = try await home.run("check", "--json", "--within", "70d")
            .json(CheckDocument.self)
        #expect(document.status == "warning")
    }

    @Test func `an entry in JSON has every key, with null for unknown values`() async throws {
        #expect(try await home.run("add", "user:7", input: "EAAFAKEuser7").status == 0)
        let run = try await home.run("list", "--kind", "user", "--json")
        let entries = try #require(
            try JSONSerialization.jsonObject(with: run.output) as? [[String: Any]])
        let keys: Set = [
            "ref", "kind", "id", "name", "status", "expires_at", "data_access_expires_at", "app",
            "user", "scopes", "tasks", "category", "instagram_id", "instagram_username",
            "added_at", "changed_at", "checked_at",
        ]
        #expect(entries.count == 2 && entries.allSatisfy { Set($0.keys) == keys })
        let unknown = try #require(entries.first { $0["id"] as? String == "7" })
        #expect(unknown["expires_at"] is NSNull && unknown["status"] as? String == "unknown")
    }

    @Test func `each token's expiry is exported in valid Prometheus format`() async throws {
        let run = try await home.run("check", "--format", "prometheus", "--at", "61d")
        #expect(run.status == 2)
        let sample = /[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? ([0-9]+|\+Inf)/
        for line in run.lines where !line.hasPrefix("# HELP ") && !line.hasPrefix("# TYPE ") {
            #expect(line.wholeMatch(of: sample) != nil, "\(line)")
        }
        let labels = #"{ref="user:10200000000000009",kind="user",name="Ann Fake"}"#
        #expect(run.lines.contains("tokenvault_token_ok\(labels) 0"))
        #expect(run.text.contains("tokenvault_token_expires_timestamp_seconds\(labels) "))
        #expect(run.text.contains(#"name="Fake Café"} +Inf"#))
        #expect(run.text.contains("\ntokenvault_check_timestamp_seconds "))
    }

    @Test func `an unknown expiry is shown and is not a failure`() async throws {
        #expect(try await home.run("add", "user:7", input: "EAAFAKEuser7").status == 0)
        let run = try await home.run("check", "user:7")
        #expect(run.status == 0 && run.lines[1].hasPrefix("unknown "))
        #expect(try await home.run("get", "user:7", "--valid-for", "1h").status == 1)
        #expect(try await home.run("get", "user:7").status == 0)
    }

    @Test(arguments: [
        (0, ["--expires", "never"]), (0, ["--expires", "60d"]), (1, ["--expires", "12h"]),
        (1, ["--expires", "13d"]), (2, ["--expires", "2020-01-01"]),
        (2, ["--expires", "2020-01-01T00:00:00Z"]),
    ])
    func `the expiry given to add is the one that counts`(
        _ status: Int, _ options: [String]
    ) async throws {
        let added = try await home.run(["add", "system:7"] + options, input: "EAAFAKEsystem7")
        #expect(added.status == 0)
        #expect(try await home.run("check", "system:7").status == Int32(status))
        let got = try await home.run("get", "system:7")
        #expect(got.status == (status == 2 ? 2 : 0) && (status == 2) == got.output.isEmpty)
        let anyway = try await home.run("get", "system:7", "--allow-expired")
        #expect(anyway.text == "EAAFAKEsystem7\n")
    }

    @Test(arguments: [
        (0, ["--valid-for", "59d"]), (1, ["--valid-for", "61d"]),
        (0, ["--require-scope", "pages_show_list"]), (2, ["--require-scope", "ads_management"]),
        (2, ["--require-scope", "pages_show_list", "--require-scope", "ads_management"]),
    ])
    func `get fails for a token that does not meet the requirements`(
        _ status: Int, _ options: [String]
    ) async throws {
        let run = try await home.run(["get", Self.user] + options)
        #expect(run.status == Int32(status))
        #expect(run.text == (status == 0 ? "EAAFAKElong0001\n" : ""))
        #expect(status == 0 || run.hasFailedProperly)
    }

    @Test func `with nothing stored it says so and succeeds`() async throws {
        let home = try await TemporaryHome.withVault()
        let run = try await home.run("check")
        #expect(run.status == 0 && run.text == "no tokens in the vault\n")
        let document = try await home.run("check", "--json").json(CheckDocument.self)
        #expect(document.status == "ok" && document.entries.isEmpty)
    }
}
