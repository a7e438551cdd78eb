import Entries
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Entries of Instagram and Threads, and what does not belong together.
///
/// The world forbids requests, so that a test fails if anything is sent.
@Suite struct PlatformTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    private static let tokens = [
        ("user", "EAAFAKE0001"), ("instagram", "IGAAFAKE0001"), ("instagram", "IGQFAKE0001"),
        ("threads", "THAAFAKE0001"), ("threads", "THQFAKE0001"),
    ]

    @Test(arguments: tokens, ["user", "page", "system", "instagram", "threads"])
    func `add accepts a token only under a kind of its platform`(
        _ token: (kind: String, text: String), _ kind: String
    ) async throws {
        world.pipe(token.text)
        let ending = await world.run("add", "\(kind):17")
        let fits = token.kind == kind || token.kind == "user" && ["page", "system"].contains(kind)
        #expect(ending.status == (fits ? .done : .usage), "\(ending.allOutput)")
        #expect(try world.references() == (fits ? ["\(kind):17"] : []))
        guard !fits else { return }
        #expect(ending.failure?.id == "token-of-other-platform")
        #expect(ending.failure?.hint?.text == "tokenvault add \(token.kind):17")
        #expect(!ending.allOutput.contains("FAKE"))
        world.pipe(token.text)
        #expect(await world.run("add", "\(token.kind):17").status == .done)
    }

    @Test(arguments: ["FAKEtoken", "igaaFAKE1", "eaaFAKE1", "IGNFAKE1"])
    func `a token with another beginning is taken for what the command says`(_ token: String)
        async throws
    {
        for kind in ["user", "instagram", "threads"] {
            world.pipe(token)
            #expect(await world.run("add", "\(kind):1").status == .done)
            #expect(try world.stored("\(kind):1")?.secret == token)
        }
    }

    @Test(arguments: ["instagram-app", "threads-app"])
    func `an app secret is stored, shown, renamed, rotated and removed`(_ kind: String)
        async throws
    {
        world.pipe("IGAAFAKE0001")
        #expect(await world.run("add", "\(kind):5").failure?.id == "access-token-for-app")
        world.type("FAKEsecret1")
        #expect(await world.run("add", "\(kind):5").status == .done)
        #expect(world.questions == ["App secret for \(kind):5: "])
        #expect(await world.run("get", "\(kind):5").output == "FAKEsecret1\n")
        #expect(await world.run("get", "--header", "\(kind):5").status == .usage)
        #expect(await world.run("rename", "\(kind):5", "Fake App").status == .done)
        #expect(await world.run("show", "\(kind):Fake App").status == .done)
        world.pipe("FAKEsecret2")
        let rotated = await world.run("rotate", "\(kind):Fake App")
        #expect(rotated.status == .done && rotated.notes.contains("cannot be verified"))
        #expect(try world.stored("\(kind):5")?.secret == "FAKEsecret2")
        #expect(try world.stored("\(kind):5~previous")?.secret == "FAKEsecret1")
        #expect(await world.run("rotate", "\(kind):5", "--undo").status == .done)
        #expect(await world.run("get", "\(kind):5").output == "FAKEsecret1\n")
        let removed = await world.run("remove", "--force", "\(kind):5", "\(kind):5~previous")
        #expect(removed.status == .done)
        #expect(try world.references().isEmpty)
    }

    @Test(arguments: [("instagram", "IGAAFAKE1"), ("threads", "THAAFAKE1")])
    func `a token can be used, listed and found by name`(_ kind: String, _ token: String)
        async throws
    {
        try world.store("\(kind)-app:5", "FAKEsecret")
        world.pipe(token)
        let added = await world.run(
            "add", "\(kind):17", "--app", "5", "--name", "bakery", "--expires", "60d")
        #expect(added.status == .done, "\(added.allOutput)")
        #expect(try world.metadata("\(kind):17").app == Reference(text: "\(kind)-app:5"))
        #expect(await world.run("get", "\(kind):bakery").output == token + "\n")
        let header = await world.run("get", "--header", "\(kind):17")
        #expect(header.output == "Authorization: Bearer \(token)\n")
        let listed = try await world.run("list", "--kind", kind, "--json").objects()
        #expect(listed.map { $0["kind"] as? String } == [kind])
        #expect(listed.map { $0["app"] as? String } == ["\(kind)-app:5"])
        let tree = await world.run("list", "--tree").output
        #expect(tree.contains("└─ \(kind):17"), "\(tree)")
        let metrics = await world.run("check", "--format", "prometheus").output
        #expect(metrics.contains(#"ref="\#(kind):17",kind="\#(kind)""#), "\(metrics)")
        // What the app's removal would leave behind is named.
        let removed = await world.run("remove", "--force", "\(kind)-app:5")
        #expect(removed.notes.contains("\(kind):17 depends on \(kind)-app:5"))
    }

    @Test func `an app of another platform is refused`() async throws {
        for (entry, app) in [
            ("instagram:1", "app:5"), ("instagram:1", "threads-app:5"), ("threads:1", "app:5"),
            ("user:1", "instagram-app:5"), ("page:1", "threads-app:5"),
        ] {
            world.pipe("FAKEtoken")
            let ending = await world.run("add", entry, "--app", app)
            #expect(ending.status == .usage && ending.failure?.id == "app-of-other-platform")
        }
        world.pipe("FAKEtoken")
        let ending = await world.run("add", "instagram:1", "--user", "user:1")
        #expect(ending.status == .usage && ending.failure?.id == "only-for-facebook")
        #expect(try world.references().isEmpty)
    }

    @Test func `check says that a person must log in once the token has expired`() async throws {
        try world.store("instagram:17", "IGAAFAKE1") { metadata in
            metadata.expiresAt = .at(world.now + 60 * 86_400)
        }
        let early = await world.run("check")
        #expect(early.status == .done && !early.output.contains("log in"))
        let late = await world.run("check", "--at", "50d")
        #expect(late.status == .expiring)
        #expect(late.output.contains("run `tokenvault refresh instagram:17` before it expires"))
        let over = await world.run("check", "--at", "61d")
        #expect(over.status == .tokenRefused)
        #expect(over.output.contains("instagram:17: expired, so it cannot be renewed"))
        let soon = await world.run("get", "instagram:17", "--valid-for", "61d")
        #expect(soon.failure?.hint?.text == "tokenvault refresh instagram:17")
        world.wait(61 * 86_400)
        let dead = await world.run("get", "instagram:17")
        #expect(dead.status == .tokenRefused)
        #expect(dead.failure?.hint?.text == "tokenvault add instagram:17 --replace")
    }

    // MARK: Wrong pairings

    /// Stores what an older vault may contain: tokens in entries of other platforms.
    private func storeWrongPairs() throws {
        try world.storeApp()
        try world.store("instagram-app:5", "FAKEsecret")
        try world.store("user:1", "IGAAFAKE1")
        try world.store("system:2", "THAAFAKE1")
        try world.store("page:3", "IGQFAKE1")
        try world.store("instagram:4", "EAAFAKE1")
        try world.store("threads:5", "IGAAFAKE2")
        try world.store("pending:1795000000", "THQFAKE1")
        try world.store("instagram:6", "IGAAFAKE3") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
    }

    private static let wrong = [
        "user:1", "system:2", "page:3", "instagram:4", "threads:5", "instagram:6",
    ]

    @Test(arguments: wrong)
    func `get goes on, and nothing that sends a token accepts a wrong pair`(_ entry: String)
        async throws
    {
        try storeWrongPairs()
        #expect(await world.run("get", entry).status == .done)
        let single = [
            ["inspect", entry], ["exchange", entry], ["proof", entry],
            ["revoke", entry, "--force"],
            ["pages", "--user", entry],
            ["client-code", entry, "--redirect-uri", "https://example.com/"],
        ]
        for command in single {
            let ending = await world.run(command)
            #expect(ending.status == .usage, "\(command): \(ending.allOutput)")
            #expect(ending.output.isEmpty, "\(command)")
            #expect(!ending.allOutput.contains("FAKE"))
        }
        let check = await world.run("check", "--online", entry)
        #expect(check.status == .usage, "\(check.allOutput)")
        guard !entry.hasPrefix("page") else { return }
        let refresh = await world.run("refresh", entry)
        #expect(refresh.status == .usage && refresh.output.contains("failed"))
    }

    @Test func `a wrong pair does not keep check and refresh from the others`() async throws {
        try world.storeUser(lifetime: "+10d")
        try world.store("user:1", "IGAAFAKE1")
        world.allow(.simulation)
        let check = await world.run("check", "--online")
        #expect(check.status == .usage && check.failure?.hint?.text == "tokenvault add instagram:1")
        #expect(try world.metadata("user:10200000000000009").checkedAt == world.now)
        #expect(try world.metadata("user:1").checkedAt == nil)
        let refresh = await world.run("refresh")
        #expect(refresh.output.contains("user:1: the token in user:1 is for Instagram"))
        #expect(!world.simulation.requests.contains { "\($0)".contains("IGAAFAKE1") })
    }

    @Test func `an unfinished exchange of another platform's token is not sent`() async throws {
        try storeWrongPairs()
        let ending = await world.run("exchange", "--resume", "--app", "1234567890123456")
        #expect(ending.status == .usage)
        #expect(ending.failure?.id == "token-in-other-platforms-entry")
        #expect(ending.failure?.hint?.text == "tokenvault help add")
    }

    @Test func `commands that only Facebook has refuse other kinds before anything is read`()
        async throws
    {
        world.set("TOKENVAULT_KEY_FILE", nil)
        let uri = ["--redirect-uri", "https://example.com/"]
        for kind in ["instagram", "threads"] {
            let entry = "\(kind):17"
            for command in [
                ["pages", "--user", entry], ["proof", entry], ["revoke", entry],
                ["client-code", entry] + uri, ["redeem", "--app", "\(kind)-app:5"] + uri,
            ] {
                let ending = await world.run(command)
                #expect(ending.status == .usage && ending.failure?.id == "only-for-facebook")
                #expect(ending.failure?.message.text.hasPrefix(command[0]) == true)
            }
        }
    }

    @Test(arguments: [
        ("EAAFAKE1", "instagram-app:5"), ("IGAAFAKE1", "app:1234567890123456"),
        ("THAAFAKE1", "instagram-app:5"),
    ])
    func `a pasted token and an app of another platform are refused`(
        _ token: String, _ app: String
    ) async throws {
        try storeWrongPairs()
        for command in ["exchange", "inspect"] {
            world.pipe(token)
            let ending = await world.run(command, "--app", app)
            #expect(ending.status == .usage && ending.failure?.id == "app-of-other-platform")
            #expect(!ending.allOutput.contains("FAKE"))
        }
    }

    @Test func `exchange needs an app of the token's platform`() async throws {
        try world.storeApp()
        world.pipe("IGAAFAKE1")
        let none = await world.run("exchange")
        #expect(none.status == .missing && none.failure?.id == "no-entry-of-kind")
        try world.store("threads-app:5", "FAKEsecret")
        try world.store("threads-app:6", "FAKEsecret")
        world.pipe("THAAFAKE1")
        let several = await world.run("exchange")
        #expect(several.status == .usage && several.failure?.id == "several-entries-of-kind")
    }

    // MARK: Import

    private func importing(_ text: String) async -> Ending {
        world.pipe(text)
        return await world.run("import", "-")
    }

    @Test(arguments: [("INSTAGRAM_", "instagram"), ("IG_", "instagram"), ("THREADS_", "threads")])
    func `import knows the variables of other platforms`(_ prefix: String, _ kind: String)
        async throws
    {
        let token = kind == "threads" ? "THAAFAKE1" : "IGAAFAKE1"
        let ending = await importing(
            """
            APP_ID=1
            APP_SECRET=FAKEfacebook
            \(prefix)APP_ID=5
            \(prefix)APP_SECRET=FAKEsecret
            \(prefix)ACCESS_TOKEN=\(token)
            \(prefix)USER_ID=17

            """)
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(try world.references() == ["app:1", "\(kind)-app:5", "\(kind):17"].sorted())
        #expect(try world.stored("\(kind):17")?.secret == token)
        #expect(try world.metadata("\(kind):17").app == Reference(text: "\(kind)-app:5"))
        #expect(try world.stored("app:1")?.secret == "FAKEfacebook")
    }

    @Test func `import refuses a token of another platform, and stores nothing`() async throws {
        for (text, hint) in [
            ("THREADS_USER_ID=17\nTHREADS_ACCESS_TOKEN=IGAAFAKE1\n", "tokenvault add instagram:17"),
            ("IG_USER_ID=17\nIG_ACCESS_TOKEN=EAAFAKE01\n", "tokenvault add user:17"),
            ("PAGE_ID=17\nPAGE_TOKEN=THQFAKE1\n", "tokenvault add threads:17"),
            ("ACCESS_TOKEN=IGAAFAKE1\n", "tokenvault help add"),
        ] {
            let ending = await importing("APP_ID=1\nAPP_SECRET=FAKEsecret\n" + text)
            #expect(ending.status == .usage && ending.failure?.id == "unusable-secret-in-file")
            #expect(ending.failure?.hint?.text == hint)
            #expect(!ending.allOutput.contains("FAKE"))
        }
        #expect(try world.references().isEmpty)
    }

    @Test func `a token without the ID of its account is left out and not sent`() async throws {
        let ending = await importing(
            "THREADS_APP_ID=5\nTHREADS_APP_SECRET=FAKEa\nTHREADS_ACCESS_TOKEN=THAAFAKE1\n")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(ending.notes.contains("THREADS_USER_ID is missing"), "\(ending.notes)")
        #expect(try world.references() == ["threads-app:5"])
    }
}
