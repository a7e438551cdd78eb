import ArgumentParser
import Entries
import Foundation
import GraphSimulator
import Platform
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// When the command of `--on-change` runs, and what it receives.
@Suite struct ChangeHookTests {
    private static let app = "app:1234567890123456"
    private static let user = "user:10200000000000009"
    private static let day: Int64 = 86_400

    private let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
        world.endHooks(.ended(status: 0))
        world.set("TOKENVAULT_ON_CHANGE", "./hook")
    }

    /// What the hook received, without null values.
    private struct Received {
        let command: String
        let changed: [[String: String]]
        var references: [String] { changed.compactMap { $0["ref"] } }
    }

    /// Returns what the hook received if it ran since the last call, at most once.
    private func received() throws -> Received? {
        let runs = world.takeHookRuns()
        #expect(runs.count <= 1)
        guard let run = runs.first else { return nil }
        let document = try JSONSerialization.jsonObject(with: Data(run.document))
        let object = try #require(document as? [String: Any])
        #expect(Set(object.keys) == ["command", "changed"])
        let changed = try #require(object["changed"] as? [[String: Any]])
        for change in changed {
            #expect(
                Set(change.keys) == ["ref", "kind", "name", "expires_at_before", "expires_at"])
        }
        return Received(
            command: try #require(object["command"] as? String),
            changed: changed.map { $0.compactMapValues { $0 as? String } })
    }

    @Test func `add reports a new entry, and a new secret of an old one`() async throws {
        world.pipe("EAAFAKE1")
        #expect(
            await world.run("add", "page:1", "--name", "Fake Café", "--expires", "never").status
                == .done)
        let first = try #require(try received())
        #expect(first.command == "add")
        #expect(
            first.changed == [
                ["ref": "page:1", "kind": "page", "name": "Fake Café", "expires_at": "never"]
            ])
        world.pipe("EAAFAKE2")
        await world.run("add", "page:1", "--replace", "--expires", "2027-01-20")
        let second = try #require(try received())
        #expect(second.changed.first?["expires_at_before"] == "never")
        #expect(second.changed.first?["expires_at"] == "2027-01-20T00:00:00Z")
    }

    @Test func `the same secret with the same expiry runs nothing`() async throws {
        world.pipe("EAAFAKE1")
        await world.run("add", "page:1", "--expires", "never")
        #expect(try received() != nil)
        await world.run("add", "page:1", "--replace", "--expires", "never", "--name", "other")
        #expect(try received() == nil)
        await world.run("add", "page:1", "--replace", "--expires", "60d")
        #expect(try received()?.references == ["page:1"])
    }

    @Test func `a command that fails before it saves runs nothing`() async throws {
        world.pipe("not a token")
        #expect(await world.run("add", "page:1").status == .usage)
        try world.store("page:1", "EAAFAKE1")
        world.pipe("EAAFAKE2")
        #expect(await world.run("add", "page:1").status == .exists)
        #expect(try received() == nil)
    }

    @Test func `exchange and pages report what they stored`() async throws {
        try world.storeApp()
        world.pipe("EAAFAKEshort0001")
        #expect(await world.run("exchange").status == .done)
        let exchanged = try #require(try received())
        #expect(exchanged.command == "exchange" && exchanged.references == [Self.user])
        #expect(exchanged.changed.first?["name"] == "Ann Fake")
        #expect(exchanged.changed.first?["expires_at"]?.hasPrefix("2027-01-") == true)
        #expect(await world.run("pages", "1020000000000001").status == .done)
        let pages = try #require(try received())
        #expect(pages.command == "pages" && pages.references.contains("page:1020000000000001"))
        // Meta gives out the same tokens again.
        #expect(await world.run("pages", "1020000000000001").status == .done)
        #expect(try received() == nil)
    }

    @Test func `a pending token is reported, and later its owner, but not the pending entry again`()
        async throws
    {
        try world.storeApp()
        world.pipe("EAAFAKEshort0001")
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        let failed = await world.run("exchange")
        #expect(failed.status == .tryLater)
        #expect(try received()?.references == ["pending:1795198502"])
        world.fail()
        world.type()
        #expect(await world.run("exchange", "--resume").status == .done)
        let resumed = try #require(try received())
        #expect(resumed.command == "exchange" && resumed.references == [Self.user])
    }

    @Test func `rotate and its --undo report the app, not the previous secret`() async throws {
        try world.storeApp()
        world.pipe("FAKEsecret0003")
        #expect(await world.run("rotate", Self.app, "--no-verify").status == .done)
        #expect(try received()?.references == [Self.app])
        #expect(await world.run("rotate", Self.app, "--undo").status == .done)
        let undone = try #require(try received())
        #expect(undone.command == "rotate" && undone.references == [Self.app])
        #expect(await world.run("rotate", Self.app, "--forget").status == .done)
        #expect(try received() == nil)
    }

    @Test func `import reports everything that it stored, and a dry run nothing`() async throws {
        world.pipe("APP_ID=5\nAPP_SECRET=FAKEsecret0005\nPAGE_ID=6\nPAGE_TOKEN=EAAFAKE6\n")
        #expect(await world.run("import", "-", "--dry-run").status == .done)
        #expect(try received() == nil)
        #expect(await world.run("import", "-").status == .done)
        let stored = try #require(try received())
        #expect(stored.command == "import" && stored.references == ["app:5", "page:6"])
    }

    @Test func `the expiry counts even if the token stays the same`() async throws {
        for sample in PlatformSample.all {
            try world.simulation.merge(
                state: #"{"\#(sample.kind)":{"quirks":{"refresh":"same-token"}}}"#)
            try world.store(sample.account, sample.activeToken) { metadata in
                metadata.app = Reference(text: sample.appReference)
                metadata.expiresAt = .at(world.now + 5 * Self.day)
            }
            #expect(await world.run("refresh", sample.account).status == .done)
            #expect(try received()?.references == [sample.account])
        }
    }

    @Test func `refresh reports what was renewed even if it fails in the end`() async throws {
        for sample in PlatformSample.all {
            try world.store(sample.account, sample.activeToken) { metadata in
                metadata.app = Reference(text: sample.appReference)
                metadata.expiresAt = .at(world.now + 5 * Self.day)
            }
        }
        try world.store("instagram:5", "IGAAFAKEunknown1") { metadata in
            metadata.expiresAt = .at(world.now + 5 * Self.day)
        }
        world.endHooks(.ended(status: 3))
        let ending = await world.run("refresh", "--all")
        #expect(ending.status != .done && ending.status != .hookFailed, "\(ending.allOutput)")
        let changed = try #require(try received())
        #expect(Set(changed.references) == Set(PlatformSample.all.map(\.account)))
    }

    @Test(
        arguments: [
            ChildProcess.HookEnd.ended(status: 3), .notStarted(reason: "Fake reason"), .timedOut,
        ], [false, true])
    func `a hook that fails is a warning and status 79`(
        _ end: ChildProcess.HookEnd, _ isJSON: Bool
    ) async throws {
        world.endHooks(end)
        world.pipe("EAAFAKE1")
        let ending = await world.run(["add", "page:1", "--quiet"] + (isJSON ? ["--json"] : []))
        #expect(ending.status == .hookFailed && ending.failure == nil)
        if isJSON {
            #expect(try ending.object()["ref"] as? String == "page:1" && ending.notes.isEmpty)
        } else {
            #expect(ending.notes.hasPrefix("tokenvault: warning: "))
            #expect(ending.notes.contains("TOKENVAULT_ON_CHANGE"))
        }
        #expect(try world.stored("page:1")?.secret == "EAAFAKE1")
    }

    @Test func `a signal during the hook interrupts the command, but does not replace its error`()
        async throws
    {
        world.endHooks(.interrupted(.interruptKey))
        world.pipe("EAAFAKE1")
        #expect(await world.run("add", "page:1").status == .interrupted)
        try world.storeApp()
        world.pipe("EAAFAKEshort0001")
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        #expect(await world.run("exchange").status == .tryLater)
    }

    @Test func `the option takes precedence over the variable, and an empty command is ignored`()
        async throws
    {
        world.pipe("EAAFAKE1")
        await world.run("add", "page:1", "--on-change", "./other")
        #expect(world.takeHookRuns().map(\.command) == ["./other"])
        for arguments in [["page:2", "--on-change", ""], ["--on-change=", "page:3"]] {
            #expect(await world.run(["add"] + arguments).status == .done)
            #expect(world.takeHookRuns().isEmpty, "\(arguments)")
        }
        world.set("TOKENVAULT_ON_CHANGE", "")
        #expect(await world.run("add", "page:4").status == .done)
        #expect(world.takeHookRuns().isEmpty)
    }

    @Test func `names cannot break the document, and no secret is in it`() async throws {
        try world.storeApp()
        try world.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "name": "A\"\u001b[31m\n{}' $(id)"}]}"#)
        world.pipe("EAAFAKEshort0001")
        await world.run("exchange")
        let run = try #require(world.takeHookRuns().first)
        let text = String(decoding: run.document, as: UTF8.self)
        #expect(text.hasSuffix("\n") && !text.contains("\u{1B}"))
        _ = try JSONSerialization.jsonObject(with: Data(run.document))
        for secret in CanaryTests.forms { #expect(!text.contains(secret), "\(secret)") }
    }

    @Test func `exactly the commands that may store a secret have the option`() {
        let storing = HelpTests.DocumentedCommand.all.filter { command in
            command.type is any StoringCommand.Type
        }
        #expect(
            Set(storing.map { $0.path.joined(separator: " ") }) == [
                "add", "exchange", "import", "login", "pages", "redeem", "refresh", "rotate",
            ])
        for command in HelpTests.DocumentedCommand.all {
            let hasOption = command.type.helpMessage().contains("--on-change")
            #expect(hasOption == (command.type is any StoringCommand.Type), "\(command.path)")
        }
    }
}
