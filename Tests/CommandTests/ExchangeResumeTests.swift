import Entries
import Graph
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What becomes of a token whose owner or expiry Meta did not tell.
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

    @Test func `a token without an owner is kept, and --resume finishes the job`() async throws {
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
        #expect(metadata.expiresAt == .at(TestWorld.morning + 5_183_944))
        #expect(metadata.changedAt == TestWorld.morning)
        #expect(metadata.addedAt == TestWorld.morning)
    }

    @Test func `an unfinished exchange is an error of Graph, and is told as one`() async throws {
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        let failure = try #require(await world.run("exchange").failure)
        #expect(failure.kind == .graph)
        #expect(failure.refusal?.code == 2)
    }

    @Test func `resuming may fail as often as it has to`() async throws {
        world.fail(.transient(at: "debug_token"), .transient(at: "me"))
        await world.run("exchange")
        for _ in 1...2 {
            #expect(await world.run("exchange", "--resume").status == .tryLater)
            #expect(try world.stored(Self.pending)?.secret == "EAAFAKElong0001")
        }
    }

    @Test func `resuming replaces an older token of the owner and keeps its age`() async throws {
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

    @Test func `there may be nothing to resume`() async {
        world.type()
        let ending = await world.run("exchange", "--resume")
        #expect(ending.status == .missing)
        #expect(world.calls.isEmpty)
        #expect(await world.run("exchange", "--resume", Self.user).status == .usage)
    }

    @Test func `the owner may come from me alone`() async throws {
        world.fail(Fault(.withoutOwner, at: "debug_token"))
        let ending = await world.run("exchange")
        #expect(ending.status == .done)
        #expect(try world.references() == ["app:1234567890123456", Self.user])
        #expect(try world.metadata(Self.user).name == "Ann Fake")
    }

    @Test func `with a known owner, what stays unknown is a warning`() async throws {
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
            (.string("5183944"), .at(TestWorld.morning + 5_183_944)),
            (.integer(0), .unknown), (nil, .unknown), (.integer(7), .at(TestWorld.morning + 7)),
        ] as [(JSONValue?, Expiry)])
    func `without debug_token the lifetime is what the exchange said, never a guess`(
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
    func `what debug_token says of the end counts`(value: JSONValue?) async throws {
        var lifetime = Fault(.expiresIn, at: "oauth/access_token")
        lifetime.value = value
        world.fail(lifetime)
        #expect(await world.run("exchange").status == .done)
        #expect(try world.metadata(Self.user).expiresAt == .at(TestWorld.morning + 5_183_944))
    }

    @Test func `a token that never expires is told as such`() async throws {
        try world.simulation.merge(
            state: #"{"apps": [{"id": "1234567890123456", "tokens_never_expire": true}]}"#)
        let ending = await world.run("exchange")
        #expect(ending.output.contains("expires      never"))
        #expect(try world.metadata(Self.user).expiresAt == .never)
    }

    @Test func `the form-encoded answer of old is understood`() async throws {
        world.fail(Fault(.formEncoded, at: "oauth/access_token"))
        #expect(await world.run("exchange").status == .done)
        #expect(try world.stored(Self.user)?.secret == "EAAFAKElong0001")
    }
}

extension Fault {
    /// A fault that passes, but not while the program waits.
    fileprivate static func transient(at match: String) -> Fault {
        var fault = Fault(.error, at: match)
        fault.code = 2
        fault.status = 503
        return fault
    }
}
