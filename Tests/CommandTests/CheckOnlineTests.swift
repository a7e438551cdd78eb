import Entries
import Foundation
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct CheckOnlineTests {
    static let user = "user:10200000000000009"

    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeUser()
        world.allow(.simulation)
    }

    @Test func `what Meta reports is stored`() async throws {
        try world.store(Self.user, "EAAFAKElonguser1") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
            metadata.validity = .invalid(reason: "FAKE")
        }
        #expect(await world.run("check", "--online").status == .done)
        let metadata = try world.metadata(Self.user)
        #expect(metadata.validity == .valid)
        #expect(metadata.validity.reason == nil)
        #expect(metadata.checkedAt == world.now)
        #expect(metadata.expiresAt == .at(TestWorld.startTime + 60 * 86_400))
        #expect(metadata.dataAccessExpiresAt == .at(TestWorld.startTime + 90 * 86_400))
        #expect(metadata.scopes?.contains("business_management") == true)
    }

    @Test(arguments: [458, 460, 463, 467, 493])
    func `an invalidated token is stored with the reason`(subcode: Int) async throws {
        world.simulation.kill(token: "EAAFAKElonguser1", reason: subcode)
        let object = try await world.run("check", "--online", "--json").object()
        let entry = try #require((object["entries"] as? [[String: Any]])?.first)
        #expect(entry["status"] as? String == "invalid")
        #expect((entry["reason"] as? String)?.hasPrefix("Meta's error 190/\(subcode)") == true)
        #expect(object["status"] as? String == "critical")
        #expect(try world.metadata(Self.user).validity.isInvalid)
        #expect(try world.metadata(Self.user).scopes?.isEmpty == false)
        world.allow(.forbidden)
        #expect(await world.run("check").status == .tokenRefused)
        #expect(await world.run("get", Self.user).status == .tokenRefused)
    }

    @Test func `a password change invalidates the page tokens, and all are reported`() async throws
    {
        await world.run("pages", "-q")
        try world.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "dead": 460}]}"#)
        let ending = await world.run("check", "--online", "--json")
        #expect(ending.status == .tokenRefused)
        let entries = try #require(try ending.object()["entries"] as? [[String: Any]])
        #expect(entries.count == 27)
        #expect(entries.allSatisfy { $0["status"] as? String == "invalid" })
    }

    @Test func `if Meta cannot be reached, the stored state stays and the exit status says so`()
        async throws
    {
        let before = try world.metadata(Self.user)
        world.fail(Fault(.reset))
        let ending = await world.run("check", "--online")
        #expect(ending.status == .unreachable)
        #expect(ending.output.contains(Self.user))
        #expect(try world.metadata(Self.user) == before)
    }

    @Test(arguments: [4, 17, 80_001, 368])
    func `rate limiting stops the check and changes nothing`(code: Int) async throws {
        for number in 1...20 {
            try world.store("page:\(number)", "EAAFAKEpage\(number)") { $0.expiresAt = .never }
        }
        var fault = Fault(.error)
        fault.code = code
        world.fail(fault)
        let before = try world.metadata("page:1")
        let ending = await world.run("check", "--online")
        #expect(ending.status == .tryLater)
        #expect(try world.metadata("page:1") == before)
        #expect(world.calls.count <= 8)
    }

    @Test func `an expired token outweighs a failed connection to Meta`() async throws {
        try world.store("page:1", "EAAFAKEpage1") { $0.expiresAt = .at(TestWorld.startTime) }
        world.fail(Fault(.reset))
        let ending = await world.run("check", "--online")
        #expect(ending.status == .tokenRefused)
        #expect(ending.notes.contains("warning: cannot reach"))
    }

    @Test func `an outdated app secret does not mark tokens as invalid`() async throws {
        world.simulation.setSecret("FAKEsecret9999", ofApp: "1234567890123456")
        let before = try world.metadata(Self.user)
        let ending = await world.run("check", "--online")
        #expect(ending.status == .configuration)
        #expect(ending.failure?.hint == "tokenvault rotate app:1234567890123456")
        #expect(ending.output.contains(Self.user))
        #expect(try world.metadata(Self.user) == before)
    }

    @Test func `a token whose app is not stored is used to inspect itself`() async throws {
        try world.store("user:10200000000000009", "EAAFAKElonguser1")
        #expect(await world.run("check", "--online").status == .done)
        #expect(try world.metadata(Self.user).validity == .valid)
        #expect(try world.metadata(Self.user).app?.description == "app:1234567890123456")

        try world.store("user:10200000000000009", "EAAFAKElonguser1")
        world.simulation.kill(token: "EAAFAKElonguser1", reason: 460)
        #expect(await world.run("check", "--online").status == .tokenRefused)
        #expect(try world.metadata(Self.user).validity.isInvalid)
    }

    @Test func `one failed request does not stop the other checks`() async throws {
        await world.run("pages", "-q", "1020000000000001")
        var fault = Fault(.error, at: "debug_token", times: 3)
        fault.code = 2
        fault.status = 503
        world.fail(fault)
        let page = "page:1020000000000001"
        let ending = await world.run("check", "--online", page, Self.user)
        #expect([.tryLater, .done].contains(ending.status))
        let checked = try [page, Self.user].filter {
            try world.metadata($0).checkedAt == world.now
        }
        #expect(!checked.isEmpty)
    }

    @Test func `a token replaced during the check keeps its new metadata`()
        async throws
    {
        world.simulation.kill(token: "EAAFAKElonguser1", reason: 460)
        world.allow(
            .intercepted { [unowned world] request throws(GraphError) in
                let response = try world.simulated(request)
                world.wait(5)
                try? world.store(Self.user, "EAAFAKEnewer001") { $0.expiresAt = .never }
                return response
            })
        await world.run("check", "--online")
        let (metadata, token) = try #require(try world.stored(Self.user))
        #expect(token == "EAAFAKEnewer001")
        #expect(metadata.validity == .unknown)
        #expect(metadata.expiresAt == .never)
    }

    @Test func `app secrets are not checked`() async throws {
        #expect(await world.run("check", "--online").status == .done)
        #expect(world.calls == ["GET /v26.0/debug_token"])
        #expect(await world.run("check", "--online", "app:1234567890123456").status == .done)
        #expect(world.calls.count == 1)
    }

    @Test func `a token that Meta's message repeats is redacted before the message is stored`()
        async throws
    {
        let message = "Error validating access token: EAAFAKElonguser1 is dead"
        world.allow(
            .intercepted { _ throws(GraphError) in
                HTTPResponse(
                    status: 200, headers: [],
                    body: Array(
                        #"{"data":{"is_valid":false,"error":{"code":190,"message":"\#(message)"}}}"#
                            .utf8))
            })
        #expect(await world.run("check", "--online").status == .tokenRefused)
        #expect(
            try world.metadata(Self.user).validity.reason
                == "Meta's error 190: Error validating access token: [redacted] is dead")
    }
}
