import Entries
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What differs between the platforms in the sample state of the simulation.
struct PlatformSample: Sendable, CustomTestStringConvertible {
    let kind: String
    let app: String
    let secret: String
    let account: String
    let username: String
    let prefix: String

    static let all = [
        PlatformSample(
            kind: "instagram", app: "3456789012345678", secret: "FAKEinstagram0001",
            account: "instagram:17841400000000009", username: "ann.fake", prefix: "IGAA"),
        PlatformSample(
            kind: "threads", app: "4567890123456789", secret: "FAKEthreads000001",
            account: "threads:10200000000000555", username: "ann_fake", prefix: "THAA"),
    ]

    var testDescription: String { kind }
    var appReference: String { "\(kind)-app:\(app)" }
    var shortToken: String { "\(prefix)FAKEshort0001" }
    var activeToken: String { "\(prefix)FAKEactive001" }
    var expiredToken: String { "\(prefix)FAKEexpired01" }
    /// The first token that the simulation issues.
    var longToken: String { "\(prefix)FAKElong0001" }
}

/// Exchanges on Instagram and Threads.
@Suite struct PlatformExchangeTests {
    private let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    private func storeApp(_ sample: PlatformSample) throws {
        try world.store(sample.appReference, sample.secret)
    }

    @Test(arguments: PlatformSample.all)
    func `a pasted token is exchanged, and stored under the ID and username of me`(
        _ sample: PlatformSample
    ) async throws {
        try world.storeApp()
        try storeApp(sample)
        world.pipe(sample.shortToken)
        let ending = await world.run("exchange")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(ending.output.contains("\(sample.username), \(sample.account)"))
        let (metadata, secret) = try #require(try world.stored(sample.account))
        #expect(secret == sample.longToken)
        #expect(metadata.name == sample.username && metadata.validity == .valid)
        #expect(metadata.app?.description == sample.appReference)
        #expect(metadata.expiresAt == .at(world.now + 60 * 86_400))
        #expect(!(try world.references().contains { $0.hasPrefix("pending") }))
        #expect(!world.simulation.requests.contains { "\($0)".contains("appsecret_proof") })
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test(arguments: PlatformSample.all)
    func `a token that is long-lived already ends with 2 and add`(_ sample: PlatformSample)
        async throws
    {
        try storeApp(sample)
        world.pipe(sample.activeToken)
        let ending = await world.run("exchange")
        #expect(ending.status == .tokenRefused)
        #expect(ending.failure?.id == "token-long-lived-already")
        #expect(ending.failure?.hint?.text == "tokenvault add \(sample.account)")
        #expect(try world.references() == [sample.appReference])
    }

    @Test(arguments: PlatformSample.all)
    func `an expired token is refused as such`(_ sample: PlatformSample) async throws {
        try storeApp(sample)
        world.pipe(sample.expiredToken)
        let ending = await world.run("exchange")
        #expect(ending.status == .tokenRefused && ending.failure?.id == "dead-token")
        #expect(ending.failure?.message.text.contains("somebody must log in again") == true)
        #expect(try world.references() == [sample.appReference])
    }

    @Test(arguments: PlatformSample.all)
    func `a wrong app secret is named without showing it`(_ sample: PlatformSample) async throws {
        try world.store(sample.appReference, "FAKEwrongsecret1")
        world.pipe(sample.shortToken)
        let ending = await world.run("exchange")
        #expect(ending.status == .configuration)
        #expect(ending.failure?.id == "app-secret-not-accepted")
        #expect(ending.failure?.hint?.text == "tokenvault rotate \(sample.appReference)")
        #expect(!ending.allOutput.contains("FAKEwrong"), "\(ending.allOutput)")
    }

    @Test(arguments: PlatformSample.all)
    func `what was issued stays, and --resume goes on`(_ sample: PlatformSample) async throws {
        try storeApp(sample)
        world.pipe(sample.shortToken)
        world.fail(.transient(at: "\(sample.kind)/me"))
        let ending = await world.run("exchange")
        #expect(ending.status == .tryLater && ending.failure?.id == "owner-of-token-not-asked")
        let pending = try #require(try world.references().first { $0.hasPrefix("pending:") })
        #expect(try world.stored(pending)?.secret == sample.longToken)
        #expect(try world.metadata(pending).app?.description == sample.appReference)
        #expect(
            ending.failure?.hint?.text
                == "tokenvault exchange --resume --app \(sample.appReference)")
        world.fail()
        world.simulation.clearRequests()
        let resumed = await world.run("exchange", "--resume")
        #expect(resumed.status == .done, "\(resumed.allOutput)")
        #expect(try world.references() == [sample.account, sample.appReference].sorted())
        #expect(try world.stored(sample.account)?.secret == sample.longToken)
        // A long-lived token is not exchanged again.
        #expect(!world.calls.contains { $0.contains("access_token") }, "\(world.calls)")
    }

    @Test func `--resume finishes the exchanges of all platforms`() async throws {
        try world.storeApp()
        world.fail(
            .transient(at: "debug_token"), .transient(at: "me"), .transient(at: "instagram/me"),
            .transient(at: "threads/me"))
        world.pipe("EAAFAKEshort0001")
        await world.run("exchange")
        for sample in PlatformSample.all {
            try storeApp(sample)
            world.pipe(sample.shortToken)
            world.wait(1)
            await world.run("exchange")
        }
        #expect(try world.references().filter { $0.hasPrefix("pending:") }.count == 3)
        world.fail()
        let ending = await world.run("exchange", "--resume")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(try world.references().filter { $0.hasPrefix("pending:") }.isEmpty)
        for sample in PlatformSample.all { #expect(try world.stored(sample.account) != nil) }
    }

    @Test(arguments: PlatformSample.all)
    func `a better token of the account is not replaced`(_ sample: PlatformSample) async throws {
        try storeApp(sample)
        world.pipe(sample.shortToken)
        world.fail(.transient(at: "\(sample.kind)/me"))
        await world.run("exchange")
        world.wait(10)
        try world.store(sample.account, "\(sample.prefix)FAKEnewer") { metadata in
            metadata.expiresAt = .at(world.now + 60 * 86_400)
        }
        world.fail()
        let ending = await world.run("exchange", "--resume")
        #expect(ending.status == .done && ending.notes.contains("has a newer token"))
        #expect(try world.stored(sample.account)?.secret == "\(sample.prefix)FAKEnewer")
    }

    @Test(arguments: PlatformSample.all)
    func `a stored short-lived token is exchanged`(_ sample: PlatformSample) async throws {
        try storeApp(sample)
        try world.store(sample.account, sample.shortToken)
        let ending = await world.run("exchange", sample.account)
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(try world.stored(sample.account)?.secret == sample.longToken)
    }

    @Test(arguments: [
        ("TOKENVAULT_INSTAGRAM_URL", "http://instagram.example", "unencrypted-platform-address"),
        ("TOKENVAULT_INSTAGRAM_URL", "instagram", "unusable-platform-address"),
        (
            "TOKENVAULT_INSTAGRAM_URL", "https://graph.instagram.com/v24.0",
            "version-in-platform-address"
        ),
    ])
    func `an unusable URL is refused before anything is read`(
        _ variable: String, _ url: String, _ id: String
    ) async throws {
        try storeApp(PlatformSample.all[0])
        world.set(variable, url)
        world.type()
        let ending = await world.run("exchange")
        #expect(ending.status == .usage && ending.failure?.id == id, "\(ending.allOutput)")
        #expect(world.questions.isEmpty && world.calls.isEmpty)
    }

    @Test func `the Graph API's options do not apply`() async throws {
        try storeApp(PlatformSample.all[0])
        world.pipe(PlatformSample.all[0].shortToken)
        let ending = await world.run("exchange", "--graph-version", "v99.0")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(ending.notes.isEmpty)
    }
}
