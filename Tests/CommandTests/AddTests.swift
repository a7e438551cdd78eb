import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct AddTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    @Test func `a secret from a pipe is stored without one trailing newline`() async throws {
        for (end, id) in [("", 1), ("\n", 2), ("\r\n", 3)] {
            world.pipe("FAKEsecret" + end)
            let ending = await world.run("add", "app:\(id)", "--name", "Fake App")
            #expect(ending.status == .done)
            #expect(ending.output == "")
            let stored = try #require(try world.stored("app:\(id)"))
            #expect(stored.secret == "FAKEsecret")
            #expect(stored.metadata.name == "Fake App")
            #expect(stored.metadata.addedAt == world.now)
            #expect(stored.metadata.changedAt == world.now)
        }
        #expect(world.questions.isEmpty)
    }

    @Test func `on a terminal, the prompt names the kind of secret`() async throws {
        world.type("FAKEsecret")
        #expect(await world.run("add", "app:1").status == .done)
        #expect(world.questions == ["App secret for app:1: "])
        #expect(try world.stored("app:1")?.secret == "FAKEsecret")
    }

    @Test func `--no-input prevents the prompt`() async throws {
        let ending = await world.run("add", "app:1", "--no-input")
        #expect(ending.status == .locked)
        #expect(world.questions.isEmpty)
    }

    @Test func `without a terminal, add fails at once`() async throws {
        world.removeTerminal()
        #expect(await world.run("add", "app:1").status == .locked)
    }

    @Test(arguments: [
        (" FAKE", "at character 1;"), ("FA KE", "at character 3;"), ("FAKE\t", "at character 5;"),
        ("FAKE\n\n", "at character 5;"), ("FA\r\nKE\n", "at character 3;"),
    ])
    func `whitespace is refused with its position, and the secret is not shown`(
        input: String, position: String
    ) async throws {
        world.pipe(input)
        let ending = await world.run("add", "user:9")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains(position) == true)
        #expect(!ending.allOutput.contains("KE"))
        #expect(try world.references().isEmpty)
    }

    @Test(arguments: ["", "\n", "\r\n", "FAKE\u{0}", "FAKÉ", "FAKE\u{7F}"])
    func `an invalid secret is refused`(input: String) async throws {
        world.pipe(input)
        #expect(await world.run("add", "user:9").status == .usage)
        #expect(try world.references().isEmpty)
    }

    @Test(arguments: [
        ("EAAFAKE%41", "contains a percent sign at character 8,"),
        ("%FAKE", "contains a percent sign at character 1,"),
        ("EAAFAKE#_=_", "contains a hash sign at character 8;"),
        (#"EAAFAKE\"#, "contains a backslash at character 8;"),
        (#"\EAAFAKE"#, "contains a backslash at character 1;"),
        ("access_token:EAAFAKE", "contains a colon at character 13;"),
        ("EAAFAKE:", "contains a colon at character 8;"),
        ("EAAFAKE.", "was copied with the secret, at character 8;"),
        (".EAAFAKE", "was copied with the secret, at character 1;"),
        ("EAAFAKE!", "was copied with the secret, at character 8;"),
        ("XXXX-XXXX", "this is a placeholder"), ("xxx-xxx-xxx", "this is a placeholder"),
        ("EAAxxx", "this is a placeholder"), ("EAAX", "this is a placeholder"),
        ("%NAME%", "this is a placeholder"), ("{{FAKE}}", "this is a placeholder"),
        ("{{ name }}", "this is a placeholder"),
    ])
    func `placeholders, and characters that no secret contains, are refused`(
        input: String, words: String
    ) async throws {
        for reference in ["user:9", "page:9", "app:9", "client:9"] {
            world.pipe(input)
            let ending = await world.run("add", reference)
            #expect(ending.status == .usage)
            let message = ending.failure?.message.text ?? ""
            #expect(message.contains(words), "\(message)")
            #expect(!ending.allOutput.contains("FAKE"))
        }
        #expect(try world.references().isEmpty)
    }

    @Test(arguments: ["EAA", "EAAB", "EAAGm"])
    func `the beginning of a token is refused`(input: String) async throws {
        world.pipe(input)
        let ending = await world.run("add", "user:9")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains("only the beginning of a token") == true)
        world.pipe(input)
        #expect(await world.run("add", "app:9").status == .usage)
        #expect(try world.references().isEmpty)
    }

    @Test func `an app token is stored unchanged`() async throws {
        world.pipe("1234567890123456|FAKE-app_token.x")
        #expect(await world.run("add", "user:9").status == .done)
        #expect(try world.stored("user:9")?.secret == "1234567890123456|FAKE-app_token.x")
    }

    @Test func `add and rename accept names of up to 512 bytes`() async throws {
        let longest = String(repeating: "é", count: 256)
        world.pipe("EAAFAKE")
        #expect(await world.run("add", "page:1", "--name", longest).status == .done)
        #expect(
            await world.run("rename", "page:1", String(longest.dropLast()) + "ab").status == .done)
        for name in [longest + "a", String(repeating: "a", count: 100_000)] {
            let added = await world.run("add", "page:2", "--name", name)
            #expect(added.status == .usage)
            #expect(added.failure?.message == "the name is longer than 512 bytes")
            let renamed = await world.run("rename", "page:1", name)
            #expect(renamed.status == .usage)
        }
        #expect(try world.metadata("page:1").name?.utf8.count == 512)
        #expect(try world.references() == ["page:1"])
    }

    @Test func `a secret can be up to 65,536 bytes long`() async throws {
        let longest = String(repeating: "F", count: 65_536)
        for text in [longest, longest + "\n", longest + "\r\n"] {
            world.pipe(text)
            #expect(await world.run("add", "user:9", "--replace").status == .done)
            #expect(try world.stored("user:9")?.secret.utf8.count == 65_536)
        }
        for text in [longest + "F", longest + "F\n", longest + longest] {
            world.pipe(text)
            #expect(await world.run("add", "user:10").status == .usage)
        }
        world.type(longest + "F")
        #expect(await world.run("add", "user:10").status == .usage)
        #expect(try world.references() == ["user:9"])
    }

    @Test func `an existing entry is left alone`() async throws {
        try world.store("page:1", "FAKEold")
        let ending = await world.run("add", "page:1")
        #expect(ending.status == .exists)
        #expect(world.questions.isEmpty)
        #expect(try world.stored("page:1")?.secret == "FAKEold")
    }

    @Test
    func `--replace keeps name and creation time, and clears what was known of the old secret`()
        async throws
    {
        try world.store("page:1", "FAKEold") { metadata in
            metadata.name = "Fake Café"
            metadata.category = "Bakery"
            metadata.app = Reference(text: "app:1")
            metadata.user = Reference(text: "user:9")
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(world.now + 5)
            metadata.scopes = ["pages_show_list"]
            metadata.checkedAt = world.now
            metadata.validity = .invalid(reason: "FAKE")
        }
        let added = world.now
        world.wait(100)
        world.pipe("FAKEnew")
        #expect(await world.run("add", "page:1", "--replace").status == .done)
        let (metadata, secret) = try #require(try world.stored("page:1"))
        #expect(secret == "FAKEnew")
        #expect(metadata.name == "Fake Café")
        #expect(metadata.category == "Bakery")
        #expect(metadata.app?.description == "app:1")
        #expect(metadata.user?.description == "user:9")
        #expect(metadata.addedAt == added)
        #expect(metadata.changedAt == world.now)
        #expect(metadata.expiresAt == .unknown)
        #expect(metadata.dataAccessExpiresAt == .unknown)
        #expect(metadata.scopes == nil)
        #expect(metadata.checkedAt == nil)
        #expect(metadata.validity == .unknown)
        #expect(metadata.validity.reason == nil)
    }

    @Test(arguments: [
        ("never", Expiry.never), ("60d", .at(TestWorld.startTime + 60 * 86_400)),
        ("12h", .at(TestWorld.startTime + 12 * 3_600)),
        ("2027-01-20", .at(Timestamp(1_800_403_200))),
        ("2027-01-20T09:00:00Z", .at(Timestamp(1_800_435_600))),
        ("2027-01-20T10:00:00+01:00", .at(Timestamp(1_800_435_600))),
        ("2027-01-20t09:00:00.25z", .at(Timestamp(1_800_435_600))),
    ])
    func `--expires accepts several formats`(text: String, expiry: Expiry) async throws {
        world.pipe("FAKE")
        #expect(await world.run("add", "page:1", "--expires", text).status == .done)
        #expect(try world.metadata("page:1").expiresAt == expiry)
    }

    @Test(arguments: [
        "", "soon", "60", "d", "-5d", "2027-02-29", "2027-13-01", "2027-01-20T24:00:00Z",
        "2027-01-20T09:00:00", "Never", "1e3d", "٦d", "99999999999999999999d",
    ])
    func `an invalid --expires is refused before the prompt`(text: String) async throws {
        let ending = await world.run("add", "page:1", "--expires=\(text)")
        #expect(ending.status == .usage)
        #expect(world.questions.isEmpty)
    }

    @Test func `--app and --user accept references or bare numbers`() async throws {
        world.pipe("FAKE")
        await world.run("add", "page:1", "--app", "app:17", "--user", "user:9")
        #expect(try world.metadata("page:1").app?.description == "app:17")
        #expect(try world.metadata("page:1").user?.description == "user:9")
        await world.run("add", "page:2", "--app", "17", "--user", "system:9")
        #expect(try world.metadata("page:2").app?.description == "app:17")
        #expect(try world.metadata("page:2").user?.description == "system:9")
        for wrong in [["--app", "user:9"], ["--app", "x"], ["--user", "page:1"]] {
            #expect(await world.run(["add", "page:3"] + wrong).status == .usage)
        }
    }

    @Test(arguments: [
        "app", "app:", "app:0", "app:01", "app:1x", "app: 1", "App:1", "token:1", "pending:1",
        "app:1~previous", "1", "", "app-token:1", "page:Fake Café",
    ])
    func `a reference that cannot be added is refused`(reference: String) async throws {
        let ending = await world.run("add", "--", reference)
        #expect(ending.status == .usage)
        #expect(world.questions.isEmpty)
    }

    @Test func `--json prints the new entry`() async throws {
        world.pipe("FAKE")
        let object = try await world.run("add", "page:1", "--expires", "never", "--json").object()
        #expect(object["ref"] as? String == "page:1")
        #expect(object["expires_at"] as? String == "never")
        #expect(object["status"] as? String == "ok")
    }

    @Test func `add prints a note, which --quiet suppresses`() async throws {
        world.pipe("FAKE")
        #expect(await world.run("add", "page:1").notes == "tokenvault: stored page:1\n")
        #expect(await world.run("add", "page:2", "--quiet").notes == "")
    }

    @Test func `an expiry in the past is stored with a warning`() async throws {
        world.pipe("EAAFAKE")
        let ending = await world.run("add", "page:1", "--expires", "2020-01-01", "--quiet")
        #expect(ending.status == .done)
        #expect(
            ending.notes
                == "tokenvault: warning: according to --expires, page:1 has already expired\n")
        world.pipe("EAAFAKE")
        #expect(await world.run("add", "page:2", "--expires", "1d", "--quiet").notes == "")
    }
}
