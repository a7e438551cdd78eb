import Foundation
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What `import --online` learns from Meta.
@Suite struct ImportOnlineTests {
    let world: TestWorld
    private static let app = "APP_ID=1234567890123456\nAPP_SECRET=FAKEsecret0001\n"

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    private func run(_ text: String, _ options: String...) async throws -> Ending {
        let path = "\(world.directory)/plain.env"
        try Data(text.utf8).write(to: URL(filePath: path))
        return await world.run(["import", path, "--online"] + options)
    }

    @Test func `a token is stored under its owner's reference`() async throws {
        let ending = try await run(Self.app + "SHORT_TOKEN=EAAFAKEshort0001")
        #expect(ending.status == .done)
        #expect(try world.references() == ["app:1234567890123456", "user:10200000000000009"])
        let (metadata, secret) = try #require(try world.stored("user:10200000000000009"))
        #expect(secret == "EAAFAKEshort0001")
        #expect(metadata.expiresAt == .at(TestWorld.startTime + 3600))
        #expect(metadata.app?.description == "app:1234567890123456")
        #expect(metadata.validity == .valid && metadata.checkedAt == world.now)
        #expect(ending.notes.contains("tokenvault exchange user:10200000000000009"))
        let next = await world.run("exchange", "user:10200000000000009")
        #expect(next.status == .done)
    }

    @Test func `a system user's token is recognized, with the help of the stored app`() async throws
    {
        try world.storeApp()
        let ending = try await run(#"{"access_token":"EAAFAKEsystem001","token_type":"bearer"}"#)
        #expect(ending.status == .done)
        #expect(try world.stored("system:10200000000000077")?.secret == "EAAFAKEsystem001")
    }

    @Test func `without any app, the token is used to inspect itself`() async throws {
        let ending = try await run("ACCESS_TOKEN=EAAFAKEshort0001")
        #expect(ending.status == .done)
        #expect(try world.references() == ["user:10200000000000009"])
    }

    @Test func `of one user's tokens, the one that lasts longest is stored`() async throws {
        try world.storeUser()
        let ending = try await run(
            "USER_TOKEN=EAAFAKEshort0001\nACCESS_TOKEN=EAAFAKElonguser1", "--replace")
        #expect(ending.status == .done)
        #expect(try world.stored("user:10200000000000009")?.secret == "EAAFAKElonguser1")
        #expect(
            ending.notes.contains(
                "USER_TOKEN was not stored: ACCESS_TOKEN is stored as user:10200000000000009"))
    }

    @Test
    func `an invalid token is named with the reason, the rest is stored, and the status is 2`()
        async throws
    {
        let ending = try await run(Self.app + "SHORT_TOKEN=EAAFAKEexpired01")
        #expect(ending.status == .tokenRefused)
        #expect(try world.references() == ["app:1234567890123456"])
        #expect(
            ending.notes.contains(
                "SHORT_TOKEN was not stored: it is not valid: Meta's error 190/463"))
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test func `a page token with another page's ID stores nothing`() async throws {
        try world.storeUser()
        #expect(await world.run("pages", "1020000000000001").status == .done)
        let token = try #require(try world.stored("page:1020000000000001")).secret
        #expect(await world.run("remove", "-f", "page:1020000000000001").status == .done)
        let wrong = try await run("PAGE_ID=1020000000000003\nPAGE_TOKEN=\(token)")
        #expect(wrong.status == .tokenRefused)
        #expect(
            wrong.failure?.message
                == "PAGE_TOKEN: it is the token of page:1020000000000001, not the token of "
                + "page:1020000000000003; nothing was stored")
        #expect(try world.references().count == 2)
        #expect(try await run("PAGE_TOKEN=\(token)").status == .done)
        #expect(try world.metadata("page:1020000000000001").expiresAt == .never)
    }

    @Test func `if Meta cannot be reached, nothing is stored`() async throws {
        world.allow(.intercepted { _ throws(GraphError) in throw .unreachable(.noConnection) })
        let ending = try await run(Self.app + "SHORT_TOKEN=EAAFAKEshort0001")
        #expect(ending.status == .unreachable)
        #expect(ending.failure?.message.text.contains("SHORT_TOKEN") == true)
        #expect(try world.references() == [])
    }

    @Test func `an existing entry of the owner is left alone`() async throws {
        try world.storeUser()
        let ending = try await run("USER_TOKEN=EAAFAKEshort0001")
        #expect(ending.status == .exists)
        #expect(try world.stored("user:10200000000000009")?.secret == "EAAFAKElonguser1")
    }

    @Test func `--dry-run asks Meta, but stores nothing`() async throws {
        let ending = try await run(Self.app + "SHORT_TOKEN=EAAFAKEshort0001", "--dry-run")
        #expect(ending.status == .done)
        #expect(ending.output.contains("user:10200000000000009  SHORT_TOKEN"))
        #expect(try world.references() == [])
    }
}
