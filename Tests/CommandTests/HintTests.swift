import Entries
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Errors whose hint names a command that helps.
@Suite struct HintTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("user:9", "EAAFAKE9") { $0.scopes = ["pages_show_list"] }
        try world.store("page:1", "EAAFAKEpage1") { $0.user = Reference(text: "user:9") }
    }

    @Test(arguments: ["app:1", "client:1"])
    func `refresh refuses an app secret or client token, and does not ask for a user`(
        reference: String
    )
        async throws
    {
        try world.store(reference, "FAKEsecret")
        let ending = await world.run("refresh", reference)
        #expect(ending.status == .usage)
        #expect(
            ending.failure?.message
                == "only tokens of users, system users, Instagram and Threads can be renewed")
        #expect(ending.failure?.hint?.text == "tokenvault show \(reference)")
        #expect(await world.run("show", reference).status == .done)
    }

    @Test(arguments: [
        (["get", "user:9", "--require-scope", "email"], "tokenvault show user:9"),
        (["get", "page:1", "--require-scope", "email"], "tokenvault check --online page:1"),
        (["refresh", "page:1"], "tokenvault refresh user:9"),
        (["exchange", "page:1"], "tokenvault list --kind user"),
        (["key", "remove", "nobody"], "tokenvault key list"),
        (["key", "add", "alone", "new.key"], "tokenvault key list"),
    ])
    func `an unsuitable entry or key gets a hint`(arguments: [String], hint: String) async throws {
        try world.storeApp()
        world.allow(.simulation)
        world.type("FAKE pass")
        #expect(await world.run(arguments).failure?.hint?.text == hint)
    }

    @Test func `an existing vault gets a hint`() async {
        world.set("TOKENVAULT_KEY_FILE", nil)
        world.type("FAKE pass", "FAKE pass")
        let failure = await world.run("init").failure
        #expect(failure?.status == .exists && failure?.hint == "tokenvault status")
    }

    @Test func `a removed machine key gets a hint`() async throws {
        let path = "\(world.directory)/web.key"
        for command in [["key", "add", "web", path], ["key", "remove", "web"]] {
            world.type("FAKE pass")
            #expect(await world.run(command).status == .done)
        }
        let failure = await world.run("list", "--key-file", path).failure
        #expect(failure?.status == .locked && failure?.hint == "tokenvault help key add")
    }
}
