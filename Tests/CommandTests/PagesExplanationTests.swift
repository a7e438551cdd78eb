import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What `pages` says of tokens that end early and of lists that are short.
@Suite struct PagesExplanationTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    @Test func `page tokens end with a short-lived user token, and that is said`() async throws {
        try world.storeUser(lifetime: "+1h")
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(ending.notes.contains("short-lived"))
        #expect(ending.notes.contains("tokenvault exchange user:10200000000000009"))
        #expect(
            try world.metadata("page:1020000000000001").expiresAt
                == .at(TestWorld.morning + 3_600))
    }

    @Test func `the end of a user token that is not known is asked for first`() async throws {
        try world.storeUser()
        try world.store("user:10200000000000009", "EAAFAKElonguser1") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
        #expect(await world.run("pages", "-q").status == .done)
        #expect(world.calls == ["GET /v26.0/debug_token", "GET /v26.0/me/accounts"])
        #expect(
            try world.metadata("user:10200000000000009").expiresAt
                == .at(TestWorld.morning + 60 * 86_400))
        #expect(try world.metadata("page:1020000000000001").expiresAt == .never)
    }

    @Test func `where it stays unknown, so do the ends of the page tokens`() async throws {
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

    @Test func `an empty list without the scope names the scope`() async throws {
        try world.storeUser(scopes: ["public_profile"])
        let ending = await world.run("pages")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(ending.notes.contains("lacks the scope pages_show_list"))
    }

    @Test func `an empty list with the scope has several causes`() async throws {
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

    @Test func `a business's page is listed only with its scope, and found by its number`()
        async throws
    {
        try world.storeUser(scopes: ["pages_show_list", "public_profile"])
        await world.run("pages", "-q")
        #expect(try world.stored("page:1020000000000007") == nil)
        #expect(try world.stored("page:1020000000000001") != nil)
    }

    @Test func `pages can be named`() async throws {
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

    @Test func `a named page without a token, or that is not there, stops no other`()
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
    func `what is no page's number is refused before anything is asked`(id: String) async throws {
        try world.storeUser()
        #expect(await world.run("pages", "--", id).status == .usage)
        #expect(world.calls.isEmpty)
    }

    @Test func `offline the stored pages are listed, and nobody is asked`() async throws {
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

    @Test func `offline an empty list is told as such`() async {
        world.allow(.forbidden)
        let ending = await world.run("pages", "--offline")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(ending.notes == "tokenvault: no pages stored\n")
    }
}
