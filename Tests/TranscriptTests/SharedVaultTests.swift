import Foundation
import Support
import Testing

// The release program and a real node of etcd.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SharedVaultTests {
    private let cluster: EtcdCluster
    private let one: TemporaryHome
    private let other: TemporaryHome

    init() async throws {
        cluster = try await EtcdCluster(size: 1)
        one = try await TemporaryHome.withVault()
        other = try TemporaryHome()
        let key = try Data(contentsOf: URL(filePath: "\(one.parent)/machine.key"))
        try other.write(key, to: "../machine.key")
    }

    private var connection: [String] {
        [
            cluster.address(prefix: "tokenvault/transcript"), "--ca-file",
            cluster.authority.certificate, "--cert", cluster.client.certificate, "--cert-key",
            cluster.client.privateKey, "--user", cluster.user, "--password-file",
            cluster.passwordFile,
        ]
    }

    private func share() async throws {
        let added = try await one.run(["remote", "add"] + connection)
        try #require(added.status == 0, "\(added.errors)")
        let cloned = try await other.run(["clone"] + connection)
        try #require(cloned.status == 0, "\(cloned.errors)")
    }

    @Test func `two machines share a vault, and the small program hands --fresh over`() async throws
    {
        defer { cluster.stop() }
        try await share()
        #expect(try await one.run("add", "page:1", input: "EAAFAKE1").status == 0)
        let fresh = try await other.run("get", "--fresh", "page:1")
        #expect(fresh.text == "EAAFAKE1\n" && fresh.errors.isEmpty, "\(fresh.errors)")
        #expect(try await other.run("get", "--max-stale", "1m", "page:1").text == "EAAFAKE1\n")
        let changed = try await other.run(
            "passphrase", "--kdf", "interactive", "--generate",
            environment: TemporaryHome.passphrase())
        #expect(changed.status == 0, "\(changed.errors)")
        let new = changed.text.trimmingCharacters(in: .newlines)
        #expect(try await one.run("sync").status == 0)
        let listed = try await one.run("list", environment: TemporaryHome.passphrase(new))
        #expect(listed.status == 0, "\(listed.errors)")
        let checked = try await one.run("doctor", "--json")
        for subject in ["the store of the vault", "alarms of etcd", "the age of the shared vault"] {
            #expect(checked.text.contains("\"\(subject)\""), "\(checked.text)")
        }
    }

    @Test func `a lost answer is not no, and an expired login is renewed`() async throws {
        defer { cluster.stop() }
        try await share()
        let mode = try one.write("pass", to: "../mode")
        let node = cluster.nodes[0]
        let relay = try await PythonServer.relaying(to: node, of: cluster, mode: mode, in: one)
        let settings = String(decoding: try one.contents("vault.remote"), as: UTF8.self)
        try one.write(
            settings.replacing("localhost:\(node.port)", with: "localhost:\(relay.port)"),
            to: "vault.remote")
        func succeed(_ arguments: String..., input: String? = nil) async throws {
            let run = try await one.run(arguments, input: input)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            #expect(!run.errors.contains("not shared yet"), "\(arguments): \(run.errors)")
        }
        try one.write("lose", to: "../mode")
        try await succeed("add", "page:1", input: "EAAFAKE1")
        try await succeed("rename", "page:1", "First")
        try await succeed("rotate", "--no-verify", TemporaryHome.app, input: "FAKEsecret0002")
        try one.write("expire", to: "../mode")
        try await succeed("add", "page:2", input: "EAAFAKE2")
        #expect(String(decoding: try one.contents("../mode"), as: UTF8.self) == "pass")
        #expect(try await other.run("sync").status == 0)
        #expect(try await other.run("get", "page:First").text == "EAAFAKE1\n")
        #expect(try await other.run("get", TemporaryHome.app).text == "FAKEsecret0002\n")
        #expect(try await other.run("get", "page:2").text == "EAAFAKE2\n")
        #expect(try one.contents("vault") == other.contents("vault"))
        #expect(
            try one.allFiles().filter { $0.hasPrefix("vault.") }.sorted() == [
                "vault.lock", "vault.remote", "vault.sync", "vault.sync.lock",
            ])
    }

    @Test func `sync says why the store does nothing`() async throws {
        defer { cluster.stop() }
        try await share()
        try one.write("FAKEwrong1\n", to: "wrong")
        let settings = try one.contents("vault.remote")
        let text = String(decoding: settings, as: UTF8.self)
        func sync(_ settings: String) async throws -> ProgramRun {
            try one.write(Data(settings.utf8), to: "vault.remote")
            return try await one.run("sync")
        }
        let refused = try await sync(
            text.replacing(cluster.passwordFile, with: "\(one.path)/wrong"))
        #expect(refused.status == 69 && refused.hasFailedProperly)
        #expect(refused.errors.contains("does not accept the user and password"))
        #expect(!refused.errors.contains("FAKEwrong1"))
        let forbidden = try await sync(text.replacing("tokenvault/transcript", with: "others/keys"))
        #expect(forbidden.status == 69 && forbidden.errors.contains("has no right to the keys"))
        let named = try await cluster.authority.issue("named", subject: "/CN=ann")
        let refusedName = try await sync(
            text.replacing(cluster.client.certificate, with: named.certificate)
                .replacing(cluster.client.privateKey, with: named.privateKey))
        #expect(refusedName.status == 69 && refusedName.errors.contains("common name (CN)"))
        let broken = try await sync("{}\n")
        #expect(broken.status == 78 && broken.hasFailedProperly, "\(broken.errors)")
        #expect(try await sync(text).status == 0)
        cluster.stop()
        let away = try await one.run("sync")
        #expect(away.status == 69 && away.errors.contains("cannot reach the store"))
        #expect(try await one.run("get", TemporaryHome.app).text == "FAKEsecret0001\n")
    }
}
