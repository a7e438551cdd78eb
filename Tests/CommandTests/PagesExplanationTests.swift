import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// How `pages` explains tokens that expire early and pages that are missing.
@Suite struct PagesExplanationTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    @Test func `page tokens expire with a short-lived user token, and a warning says so`()
        async throws
    {
        try world.storeUser(lifetime: "+1h")
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(ending.notes.contains("short-lived"))
        #expect(ending.notes.contains("tokenvault exchange user:10200000000000009"))
        #expect(
            try world.metadata("page:1020000000000001").expiresAt
                == .at(TestWorld.startTime + 3_600))
    }

    @Test func `an unknown expiry of the user token is requested first`() async throws {
        try world.storeUser()
        try world.store("user:10200000000000009", "EAAFAKElonguser1") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
        #expect(await world.run("pages", "-q").status == .done)
        #expect(world.calls == ["GET /v26.0/debug_token", "GET /v26.0/me/accounts"])
        #expect(
            try world.metadata("user:10200000000000009").expiresAt
                == .at(TestWorld.startTime + 60 * 86_400))
        #expect(try world.metadata("page:1020000000000001").expiresAt == .never)
    }

    @Test func `if the user token's expiry stays unknown, so does that of its page tokens`()
        async throws
    {
        try world.storeUser()
        try world.store("user:10200000000000009", "EAAFAKElonguser1") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
        var fault = Fault(.error, at: "debug_token")
        fault.code = 10
        world.fail(fault)
        #expect(await world.run("pages", "-q").status == .done)
        #expect(try world.metadata("page:1020000000000001").expiresAt == .unknown)
    }

    @Test func `if the list is empty and the scope is missing, the scope is named`() async throws {
        try world.storeUser(scopes: ["public_profile"])
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(ending.notes.contains("lacks the scope pages_show_list"))
    }

    @Test func `if the list is empty despite the scope, several causes are named`() async throws {
        try world.storeUser()
        try world.setPageCount(0)
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        for cause in ["selected", "business_management", "development mode", "role", "PAGE_ID"] {
            #expect(ending.notes.contains(cause), "\(cause)")
        }
        #expect(!ending.notes.contains("lacks the scope pages_show_list"))
        #expect(try await world.run("pages", "--json").objects().isEmpty)
    }

    @Test func `a page of a business is listed only with the scope for businesses`()
        async throws
    {
        try world.storeUser(scopes: ["pages_show_list", "public_profile"])
        await world.run("pages", "-q")
        #expect(try world.stored("page:1020000000000007") == nil)
        #expect(try world.stored("page:1020000000000001") != nil)
    }

    @Test func `pages can be named by ID`() async throws {
        try world.storeUser()
        let objects = try await world.run(
            "pages", "--json", "1020000000000003", "page:1020000000000001"
        ).objects()
        #expect(
            Set(objects.map { $0["id"] as? String }) == ["1020000000000001", "1020000000000003"])
        #expect(
            world.calls == [
                "GET /v26.0/debug_token", "GET /v26.0/1020000000000003",
                "GET /v26.0/1020000000000001",
            ])
        #expect(try world.references().count == 4)
    }

    @Test func `a named page that is missing or has no token does not stop the others`()
        async throws
    {
        try world.storeUser()
        let ending = await world.run(
            "pages", "1020000000000002", "1999999999999999", "1020000000000001")
        #expect(ending.status == .done)
        #expect(ending.notes.contains("no token for page:1020000000000002"))
        #expect(ending.notes.contains("no token for page:1999999999999999"))
        #expect(
            try world.references().filter { $0.hasPrefix("page:") } == ["page:1020000000000001"])
    }

    @Test(arguments: ["x", "user:1", "page:", "0", "012", "1/accounts", "me", "1?x=1"])
    func `an invalid page ID is refused before any request`(id: String) async throws {
        try world.storeUser()
        #expect(await world.run("pages", "--", id).status == .usage)
        #expect(world.calls.isEmpty)
    }

    @Test func `--offline lists the stored pages, without any request`() async throws {
        try world.storeApp()
        world.allow(.forbidden)
        for (page, user) in [("page:1", "user:9"), ("page:2", "user:8")] {
            try world.store(page, "EAAFAKE") { $0.user = Reference(text: user) }
        }
        try world.store("user:9", "EAAFAKE9")
        try world.store("user:8", "EAAFAKE8")
        let all = try await world.run("pages", "--offline", "--json").objects()
        #expect(all.map { $0["ref"] as? String } == ["page:1", "page:2"])
        let some = try await world.run("pages", "--offline", "--json", "--user", "8").objects()
        #expect(some.map { $0["ref"] as? String } == ["page:2"])
        let one = try await world.run("pages", "--offline", "--json", "1").objects()
        #expect(one.map { $0["ref"] as? String } == ["page:1"])
        #expect(await world.run("pages", "--offline", "1", "3").status == .missing)
    }

    @Test func `--offline reports an empty list`() async {
        world.allow(.forbidden)
        let ending = await world.run("pages", "--offline")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(ending.notes == "tokenvault: no pages stored\n")
    }
}
