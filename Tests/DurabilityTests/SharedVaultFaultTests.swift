import Foundation
import Support
import Testing

// What can happen to a store, and to the machines that share it.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct SharedVaultFaultTests {
    @Test func `a store put back from an older copy is noticed, and --restore merges`() async throws
    {
        let shared = try await SharedHomes(3)
        let cluster = shared.cluster
        let node = cluster.nodes[0]
        let data = "\(cluster.folder.path)/\(node.name)"
        let files = FileManager.default
        try await shared.succeed(0, "add", "page:2", input: "EAAFAKE2")
        node.kill()
        try files.copyItem(atPath: data, toPath: "\(data).backup")
        try cluster.start(node)
        try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#)
        // The second machine sees what is lost later; the third does not.
        try await shared.succeed(1, "add", "page:3", input: "EAAFAKE3")
        try await shared.succeed(0, "sync")
        node.kill()
        try files.removeItem(atPath: data)
        try files.moveItem(atPath: "\(data).backup", toPath: data)
        try cluster.start(node)
        try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#)

        let synced = try await shared.run(0, "sync")
        #expect(synced.status == 65 && synced.errors.contains("sync --restore"), "\(synced.errors)")
        #expect(try await shared.secret(0, "page:3") == "EAAFAKE3")
        let added = try await shared.run(0, "add", "page:4", input: "EAAFAKE4")
        #expect(added.status == 0 && added.errors.contains("not shared yet"), "\(added.errors)")
        // On the third machine, nothing is wrong yet.
        try await shared.succeed(2, "add", "page:5", input: "EAAFAKE5")
        try await shared.succeed(0, "sync", "--restore")
        for machine in [1, 2] { try await shared.succeed(machine, "sync", "--restore") }
        try await shared.settle()
        for number in 1...5 {
            #expect(try await shared.secret(2, "page:\(number)") == "EAAFAKE\(number)")
        }
    }

    @Test func `a store that lost the vault gets it back with --restore`() async throws {
        let shared = try await SharedHomes()
        let key = Data("tokenvault/".utf8).base64EncodedString()
        let end = Data("tokenvault0".utf8).base64EncodedString()
        try await shared.cluster.request(
            "/v3/kv/deleterange", #"{"key":"\#(key)","range_end":"\#(end)"}"#)
        let synced = try await shared.run(1, "sync")
        #expect(synced.status == 65 && synced.errors.contains("no longer in the store"))
        let added = try await shared.run(1, "add", "page:2", input: "EAAFAKE2")
        #expect(added.status == 0 && added.errors.contains("not shared yet"), "\(added.errors)")
        try await shared.succeed(1, "sync", "--restore")
        try await shared.settle()
        #expect(try await shared.secret(0, "page:2") == "EAAFAKE2")
    }

    @Test func `compaction removes only what nobody needs`() async throws {
        let shared = try await SharedHomes()
        // More than a mebibyte, so in parts.
        for number in 2...20 {
            let added = try await shared.run(
                0, "add", "page:\(number)",
                input: "EAAFAKE\(number)" + String(repeating: "x", count: 60_000))
            try #require(added.status == 0 && !added.errors.contains("not shared yet"))
        }
        try await compact(shared.cluster)
        try await shared.succeed(1, "sync")
        try await shared.succeed(1, "add", "page:21", input: "EAAFAKE21")
        try await compact(shared.cluster)
        try await shared.settle()
        #expect(try await shared.secret(0, "page:21") == "EAAFAKE21")
    }

    private func compact(_ cluster: EtcdCluster) async throws {
        let reply = try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#)
        let revision = try #require(reply.firstMatch(of: /"revision":"([0-9]+)"/)?.1)
        try await cluster.request(
            "/v3/kv/compaction", #"{"revision":"\#(revision)","physical":true}"#)
    }

    @Test func `a full store takes nothing, and what waits is shared once there is room`()
        async throws
    {
        let shared = try await SharedHomes(quota: 4 << 20)
        let cluster = shared.cluster
        // Each change adds the whole file to etcd's history.
        var (number, added) = (1, try await shared.run(0, "list"))
        while number < 40, !added.errors.contains("not shared yet") {
            number += 1
            added = try await shared.run(
                0, "add", "page:\(number)",
                input: "EAAFAKE\(number)" + String(repeating: "x", count: 60_000))
        }
        #expect(added.status == 0 && added.errors.contains("NOSPACE"), "\(added.errors)")
        let last = try await shared.secret(0, "page:\(number)")
        #expect(last?.hasPrefix("EAAFAKE\(number)x") == true)
        let synced = try await shared.run(0, "sync")
        #expect(synced.status == 69 && synced.errors.contains("NOSPACE"), "\(synced.errors)")
        let examined = try await shared.run(0, "doctor", "--json")
        #expect(examined.status == 1 && examined.output.contains("NOSPACE"), "\(examined.output)")
        // Reading goes on.
        try await shared.succeed(1, "sync")

        try await compact(cluster)
        try await cluster.request("/v3/maintenance/defragment", "{}")
        let alarms = try await cluster.request("/v3/maintenance/alarm", "{}")
        let member = try #require(alarms.firstMatch(of: /"memberID":"([0-9]+)"/)?.1, "\(alarms)")
        try await cluster.request(
            "/v3/maintenance/alarm",
            #"{"action":"DEACTIVATE","alarm":"NOSPACE","memberID":"\#(member)"}"#)
        try await shared.settle()
        #expect(try await shared.secret(1, "page:\(number)") == last)
    }

    @Test func `a vault larger than a request is shared in parts, up to 16 MiB`() async throws {
        let shared = try await SharedHomes()
        let home = shared.homes[0]
        // Written at once; one entry at a time would take long.
        try await home.reference(
            """
            vault = vaults.read(contents(vault_path), key_file=contents(key_path))
            history = [one for one in vault.records if one.reference.startswith(b"history:")]
            more = [record(b"page:%d" % number, b"EAAFAKE" + b"x" * 60_000) for number in range(2, 40)]
            records = history + [one for one in vault.records if one not in history] + more
            records.sort(key=lambda one: one.reference)
            put(vault_path, writer.encode(writer.next_generation(dataclasses.replace(vault, records=records))))
            """)
        // As after a save by an older program: what it did stays, and a person is asked.
        let synced = try await shared.run(0, "sync")
        #expect(synced.status == 65, "\(synced.errors)")
        try await shared.succeed(0, "sync", "--restore")
        try await shared.settle()
        #expect(
            try FileManager.default.attributesOfItem(atPath: home.vault)[.size] as? Int ?? 0 > 2
                << 20)
        try await shared.succeed(1, "remove", "page:2")
        try await shared.settle()
        let listed = try await shared.run(0, "list", "--json")
        #expect(!listed.output.contains(#""page:2""#) && listed.output.contains(#""page:39""#))
        #expect(!listed.output.contains("history"))
    }

    @Test func `a machine whose key was removed neither sees nor brings in anything`() async throws
    {
        let shared = try await SharedHomes(3)
        let first = shared.homes[0]
        let removed = try await shared.run(
            0, "key", "remove", "web1", "--passphrase-file", first.passphraseFile)
        try #require(removed.status == 0, "\(removed.errors)")
        try await shared.succeed(0, "add", "page:2", input: "EAAFAKE2")
        let synced = try await shared.run(1, "sync")
        #expect(synced.status == 77 && synced.output.isEmpty, "\(synced.errors)")
        #expect(try await shared.secret(1, "page:1") == "EAAFAKE1")
        let added = try await shared.run(1, "add", "page:3", input: "EAAFAKE3")
        #expect(added.errors.contains("not shared yet"), "\(added.errors)")
        #expect(try await shared.secret(1, "page:2") == nil)
        try await shared.succeed(2, "sync")
        #expect(try await shared.secret(2, "page:2") == "EAAFAKE2")
        #expect(try await shared.secret(2, "page:3") == nil)
        let again = try await shared.run(1, "sync", "--restore")
        #expect(again.status == 77, "\(again.errors)")
        try await shared.succeed(2, "sync")
        #expect(try await shared.secret(2, "page:3") == nil)
    }

    @Test func `wrong clocks lose nothing`() async throws {
        let shared = try await SharedHomes()
        let (cluster, other) = (shared.cluster, shared.homes[1])
        let clock = try ShiftedClock()
        func runOther(_ arguments: String..., input: String = "") async throws -> Outcome {
            try await Child(
                clock.launcher[0], [clock.launcher[1], ProgramUnderTest.path] + arguments,
                environment: other.environment.merging(["TOKENVAULT_KEY_FILE": other.keyFile]) {
                    $1
                },
                input: input, scratch: other.scratch
            ).outcome()
        }
        for node in cluster.nodes { node.kill() }
        // Certificates are valid for two days.
        let day = 86_400
        try clock.shift(by: day)
        let replaced = try await runOther("add", "page:1", "--replace", input: "EAAFAKEahead")
        #expect(replaced.status == 0, "\(replaced.errors)")
        #expect(try await runOther("add", "page:3", input: "EAAFAKE3").status == 0)
        _ = try await shared.run(0, "add", "page:1", "--replace", input: "EAAFAKEtoday")
        for node in cluster.nodes { try cluster.start(node) }
        try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#)
        #expect(try await runOther("sync").status == 0)
        try await shared.succeed(0, "sync")
        #expect(try await shared.secret(0, "page:1") == "EAAFAKEahead")
        #expect(try await shared.secret(0, "page:1~previous") == "EAAFAKEtoday")
        // What was changed from there is newer, whatever the clocks say.
        try await shared.succeed(0, "add", "page:1", "--replace", input: "EAAFAKElast")
        try await shared.succeed(0, "remove", "page:3")
        try await shared.succeed(1, "sync")
        #expect(try await shared.secret(1, "page:1") == "EAAFAKElast")
        #expect(try await shared.secret(1, "page:3") == nil)
        // A copy of yesterday is old, and one of tomorrow has no age.
        let old = try await runOther("get", "--max-stale", "1h", "page:1")
        #expect(old.status == 1 && old.output.isEmpty, "\(old.errors)")
        #expect(try await runOther("sync").status == 0)
        #expect(try await runOther("get", "--max-stale", "1m", "page:1").status == 0)
        let unknown = try await shared.run(1, "get", "--max-stale", "30d", "page:1")
        #expect(unknown.status == 1 && unknown.output.isEmpty, "\(unknown.errors)")
        let warned = try await runOther("doctor")
        #expect(warned.output.contains("clock"), "\(warned.output)")
        #expect(!warned.output.contains("ok       this machine's clock and that of etcd"))
        // So far off that no certificate is valid.
        try clock.shift(by: 400 * day)
        let refused = try await runOther("sync")
        #expect(refused.status == 69, "\(refused.errors)")
        #expect(try await runOther("get", "page:1").output == "EAAFAKElast\n")
        try await shared.settle()
    }

    @Test func `a state of a later version is left alone`() async throws {
        let shared = try await SharedHomes()
        let key = Data("tokenvault/".utf8).base64EncodedString()
        let end = Data("tokenvault0".utf8).base64EncodedString()
        let reply = try await shared.cluster.request(
            "/v3/kv/range", #"{"key":"\#(key)","range_end":"\#(end)"}"#)
        let name = try #require(reply.firstMatch(of: /"key":"([^"]+)"/)?.1)
        let value = Data(#"{"format":2}"#.utf8 + [10]).base64EncodedString()
        try await shared.cluster.request("/v3/kv/put", #"{"key":"\#(name)","value":"\#(value)"}"#)
        let synced = try await shared.run(0, "sync")
        #expect(synced.status == 65 && synced.errors.contains("newer version"), "\(synced.errors)")
        let added = try await shared.run(0, "add", "page:2", input: "EAAFAKE2")
        #expect(added.status == 0 && added.errors.contains("not shared yet"), "\(added.errors)")
        let after = try await shared.cluster.request(
            "/v3/kv/range", #"{"key":"\#(key)","range_end":"\#(end)"}"#)
        #expect(after.contains(value))
    }
}
