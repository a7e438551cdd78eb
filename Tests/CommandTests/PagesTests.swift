import Foundation
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct PagesTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    @Test func `all pages are stored with what the Graph API returns about them`() async throws {
        try world.storeUser()
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(try world.references().count == 2 + 26)
        let (metadata, token) = try #require(try world.stored("page:1020000000000001"))
        #expect(token.hasPrefix("EAAFAKEpage"))
        #expect(metadata.name == "Fake Café")
        #expect(metadata.category == "Community")
        #expect(metadata.tasks?.contains("MANAGE") == true)
        #expect(metadata.app?.description == "app:1234567890123456")
        #expect(metadata.user?.description == "user:10200000000000009")
        #expect(metadata.expiresAt == .never)
        #expect(metadata.dataAccessExpiresAt == .at(TestWorld.startTime + 90 * 86_400))
        #expect(metadata.addedAt == world.now)
    }

    @Test func `the list shows names, categories and tasks, and no control characters`()
        async throws
    {
        try world.storeUser()
        let output = await world.run("pages").output
        for piece in [
            "page:1020000000000001", "Fake Café", "Community", "MANAGE", "never",
            "Fake 日本語ページ", "Fake \u{FFFD}[31mRed Page",
        ] {
            #expect(output.contains(piece), "\(piece)")
        }
        #expect(!output.contains("EAAFAKE"))
        #expect(!output.contains("\u{1B}"))
    }

    @Test func `pages without a token are named, with the reason`() async throws {
        try world.storeUser()
        let ending = await world.run("pages")
        #expect(try world.stored("page:1020000000000002") == nil)
        #expect(ending.notes.contains("no token for page:1020000000000002 (Fake No-Token Page)"))
        #expect(ending.notes.contains("(ANALYZE)"))
        #expect(ending.notes.contains("two-factor"))
        #expect(!ending.output.contains("1020000000000002"))
    }

    @Test func `--json prints an array of entries`() async throws {
        try world.storeUser()
        let objects = try await world.run("pages", "--json").objects()
        #expect(objects.count == 26)
        for object in objects {
            #expect(Set(object.keys) == ListAndShowTests.keys)
            #expect(object["kind"] as? String == "page")
            #expect(object["expires_at"] as? String == "never")
            #expect(object["user"] as? String == "user:10200000000000009")
        }
    }

    @Test(arguments: [
        (0, 1), (1, 1), (25, 1), (26, 1), (100, 1), (101, 2), (300, 2), (301, 3), (2501, 6),
    ])
    func `every page of results is requested`(count: Int, calls: Int) async throws {
        try world.storeUser()
        try world.setPageCount(count)
        #expect(await world.run("pages", "--quiet").status == .done)
        #expect(try world.references().count == 2 + count)
        // debug_token, which reports the token's owner and the pages that the user selected, is
        // requested once, and first if the owner is not confirmed.
        let lists = Array(repeating: "GET /v26.0/me/accounts", count: calls)
        #expect(world.calls == ["GET /v26.0/debug_token"] + lists)
    }

    @Test func `an empty page of results does not end the list`() async throws {
        try world.storeUser()
        try world.setPageCount(150)
        world.fail(Fault(.emptyPage, at: "accounts"))
        #expect(await world.run("pages", "-q").status == .done)
        #expect(try world.references().count == 152)
    }

    @Test func `a repeated cursor is an error, and pages received before it are kept`() async throws
    {
        try world.storeUser()
        try world.setPageCount(150)
        world.fail(Fault(.repeatCursor, at: "accounts"))
        let ending = await world.run("pages")
        #expect(ending.status == .invalidResponse)
        #expect(try world.references().count == 152)
        #expect(ending.output.split(separator: "\n").count == 151)
    }

    @Test func `a next URL on another host is never requested`() async throws {
        try world.storeUser()
        try world.setPageCount(150)
        world.fail(Fault(.foreignNext, at: "accounts"))
        #expect(await world.run("pages", "-q").status == .done)
        #expect(try world.references().count == 152)
    }

    @Test func `a page that is listed twice is one entry`() async throws {
        try world.storeUser()
        try world.setPageCount(150)
        world.fail(Fault(.duplicatePage, at: "accounts"))
        let objects = try await world.run("pages", "--json").objects()
        #expect(objects.count == 150)
        #expect(Set(objects.map { $0["id"] as? String }).count == 150)
    }

    @Test func `if Meta refuses to send that much data, smaller parts are requested`() async throws
    {
        try world.storeUser()
        try world.setPageCount(60)
        var fault = Fault(.tooMuchData, at: "accounts")
        fault.limit = 25
        world.fail(fault)
        #expect(await world.run("pages", "-q").status == .done)
        #expect(try world.references().count == 62)
        // 100 and 50 are too many; then three requests of up to 25.
        #expect(world.calls.filter { $0.hasSuffix("accounts") }.count == 5)
    }

    @Test func `if a response is larger than 4 MiB, smaller parts are requested`() async throws {
        try world.storeUser()
        try world.setPageCount(60)
        world.fail(Fault(.oversized, at: "accounts", times: 1))
        #expect(await world.run("pages", "-q").status == .done)
        #expect(try world.references().count == 62)
        #expect(world.calls.filter { $0.hasSuffix("accounts") }.count == 3)
    }

    @Test func `a later failure keeps the pages received before it`() async throws {
        try world.storeUser()
        try world.setPageCount(150)
        var fault = Fault(.error, at: "accounts", after: 1)
        fault.code = 190
        fault.subcode = 460
        world.fail(fault)
        let ending = await world.run("pages", "--json")
        #expect(ending.status == .tokenRefused)
        #expect(try ending.objects().count == 100)
        #expect(try world.references().count == 102)
    }

    @Test(
        arguments: [
            (Fault.Kind.reset, nil, Console.ExitStatus.unreachable), (.html, nil, .tryLater),
            (.error, 4, .tryLater), (.error, 190, .tokenRefused), (.error, 10, .tokenRefused),
            (.error, 3, .configuration), (.truncated, nil, .invalidResponse),
        ] as [(Fault.Kind, Int?, Console.ExitStatus)])
    func `a failure of the first request has its exit status`(
        kind: Fault.Kind, code: Int?, status: Console.ExitStatus
    ) async throws {
        try world.storeUser()
        var fault = Fault(kind)
        fault.code = code
        world.fail(fault)
        let ending = await world.run("pages")
        #expect(ending.status == status)
        #expect(ending.output == "")
    }

    @Test func `every request has the proof, and no URL contains a secret`()
        async throws
    {
        try world.storeUser()
        try world.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "require_proof": true}]}"#)
        try world.setPageCount(101)
        #expect(await world.run("pages", "-q").status == .done)
        #expect(await world.run("pages", "-q", "1030000000000001").status == .done)
        // debug_token is called with the app's token, and has the user's in its URL, as Meta
        // documents it.
        let requests = world.simulation.requests.filter { !$0.path.hasSuffix("/debug_token") }
        #expect(requests.count == 3)
        for request in requests {
            #expect(request.query.contains("appsecret_proof="))
            #expect(!request.query.contains("FAKE"))
        }
    }

    @Test func `a stored page keeps its creation time and gets its new token`() async throws {
        try world.storeUser()
        try world.store("page:1020000000000001", "EAAFAKEold") { metadata in
            metadata.addedAt = Timestamp(1_700_000_000)
            metadata.validity = .invalid(reason: "FAKE")
        }
        await world.run("pages", "-q")
        let (metadata, token) = try #require(try world.stored("page:1020000000000001"))
        #expect(token != "EAAFAKEold")
        #expect(metadata.addedAt == Timestamp(1_700_000_000))
        #expect(metadata.validity == .unknown)
        #expect(metadata.validity.reason == nil)
    }

    @Test func `with several users, --user is required`() async throws {
        #expect(await world.run("pages").status == .missing)
        try world.storeUser()
        try world.store("user:7", "EAAFAKE7")
        let ending = await world.run("pages")
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains("user:10200000000000009, user:7") == true)
        #expect(world.calls.isEmpty)
        #expect(await world.run("pages", "-q", "--user", "10200000000000009").status == .done)
        #expect(await world.run("pages", "-q", "--user", "user:ann fake").status == .done)
        #expect(await world.run("pages", "--user", "page:1020000000000001").status == .usage)
    }
}

extension TestWorld {
    /// Gives the simulation's user this many ordinary pages.
    func setPageCount(_ count: Int) throws {
        try simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "generate_pages": \#(count)}]}"#)
    }
}
