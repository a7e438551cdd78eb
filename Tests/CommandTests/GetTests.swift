import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct GetTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1", "EAAFAKEpage1") { $0.expiresAt = .never }
        try world.store("app:17", "FAKEsecret")
        try world.store("client:17", "FAKEclient")
        try world.store("user:9", "EAAFAKEuser9") { metadata in
            metadata.expiresAt = .at(TestWorld.startTime + 3_600)
            metadata.scopes = ["pages_show_list", "public_profile"]
        }
        try world.store("page:2", "EAAFAKEpage2")
    }

    @Test(arguments: [
        (["get", "page:1"], "EAAFAKEpage1\n"), (["get", "page:1", "-n"], "EAAFAKEpage1"),
        (["get", "-n", "--header", "page:1"], "Authorization: Bearer EAAFAKEpage1"),
        (["get", "--header", "page:1"], "Authorization: Bearer EAAFAKEpage1\n"),
        (["get", "app:17"], "FAKEsecret\n"), (["get", "client:17"], "FAKEclient\n"),
        (["get", "app-token:17"], "17|FAKEsecret\n"),
        (["get", "client-token:17"], "17|FAKEclient\n"),
        (["get", "--header", "app-token:17"], "Authorization: Bearer 17|FAKEsecret\n"),
        (["get", "page:1", "--quiet"], "EAAFAKEpage1\n"),
        (
            ["get", "page:1", "-n", "--allow-expired", "--header"],
            "Authorization: Bearer EAAFAKEpage1"
        ),
    ])
    func `get prints exactly the token`(arguments: [String], output: String) async {
        let ending = await world.run(arguments)
        #expect(ending.status == .done)
        #expect(ending.output == output)
        #expect(ending.notes == "")
    }

    @Test(arguments: ["page:3", "user:1", "app-token:18", "client-token:18", "page:1~previous"])
    func `a missing entry is reported as missing`(reference: String) async {
        let ending = await world.run("get", reference)
        #expect(ending.status == .missing)
        #expect(ending.output == "")
    }

    @Test(arguments: [
        ["get"], ["get", ""], ["get", "page"], ["get", "page:1", "page:2"], ["get", "page:01"],
        ["get", "app-token:x"], ["get", "other:name"], ["get", "page:1", "--valid-for", "soon"],
        ["get", "--header", "app:17"], ["get", "--nothing", "page:1"],
    ])
    func `invalid arguments are usage errors`(arguments: [String]) async {
        let ending = await world.run(arguments)
        #expect(ending.status == .usage)
        #expect(ending.output == "")
    }

    @Test func `a token that is valid for long enough is printed`() async {
        for arguments in [["user:9", "--valid-for", "59m"], ["page:1", "--valid-for", "520w"]] {
            #expect(await world.run(["get"] + arguments).status == .done)
        }
    }

    @Test func `a token that expires too soon, by either expiry, is not printed`() async throws {
        try world.store("page:3", "EAAFAKEpage3") { metadata in
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime + 3_600)
        }
        for reference in ["user:9", "page:3"] {
            for span in ["60m", "61m", "30d"] {
                let ending = await world.run("get", reference, "--valid-for", span)
                #expect(ending.status == .expiring)
                #expect(ending.output == "")
            }
        }
    }

    @Test func `an unknown expiry satisfies no --valid-for`() async {
        let ending = await world.run("get", "page:2", "--valid-for", "1s")
        #expect(ending.status == .expiring)
        #expect(ending.output == "")
        #expect(await world.run("get", "page:2").status == .done)
    }

    @Test func `a required scope must be known to be granted`() async {
        let granted = await world.run(
            "get", "user:9", "--require-scope", "pages_show_list", "--require-scope",
            "public_profile")
        #expect(granted.status == .done)
        for arguments in [
            ["user:9", "--require-scope", "business_management"],
            ["user:9", "--require-scope", "pages_show_list", "--require-scope", "email"],
            ["page:2", "--require-scope", "pages_show_list"],
        ] {
            let ending = await world.run(["get"] + arguments)
            #expect(ending.status == .tokenRefused)
            #expect(ending.output == "")
        }
    }

    @Test func `an expired token is printed only with --allow-expired`() async throws {
        try world.store("page:3", "EAAFAKEpage3") { metadata in
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime)
        }
        try world.store("page:4", "EAAFAKEpage4") { metadata in
            metadata.expiresAt = .never
            metadata.validity = .invalid(reason: "Meta's error 190/460")
        }
        world.wait(3_600)
        for (reference, token) in [
            ("user:9", "EAAFAKEuser9"), ("page:3", "EAAFAKEpage3"), ("page:4", "EAAFAKEpage4"),
        ] {
            let ending = await world.run("get", reference)
            #expect(ending.status == .tokenRefused)
            #expect(ending.output == "")
            let allowed = await world.run("get", reference, "--allow-expired")
            #expect(allowed.status == .done)
            #expect(allowed.output == "\(token)\n")
        }
    }

    @Test func `a token is printed until its last second`() async {
        world.wait(3_599)
        #expect(await world.run("get", "user:9").status == .done)
        world.wait(1)
        #expect(await world.run("get", "user:9").status == .tokenRefused)
    }
}
