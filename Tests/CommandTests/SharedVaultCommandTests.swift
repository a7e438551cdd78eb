import Foundation
import Platform
import Support
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What commands do with a vault that two machines share through a store in memory.
@Suite struct SharedVaultCommandTests {
    private static let address = "etcd://etcd1.example.com/tokenvault"

    private let store = MemoryStore()
    private let one: TestWorld
    private let other: TestWorld

    init() async throws {
        one = try TestWorld(store: store)
        other = try TestWorld(hasVault: false, store: store)
        other.set("TOKENVAULT_KEY_FILE", "\(one.directory)/key")
        #expect(await one.run("remote", "add", Self.address).status == .done)
        #expect(await other.run("clone", Self.address).status == .done)
    }

    private func add(_ reference: String, _ secret: String, on world: TestWorld) async -> Ending {
        world.pipe(secret)
        return await world.run("add", reference, "--replace", "--expires", "never")
    }

    private func files(of world: TestWorld) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: world.directory))
    }

    @Test func `a change reaches the other machine`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).notes == "stored page:1\n".prefixed)
        #expect(try !files(of: one).contains("vault.ahead"))
        #expect(await other.run("get", "page:1").status == .missing)
        let synced = await other.run("sync")
        #expect(synced.status == .done)
        #expect(synced.notes == "took what was new in the store\n".prefixed)
        #expect(await other.run("get", "page:1").output == "EAAFAKE1\n")
        #expect(await other.run("sync", "--json").output.contains(#""status" : "current""#))
    }

    @Test func `a command pulls before it changes anything`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        other.pipe("EAAFAKE2")
        #expect(await other.run("add", "page:1").status == .exists)
        #expect(await other.run("rename", "page:1", "bakery").status == .done)
        #expect(await one.run("sync").status == .done)
        #expect(await one.run("get", "page:bakery").output == "EAAFAKE1\n")
        #expect(await one.run("remove", "page:bakery").status == .done)
        #expect(await other.run("sync").status == .done)
        #expect(await other.run("get", "page:1").status == .missing)
    }

    @Test func `without the store, work goes on, and is shared later`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        await store.setAway(true)
        let ending = await add("page:1", "EAAFAKE2", on: one)
        #expect(ending.status == .done)
        #expect(
            ending.notes.contains(
                "saved on this machine, but not shared yet: the store did not answer\n"))
        // The small program and the large one read what is ahead.
        #expect(await one.run("get", "page:1").output == "EAAFAKE2\n")
        #expect(await one.run("show", "page:1").status == .done)
        #expect(await one.run("status", "--json").output.contains(#""ahead" : true"#))
        #expect(await one.run("sync").failure?.status == .unreachable)
        #expect(await other.run("get", "--fresh", "page:1").status == .unreachable)
        await store.setAway(false)
        #expect(await one.run("sync").status == .done)
        #expect(await one.run("status", "--json").output.contains(#""ahead" : false"#))
        #expect(await other.run("get", "--fresh", "page:1").output == "EAAFAKE2\n")
    }

    @Test func `--require-shared fails before anything is asked or changed`() async throws {
        await store.setAway(true)
        one.pipe("EAAFAKE1")
        let ending = await one.run("add", "page:1", "--require-shared")
        #expect(ending.failure?.id == "store-unreachable" && ending.status == .unreachable)
        #expect(try !files(of: one).contains("vault.ahead"))
        #expect(await one.run("refresh", "--all", "--require-shared").status == .unreachable)
        let alone = try TestWorld()
        #expect(await alone.run("refresh", "--require-shared").failure?.id == "vault-not-shared")
    }

    @Test func `an app secret is rotated in the store, or not at all`() async throws {
        #expect(await add("app:1234567890123456", "FAKEsecret0001", on: one).status == .done)
        await store.setAway(true)
        one.pipe("FAKEsecret0002")
        let arguments = ["rotate", "app:1234567890123456", "--no-verify"]
        #expect(await one.run(arguments).status == .unreachable)
        #expect(await one.run("get", "app:1234567890123456").output == "FAKEsecret0001\n")
        await store.setAway(false)
        #expect(await one.run(arguments).status == .done)
        #expect(try !files(of: one).contains("vault.ahead"))
        #expect(
            await other.run("get", "--fresh", "app:1234567890123456").output == "FAKEsecret0002\n")
        #expect(await other.run(["rotate", "app:1234567890123456", "--undo"]).status == .done)
        #expect(
            await one.run("get", "--fresh", "app:1234567890123456").output == "FAKEsecret0001\n")
    }

    @Test func `machine keys are changed in the store, or not at all`() async throws {
        one.setPassphrase("FAKE pass")
        await store.setAway(true)
        #expect(
            await one.run("key", "add", "web2", "\(one.directory)/web2").status == .unreachable)
        #expect(try !files(of: one).contains("web2"))
        await store.setAway(false)
        one.setPassphrase("FAKE pass")
        #expect(await one.run("key", "add", "web2", "\(one.directory)/web2").status == .done)
        #expect(await other.run("sync").status == .done)
        #expect(
            await other.run("list", "--key-file", "\(one.directory)/web2").status == .done)
        one.setPassphrase("FAKE pass")
        #expect(await one.run("key", "remove", "web2").status == .done)
        #expect(await add("page:1", "EAAFAKE1", on: other).status == .done)
        #expect(await one.run("get", "--fresh", "page:1").output == "EAAFAKE1\n")
        let removed = await one.run("list", "--key-file", "\(one.directory)/web2")
        #expect(removed.failure?.id == "wrong-machine-key")
    }

    @Test func `both machines have a new token of one page, and the loser is named`() async throws {
        #expect(await add("page:1", "EAAFAKE0", on: one).status == .done)
        #expect(await other.run("sync").status == .done)
        await store.setAway(true)
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        other.wait(60)
        #expect(await add("page:1", "EAAFAKE2", on: other).status == .done)
        await store.setAway(false)
        #expect(await one.run("sync").status == .done)
        let merged = await other.run("sync")
        #expect(merged.notes.contains("another machine replaced page:1 too"))
        #expect(await one.run("sync").status == .done)
        for world in [one, other] {
            #expect(await world.run("get", "page:1").output == "EAAFAKE2\n")
            #expect(await world.run("get", "page:1~previous").output == "EAAFAKE1\n")
        }
    }

    @Test func `refresh passes over what another machine has renewed meanwhile`() async throws {
        #expect(await add("instagram:1", "IGAAFAKE1", on: one).status == .done)
        #expect(await other.run("sync").status == .done)
        let one = one
        // The first read is that before the choice, the second that before Meta is asked.
        await store.interrupt(after: 1) {
            one.wait(60)
            one.pipe("IGAAFAKE2")
            let ending = await one.run(
                "add", "instagram:1", "--replace", "--expires", "60d", "--require-shared")
            #expect(ending.status == .done)
        }
        // A request would fail the test.
        let ending = await other.run("refresh", "--all")
        #expect(ending.status == .done)
        #expect(ending.output.contains("renewed elsewhere"))
        #expect(await other.run("get", "instagram:1").output == "IGAAFAKE2\n")
    }

    @Test func `a store that was put back is noticed, and --restore merges`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        let backup = await store.backup
        #expect(await add("page:2", "EAAFAKE2", on: one).status == .done)
        await store.restore(backup)
        #expect(await one.run("sync").failure?.id == "store-rolled-back")
        #expect(await one.run("get", "page:2").output == "EAAFAKE2\n")
        let ending = await add("page:3", "EAAFAKE3", on: one)
        #expect(ending.status == .done && ending.notes.contains("not shared yet"))
        #expect(await one.run("sync", "--restore").status == .done)
        await store.restore(nil)
        #expect(await one.run("sync").failure?.id == "vault-gone-from-store")
        #expect(await one.run("sync", "--restore").status == .done)
        #expect(await other.run("sync").status == .done)
        #expect(await other.run("get", "page:3").output == "EAAFAKE3\n")
    }

    @Test func `the hook of sync runs when another machine changed a secret`() async throws {
        other.endHooks(.ended(status: 0))
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        #expect(await other.run("sync", "--on-change", "./hook").status == .done)
        let document = other.takeHookRuns().first.map {
            String(decoding: $0.document, as: UTF8.self)
        }
        #expect(document?.contains(#""command":"sync""#) == true)
        #expect(document?.contains(#""ref":"page:1""#) == true)
        #expect(await other.run("sync", "--on-change", "./hook").status == .done)
        #expect(other.takeHookRuns().isEmpty)
    }

    @Test func `the age of the copy is shown, and can be limited`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        one.wait(7_200)
        #expect(await one.run("get", "--max-stale", "3h", "page:1").output == "EAAFAKE1\n")
        let stale = await one.run("get", "--max-stale", "1h", "page:1")
        #expect(stale.failure?.id == "copy-too-old" && stale.status == .expiring)
        #expect(stale.output.isEmpty)
        #expect(await one.run("get", "--max-stale", "soon", "page:1").status == .usage)
        #expect(
            await one.run("get", "--fresh", "--max-stale", "1h", "page:1").output == "EAAFAKE1\n")
        one.wait(60)
        let metrics = await one.run("check", "--format", "prometheus").output
        #expect(metrics.contains("\ntokenvault_sync_age_seconds 60\n"))
        #expect(metrics.contains("\ntokenvault_sync_ahead 0\n"))
        let listed = try await one.run("list", "--json").objects()
        #expect(listed.first?["ahead"] as? Bool == false)
        #expect(listed.first?["synced_at"] is String)
        #expect(await one.run("status").output.contains("shared: synced 1 minute ago"))
        let shown = await one.run("remote", "show")
        #expect(shown.output.hasPrefix(Self.address) && shown.output.contains("nothing"))
    }

    @Test func `remote remove keeps what was not shared yet`() async throws {
        await store.setAway(true)
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        #expect(await one.run("remote", "remove").status == .done)
        #expect(await one.run("get", "page:1").output == "EAAFAKE1\n")
        let left = try files(of: one).filter { $0.hasPrefix("vault.") }
        #expect(left == ["vault.lock", "vault.sync.lock"])
        for arguments in [["sync"], ["remote", "show"], ["remote", "remove"]] {
            #expect(await one.run(arguments).failure?.id == "vault-not-shared", "\(arguments)")
        }
        await store.setAway(false)
        #expect(await one.run("remote", "add", Self.address, "--json").output.contains("joined"))
        #expect(await other.run("get", "--fresh", "page:1").output == "EAAFAKE1\n")
    }

    @Test func `a store that cannot be reached leaves the vault as it was`() async throws {
        let alone = try TestWorld()
        await alone.store.setAway(true)
        #expect(await alone.run("remote", "add", Self.address).status == .unreachable)
        #expect(try files(of: alone).filter { $0.hasPrefix("vault.") } == ["vault.lock"])
        let clone = try TestWorld(hasVault: false, store: alone.store)
        clone.set("TOKENVAULT_KEY_FILE", "\(alone.directory)/key")
        #expect(await clone.run("clone", Self.address).status == .unreachable)
        await alone.store.setAway(false)
        #expect(await clone.run("clone", Self.address).failure?.id == "no-vault-in-store")
        #expect(try !files(of: clone).contains { $0.hasPrefix("vault") })
    }

    @Test func `clone by passphrase asks whether the vault is the right one`() async throws {
        let third = try TestWorld(hasVault: false, store: store)
        third.type("n")
        #expect(await third.run("clone", Self.address).failure?.id == "declined")
        #expect(third.questions.first?.hasPrefix("The vault in the store is ") == true)
        third.type("y", "wrong")
        #expect(await third.run("clone", Self.address).status == .locked)
        #expect(try !files(of: third).contains { $0.hasPrefix("vault") })
        #expect(
            await third.run("clone", Self.address, "--no-input").failure?.id
                == "nobody-to-ask-for-clone")
        third.type("y", "FAKE pass")
        #expect(await third.run("clone", Self.address).status == .done)
        #expect(await third.run("clone", Self.address).status == .exists)
    }

    @Test func `a first contact that was interrupted goes on`() async throws {
        let settings = "\(one.directory)/vault.remote"
        let text = try String(contentsOfFile: settings, encoding: .utf8)
        #expect(!text.contains("first_contact"))
        let first = text.replacing("}", with: #","first_contact":true}"#)
        for arguments in [["remote", "add", Self.address, "--json"], ["sync"]] {
            // Plain syncing would refuse a store without the vault.
            await store.restore(nil)
            try first.write(toFile: settings, atomically: false, encoding: .utf8)
            #expect(
                await one.run("remote", "add", "etcd://e/t").failure?.id == "vault-shared-already")
            #expect(await one.run(arguments).status == .done)
            #expect(try String(contentsOfFile: settings, encoding: .utf8) == text)
        }
    }

    @Test func `a damaged file next to the vault stops a command before Meta is asked`()
        async throws
    {
        #expect(await add("app:1234567890123456", "FAKEsecret0001", on: one).status == .done)
        try Data().write(to: URL(filePath: "\(one.directory)/vault.sent"))
        one.pipe("EAAFAKE1")
        let ending = await one.run("exchange")
        #expect(ending.failure?.id == "waiting-change-damaged", "\(ending.allOutput)")
        #expect(ending.failure?.message.text.contains("vault.sent") == true)
    }

    @Test func `--accept-rollback keeps the mark while nothing is older than it`() async throws {
        #expect(await add("page:1", "EAAFAKE1", on: one).status == .done)
        await store.setAway(true)
        #expect(await add("page:2", "EAAFAKE2", on: one).status == .done)
        let directory = try #require(one.world.stateDirectory)
        let marks = try FileManager.default.contentsOfDirectory(atPath: directory)
        let mark = try #require(marks.first { !$0.hasSuffix(".lock") })
        let seen = try String(contentsOfFile: "\(directory)/\(mark)", encoding: .utf8)
        #expect(await one.run("get", "page:2", "--accept-rollback").status == .done)
        #expect(try String(contentsOfFile: "\(directory)/\(mark)", encoding: .utf8) == seen)
        // Something newer has been seen: `.ahead` is old, and nothing newer is known afterward.
        var fields = seen.split(separator: " ")
        fields[1] = "99"
        try fields.joined(separator: " ").write(
            toFile: "\(directory)/\(mark)", atomically: false, encoding: .utf8)
        #expect(await one.run("get", "page:2").status == .damaged)
        #expect(await one.run("get", "page:2", "--accept-rollback").status == .done)
        #expect(await one.run("get", "page:2").status == .done)
    }

    @Test(arguments: ["ahead", "sent", "remote"])
    func `a new vault does not inherit the files of a shared one`(suffix: String) async throws {
        let third = try TestWorld(hasVault: false, store: store)
        third.set("TOKENVAULT_KEY_FILE", "\(one.directory)/key")
        try FileManager.default.copyItem(
            atPath: "\(one.directory)/vault\(suffix == "remote" ? ".remote" : "")",
            toPath: "\(third.directory)/vault.\(suffix)")
        third.type("FAKE pass", "FAKE pass")
        #expect(await third.run("init").failure?.id == "shared-vault-in-the-way")
        let cloned = await third.run("clone", Self.address)
        // Settings alone may be left of a clone that was interrupted.
        #expect(cloned.failure?.id == (suffix == "remote" ? nil : "shared-vault-in-the-way"))
    }

    @Test func `clone with a key passes over other vaults that are damaged`() async throws {
        _ = await store.replaceHead(
            of: Array(repeating: 0, count: 16), with: Array("garbage".utf8), ifRevision: 0,
            keeping: nil)
        let third = try TestWorld(hasVault: false, store: store)
        third.set("TOKENVAULT_KEY_FILE", "\(one.directory)/key")
        #expect(await third.run("clone", Self.address).status == .done)
    }

    @Test(arguments: [
        ("unusable-store-address", ["https://etcd1.example.com/tokenvault"]),
        ("unusable-store-address", ["etcd://etcd1.example.com"]),
        ("unusable-store-address", ["etcd://ann:FAKE@etcd1.example.com/tokenvault"]),
        ("unusable-store-address", ["etcd://etcd1.example.com:0/tokenvault"]),
        ("unusable-store-address", ["etcd://etcd1.example.com/../x"]),
        ("option-without-its-pair", ["etcd://e/t", "--cert", "cert.pem"]),
        ("option-without-its-pair", ["etcd://e/t", "--cert-key", "cert.key"]),
        ("option-without-its-pair", ["etcd://e/t", "--user", "ann"]),
        ("option-without-its-pair", ["etcd://e/t", "--password-file", "password"]),
        ("unusable-store-user", ["etcd://e/t", "--user", "", "--password-file", "password"]),
    ])
    func `invalid options are refused before anything is opened`(
        _ id: String, _ arguments: [String]
    ) async throws {
        let alone = try TestWorld()
        for command in [["remote", "add"], ["clone", "--vault", "\(alone.directory)/new"]] {
            let ending = await alone.run(command + arguments)
            #expect(ending.failure?.id == id && ending.status == .usage)
            #expect(!ending.allOutput.contains("FAKE"))
        }
        #expect(await one.run("remote", "add", "etcd://e/t").failure?.id == "vault-shared-already")
    }
}

extension String {
    fileprivate var prefixed: String { "tokenvault: \(self)" }
}
