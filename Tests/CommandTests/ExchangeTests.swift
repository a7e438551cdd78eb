import Entries
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct ExchangeTests {
    static let user = "user:10200000000000009"

    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeApp()
        world.allow(.simulation)
        world.pipe("EAAFAKEshort0001\n")
    }

    @Test func `a long-lived token is stored with its owner, both expiries and scopes`()
        async throws
    {
        let ending = await world.run("exchange")
        #expect(ending.status == .done)
        let (metadata, token) = try #require(try world.stored(Self.user))
        #expect(token == "EAAFAKElong0001")
        #expect(metadata.name == "Ann Fake")
        #expect(metadata.app?.description == "app:1234567890123456")
        #expect(metadata.expiresAt == .at(TestWorld.startTime + 5_183_944))
        #expect(metadata.dataAccessExpiresAt != .unknown)
        #expect(metadata.scopes?.contains("pages_show_list") == true)
        #expect(metadata.addedAt == world.now)
        #expect(metadata.changedAt == world.now)
        #expect(metadata.checkedAt == world.now)
        #expect(metadata.validity == .valid)
        #expect(try world.references() == ["app:1234567890123456", Self.user])
    }

    @Test func `the output says whose token it is, how long it lasts and what to do next`() async {
        let output = await world.run("exchange").output
        for piece in [
            "Ann Fake, \(Self.user)", "lasts        60 days", "2027-01-19 18:14, in 60 days",
            "data access", "pages_show_list", "next: tokenvault pages",
        ] {
            #expect(output.contains(piece), "\(piece)")
        }
        #expect(!output.contains("EAAFAKE"))
    }

    @Test func `--json prints the stored entry`() async throws {
        let object = try await world.run("exchange", "--json").object()
        #expect(Set(object.keys) == ListAndShowTests.keys)
        #expect(object["ref"] as? String == Self.user)
        #expect(object["status"] as? String == "ok")
        #expect(object["expires_at"] as? String == "2027-01-19T18:14:06Z")
        #expect(object["app"] as? String == "app:1234567890123456")
    }

    @Test func `requests are made in the order that cannot lose the token`() async {
        await world.run("exchange")
        #expect(
            world.calls == [
                "GET /v26.0/debug_token", "POST /v26.0/oauth/access_token",
                "GET /v26.0/debug_token", "GET /v26.0/me",
            ])
    }

    @Test func `the only secret in a URL is the token that debug_token inspects`() async {
        await world.run("exchange")
        for request in world.simulation.requests {
            let query = request.query.split(separator: "&")
                .filter { !$0.hasPrefix("input_token=") }.joined(separator: "&")
            for secret in ["EAAFAKE", "FAKEsecret"] {
                #expect(!query.contains(secret))
                #expect(!request.path.contains(secret))
            }
        }
    }

    @Test func `the new token is saved before the next request`() async throws {
        let recorder = Recorder()
        world.allow(
            .intercepted { [unowned world] request throws(GraphError) in
                if request.url.contains("input_token=EAAFAKElong") {
                    recorder.record(try? world.stored(Self.user)?.secret)
                }
                return try world.simulated(request)
            })
        #expect(await world.run("exchange").status == .done)
        #expect(recorder.values == ["EAAFAKElong0001"])
    }

    @Test func `a stored token is replaced, and its name and creation time are kept`() async throws
    {
        let added = Timestamp(1_700_000_000)
        try world.store(Self.user, "EAAFAKEold") { metadata in
            metadata.addedAt = added
            metadata.validity = .invalid(reason: "FAKE")
            metadata.name = "Old name"
        }
        world.fail(Fault(.reset, at: "me"))
        #expect(await world.run("exchange").status == .done)
        let (metadata, token) = try #require(try world.stored(Self.user))
        #expect(token == "EAAFAKElong0001")
        #expect(metadata.addedAt == added)
        #expect(metadata.changedAt == world.now)
        #expect(metadata.name == "Old name")
        #expect(metadata.validity == .valid)
        #expect(metadata.validity.reason == nil)
    }

    @Test func `a stored token can be exchanged`() async throws {
        try world.store(Self.user, "EAAFAKEshort0001")
        world.type()
        #expect(await world.run("exchange", Self.user).status == .done)
        #expect(try world.stored(Self.user)?.secret == "EAAFAKElong0001")
        #expect(world.questions.isEmpty)
        try world.store("page:1", "EAAFAKEpage1")
        #expect(await world.run("exchange", "page:1").status == .usage)
        #expect(await world.run("exchange", "user:1").status == .missing)
    }

    @Test func `a system user's token is stored with its own kind`() async throws {
        world.pipe("EAAFAKEsystem001")
        #expect(await world.run("exchange").status == .done)
        #expect(try world.stored("system:10200000000000077") != nil)
        #expect(try world.references().count == 2)
    }

    @Test func `with several apps, --app is required`() async throws {
        try world.store("app:2345678901234567", "FAKEsecret0002")
        let ending = await world.run("exchange")
        #expect(ending.status == .usage)
        #expect(
            ending.failure?.message.text.contains("app:1234567890123456, app:2345678901234567")
                == true)
        #expect(world.calls.isEmpty)
        for name in ["app:1234567890123456", "1234567890123456"] {
            #expect(await world.run("exchange", "--app", name).status == .done)
        }
        #expect(await world.run("exchange", "--app", "user:1").status == .usage)
        #expect(await world.run("exchange", "--app", "app:3").status == .missing)
    }

    @Test func `without an app, no token can be exchanged`() async throws {
        let empty = try TestWorld()
        let ending = await empty.run("exchange")
        #expect(ending.status == .missing)
        #expect(ending.failure?.hint == "tokenvault help add")
    }

    @Test(arguments: [("EAAFAKE short", 8), (" EAAFAKE", 1), ("EAAFAKE\nshort", 8)])
    func `pasted whitespace is refused before any request`(
        token: String, position: Int
    ) async {
        world.pipe(token)
        let ending = await world.run("exchange")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains("at character \(position)") == true)
        #expect(world.calls.isEmpty)
    }
}
