import Entries
import Foundation
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// The renewal of tokens of Instagram and Threads, and the arithmetic of their age.
@Suite struct PlatformRefreshTests {
    private let world: TestWorld
    private static let day: Int64 = 86_400

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    /// Stores the sample's token, which has this many seconds left according to the vault.
    private func store(
        _ sample: PlatformSample, left: Int64?, token: String? = nil
    ) throws {
        try world.store(sample.account, token ?? sample.activeToken) { metadata in
            metadata.app = Reference(text: sample.appReference)
            metadata.expiresAt = left.map { .at(world.now + $0) } ?? .unknown
        }
    }

    private func refresh(_ options: String...) async throws -> (
        ending: Ending, results: [String: String]
    ) {
        world.simulation.clearRequests()
        let ending = await world.run(["refresh", "--json"] + options)
        let results = try ending.objects().map { line in
            (line["ref"] as? String ?? "", line["result"] as? String ?? "")
        }
        return (ending, Dictionary(results) { $1 })
    }

    @Test(arguments: [
        (60 * Self.day, "too young"), (59 * Self.day + 1, "too young"),
        (61 * Self.day, "too young"), (59 * Self.day, "renewed"), (59 * Self.day - 1, "renewed"),
        (1, "renewed"),
    ])
    func `a token is renewed from 24 hours of age on`(_ left: Int64, _ result: String)
        async throws
    {
        for sample in PlatformSample.all { try store(sample, left: left) }
        let (ending, results) = try await refresh("--all")
        #expect(Set(results.values) == [result], "\(ending.allOutput)")
        #expect(ending.status == .done)
        #expect(world.calls.count == (result == "renewed" ? 2 : 0), "\(world.calls)")
        for sample in PlatformSample.all where result == "renewed" {
            #expect(try world.stored(sample.account)?.secret == sample.longToken)
            let end = try world.metadata(sample.account).expiresAt
            #expect(end == .at(world.now + 60 * Self.day))
        }
    }

    @Test(arguments: PlatformSample.all)
    func `Meta is asked about a token of unknown age`(_ sample: PlatformSample) async throws {
        try store(sample, left: nil)
        #expect(try await refresh().results == [sample.account: "renewed"])
        try world.store(sample.account, "\(sample.prefix)FAKEyoung0001")
        let (ending, results) = try await refresh()
        #expect(results == [sample.account: "failed"] && ending.status == .tokenRefused)
        #expect(ending.output.contains("may be younger than 24 hours"), "\(ending.output)")
        try world.simulation.merge(
            state: #"{"\#(sample.kind)":{"quirks":{"too_young":"explained"}}}"#)
        #expect(try await refresh().results == [sample.account: "too young"])
    }

    @Test(arguments: PlatformSample.all)
    func `of the same string, the new end counts`(_ sample: PlatformSample) async throws {
        try world.simulation.merge(
            state: #"{"\#(sample.kind)":{"quirks":{"refresh":"same-token"}}}"#)
        try store(sample, left: 5 * Self.day)
        #expect(try await refresh().results == [sample.account: "renewed"])
        let (metadata, secret) = try #require(try world.stored(sample.account))
        #expect(secret == sample.activeToken)
        #expect(metadata.expiresAt == .at(world.now + 60 * Self.day))
        #expect(metadata.changedAt == world.now)
        #expect(try await refresh("--all").results == [sample.account: "too young"])
    }

    @Test(arguments: PlatformSample.all)
    func `an expired token needs a login, and is known to be dead`(_ sample: PlatformSample)
        async throws
    {
        try store(sample, left: -1, token: sample.expiredToken)
        let (ending, results) = try await refresh()
        #expect(results == [sample.account: "needs login"] && ending.status == .tokenRefused)
        #expect(try world.metadata(sample.account).validity.isInvalid)
        #expect(try world.stored(sample.account)?.secret == sample.expiredToken)
    }

    @Test func `each platform is renewed on its own`() async throws {
        try world.storeUser(lifetime: "+10d")
        for sample in PlatformSample.all { try store(sample, left: 10 * Self.day) }
        let world = world
        world.allow(
            .intercepted { request throws(GraphError) in
                if request.url.contains("instagram") { throw .unreachable(.noConnection) }
                return try world.simulated(request)
            })
        let (ending, results) = try await refresh()
        #expect(
            results == [
                "user:10200000000000009": "not extended", PlatformSample.all[0].account: "failed",
                PlatformSample.all[1].account: "renewed",
            ], "\(ending.allOutput)")
        #expect(ending.status == .unreachable)
    }

    @Test(arguments: PlatformSample.all)
    func `a token that another process stored meanwhile is not overwritten`(
        _ sample: PlatformSample
    ) async throws {
        try store(sample, left: 5 * Self.day)
        let world = world
        world.allow(
            .intercepted { request throws(GraphError) in
                let response = try world.simulated(request)
                try? world.store(sample.account, "\(sample.prefix)FAKEother")
                return response
            })
        #expect(try await refresh().results == [sample.account: "kept"])
        #expect(try world.stored(sample.account)?.secret == "\(sample.prefix)FAKEother")
        let pending = try #require(try world.references().first { $0.hasPrefix("pending:") })
        #expect(try world.stored(pending)?.secret == sample.longToken)
    }

    @Test(arguments: PlatformSample.all)
    func `a response without an expiry leaves it unknown`(_ sample: PlatformSample) async throws {
        try store(sample, left: 5 * Self.day)
        let token = "\(sample.prefix)FAKEnew"
        world.allow(
            .intercepted { _ throws(GraphError) in
                HTTPResponse(
                    status: 200, headers: [], body: Array(#"{"access_token":"\#(token)"}"#.utf8))
            })
        #expect(try await refresh().results == [sample.account: "renewed"])
        #expect(try world.stored(sample.account)?.secret == token)
        #expect(try world.metadata(sample.account).expiresAt == .unknown)
    }

    // MARK: Check, inspect, import

    @Test(arguments: PlatformSample.all)
    func `check --online records what me says`(_ sample: PlatformSample) async throws {
        try store(sample, left: nil)
        let ending = await world.run("check", "--online")
        #expect(ending.status == .done, "\(ending.allOutput)")
        let metadata = try world.metadata(sample.account)
        #expect(metadata.validity == .valid && metadata.name == sample.username)
        #expect(metadata.checkedAt == world.now)
        // Only Threads reports the expiry; the end of data access does not end the token.
        #expect(
            metadata.expiresAt
                == (sample.kind == "threads" ? .at(world.now + 30 * Self.day) : .unknown))
        #expect(metadata.dataAccessExpiresAt == .unknown)
        world.simulation.kill(token: sample.activeToken, reason: 460)
        #expect(await world.run("check", "--online").status == .tokenRefused)
        #expect(try world.metadata(sample.account).validity.isInvalid)
    }

    @Test(arguments: PlatformSample.all)
    func `check --online notices another account's token`(_ sample: PlatformSample) async throws {
        try world.store("\(sample.kind):17", sample.activeToken)
        let ending = await world.run("check", "--online")
        #expect(ending.status == .tokenRefused, "\(ending.allOutput)")
        let reason = try world.metadata("\(sample.kind):17").validity.reason
        #expect(
            reason
                == "it is the token of \(sample.account), not the token of \(sample.kind):17")
    }

    @Test(arguments: PlatformSample.all)
    func `check --online goes on when one platform cannot be reached`(_ sample: PlatformSample)
        async throws
    {
        for sample in PlatformSample.all { try store(sample, left: 30 * Self.day) }
        let world = world
        world.allow(
            .intercepted { request throws(GraphError) in
                if request.url.contains(sample.kind) { throw .unreachable(.noConnection) }
                return try world.simulated(request)
            })
        #expect(await world.run("check", "--online").status == .unreachable)
        for other in PlatformSample.all {
            let isChecked = try world.metadata(other.account).checkedAt != nil
            #expect(isChecked == (other.kind != sample.kind))
        }
    }

    @Test(arguments: PlatformSample.all)
    func `inspect shows the account, for stored and pasted tokens`(_ sample: PlatformSample)
        async throws
    {
        try store(sample, left: nil)
        let stored = try await world.run("inspect", sample.account, "--json").object()
        world.pipe(sample.activeToken)
        let pasted = try await world.run("inspect", "--json").object()
        for document in [stored, pasted] {
            #expect(document["user"] as? String == sample.account)
            #expect(document["username"] as? String == sample.username)
            #expect(document["is_valid"] as? Bool == true)
        }
        let scopes = stored["scopes"] as? [String]
        #expect(scopes == (sample.kind == "threads" ? ["threads_basic"] : nil))
        let text = await world.run("inspect", sample.account).output
        #expect(text.contains(sample.username) && text.contains(sample.account), "\(text)")
        world.pipe(sample.expiredToken)
        #expect(await world.run("inspect").status == .tokenRefused)
    }

    @Test(arguments: PlatformSample.all)
    func `import --online asks me whose a token is`(_ sample: PlatformSample) async throws {
        let prefix = sample.kind.uppercased()
        world.pipe(
            """
            \(prefix)_APP_ID=\(sample.app)
            \(prefix)_APP_SECRET=\(sample.secret)
            \(prefix)_ACCESS_TOKEN=\(sample.activeToken)

            """)
        let ending = await world.run("import", "-", "--online")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(try world.references() == [sample.account, sample.appReference].sorted())
        let metadata = try world.metadata(sample.account)
        #expect(metadata.name == sample.username && metadata.validity == .valid)
        #expect(metadata.app?.description == sample.appReference)
        world.pipe("\(prefix)_USER_ID=17\n\(prefix)_ACCESS_TOKEN=\(sample.activeToken)\n")
        let wrong = await world.run("import", "-", "--online")
        #expect(wrong.status == .tokenRefused, "\(wrong.allOutput)")
        #expect(try world.stored("\(sample.kind):17") == nil)
    }

    @Test(arguments: [
        ["--instagram", "--threads"], ["--instagram", "--config-id", "1"],
        ["--threads", "--rerequest"], ["--instagram"],
        ["--threads", "--redirect-uri", "http://localhost:47231/"],
        ["--threads", "--redirect-uri", "http://example.com/"],
    ])
    func `login refuses options that do not fit the platform`(_ options: [String]) async throws {
        let ending = await world.run(["login"] + options)
        #expect(ending.status == .usage, "\(ending.allOutput)")
        #expect(world.calls.isEmpty)
    }
}
