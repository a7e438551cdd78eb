import Entries
import Graph
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What happens to a token whose owner or expiry Meta did not report.
@Suite struct ExchangeResumeTests {
    static let user = ExchangeTests.user
    static let pending = "pending:1795198502"

    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeApp()
        world.allow(.simulation)
        world.pipe("EAAFAKEshort0001\n")
    }

    @Test func `a token of an unknown owner is kept, and --resume finishes the exchange`()
        async throws
    {
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        let ending = await world.run("exchange")
        #expect(ending.status == .tryLater)
        #expect(ending.output == "")
        #expect(ending.failure?.hint == "tokenvault exchange --resume")
        #expect(try world.stored(Self.pending)?.secret == "EAAFAKElong0001")
        #expect(try world.metadata(Self.pending).expiresAt == .at(world.now + 5_183_944))

        world.fail()
        world.wait(60)
        world.type()
        let resumed = await world.run("exchange", "--resume")
        #expect(resumed.status == .done)
        #expect(world.questions.isEmpty)
        #expect(try world.references() == ["app:1234567890123456", Self.user])
        let (metadata, token) = try #require(try world.stored(Self.user))
        #expect(token == "EAAFAKElong0001")
        #expect(metadata.name == "Ann Fake")
        #expect(metadata.expiresAt == .at(TestWorld.startTime + 5_183_944))
        #expect(metadata.changedAt == TestWorld.startTime)
        #expect(metadata.addedAt == TestWorld.startTime)
    }

    @Test func `an unfinished exchange is reported as a Graph API error`() async throws {
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        let failure = try #require(await world.run("exchange").failure)
        #expect(failure.kind == .graph)
        #expect(failure.refusal?.code == 2)
    }

    @Test func `--resume can fail repeatedly without losing the token`() async throws {
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        await world.run("exchange")
        for _ in 1...2 {
            #expect(await world.run("exchange", "--resume").status == .tryLater)
            #expect(try world.stored(Self.pending)?.secret == "EAAFAKElong0001")
        }
    }

    @Test func `--resume replaces the owner's older token and keeps its creation time`()
        async throws
    {
        try world.store(Self.user, "EAAFAKEold") { $0.addedAt = Timestamp(1_700_000_000) }
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        await world.run("exchange")
        #expect(try world.stored(Self.user)?.secret == "EAAFAKEold")
        world.fail()
        await world.run("exchange", "--resume")
        #expect(try world.stored(Self.user)?.secret == "EAAFAKElong0001")
        #expect(try world.metadata(Self.user).addedAt == Timestamp(1_700_000_000))
        #expect(try world.stored(Self.pending) == nil)
    }

    @Test func `--resume without a pending token is an error`() async {
        world.type()
        let ending = await world.run("exchange", "--resume")
        #expect(ending.status == .missing)
        #expect(world.calls.isEmpty)
        #expect(await world.run("exchange", "--resume", Self.user).status == .usage)
    }

    @Test func `the owner can come from the me request alone`() async throws {
        world.fail(Fault(.withoutOwner, at: "debug_token"))
        let ending = await world.run("exchange")
        #expect(ending.status == .done)
        #expect(try world.references() == ["app:1234567890123456", Self.user])
        #expect(try world.metadata(Self.user).name == "Ann Fake")
    }

    @Test func `if the owner is known, missing details are only a warning`() async throws {
        var fault = Fault.transient(at: "debug_token")
        fault.after = 1
        world.fail(fault)
        let ending = await world.run("exchange")
        #expect(ending.status == .done)
        #expect(
            ending.notes.contains(
                "warning: the token was stored, but some of its details are not known"))
        #expect(try world.stored(Self.user)?.secret == "EAAFAKElong0001")
        #expect(try world.metadata(Self.user).scopes == nil)
    }

    @Test(
        arguments: [
            (.string("5183944"), .at(TestWorld.startTime + 5_183_944)),
            (.integer(0), .unknown), (nil, .unknown), (.integer(7), .at(TestWorld.startTime + 7)),
        ] as [(JSONValue?, Expiry)])
    func `without debug_token, the lifetime is the exchange's, never a guess`(
        value: JSONValue?, expiry: Expiry
    ) async throws {
        var lifetime = Fault(.expiresIn, at: "oauth/access_token")
        lifetime.value = value
        var silence = Fault.transient(at: "debug_token")
        silence.after = 1
        world.fail(lifetime, silence)
        #expect(await world.run("exchange").status == .done)
        #expect(try world.metadata(Self.user).expiresAt == expiry)
    }

    @Test(arguments: [.integer(0), nil, .string("17")] as [JSONValue?])
    func `the expiry that debug_token reports wins`(value: JSONValue?) async throws {
        var lifetime = Fault(.expiresIn, at: "oauth/access_token")
        lifetime.value = value
        world.fail(lifetime)
        #expect(await world.run("exchange").status == .done)
        #expect(try world.metadata(Self.user).expiresAt == .at(TestWorld.startTime + 5_183_944))
    }

    @Test func `a token that never expires is shown as such`() async throws {
        try world.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "tokens_never_expire": true}]}"#)
        let ending = await world.run("exchange")
        #expect(ending.output.contains("expires      never"))
        #expect(try world.metadata(Self.user).expiresAt == .never)
    }

    @Test func `the older form-encoded response is understood`() async throws {
        world.fail(Fault(.formEncoded, at: "oauth/access_token"))
        #expect(await world.run("exchange").status == .done)
        #expect(try world.stored(Self.user)?.secret == "EAAFAKElong0001")
    }
}

extension Fault {
    /// Returns a transient fault that outlasts the program's retries.
    static func transient(at match: String) -> Fault {
        var fault = Fault(.error, at: match)
        fault.code = 2
        fault.status = 503
        return fault
    }
}
