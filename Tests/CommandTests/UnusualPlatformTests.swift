import Entries
import Foundation
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Responses of Instagram and Threads that no document describes, and the apps that commands name.
@Suite struct UnusualPlatformTests {
    private let world: TestWorld
    private static let day: Int64 = 86_400
    private static let foreignToken =
        #"{"access_token":"EAAFAKElong0001","token_type":"bearer","expires_in":5184000}"#

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    /// Responds to requests whose path has one of these ends with the body for it.
    private func respond(with bodies: [String: String]) {
        world.allow(
            .intercepted { request throws(GraphError) in
                let path = request.url.prefix { $0 != "?" }
                let body = bodies.first { path.hasSuffix($0.key) }?.value
                let refusal = #"{"error":{"message":"FAKE","type":"OAuthException","code":100}}"#
                return HTTPResponse(
                    status: body == nil ? 400 : 200, headers: [],
                    body: Array((body ?? refusal).utf8))
            })
    }

    private func storeToken(_ sample: PlatformSample, left: Int64 = 5 * Self.day) throws {
        try world.store(sample.account, sample.activeToken) { metadata in
            metadata.app = Reference(text: sample.appReference)
            metadata.expiresAt = .at(world.now + left)
        }
    }

    private func storedPending() throws -> String {
        try #require(try world.references().first { $0.hasPrefix("pending:") })
    }

    // MARK: Issued tokens

    @Test(arguments: PlatformSample.all)
    func `a new token that looks like another platform's stays pending, and is not sent`(
        _ sample: PlatformSample
    ) async throws {
        try world.store(sample.appReference, sample.secret)
        // Any further request would be refused, which is another error.
        respond(with: ["/access_token": Self.foreignToken])
        world.pipe(sample.shortToken)
        for command in [["exchange"], ["exchange", "--resume"]] {
            let ending = await world.run(command)
            #expect(ending.status == .usage, "\(ending.allOutput)")
            #expect(ending.failure?.id == "token-in-other-platforms-entry")
            let pending = try storedPending()
            #expect(ending.failure?.message.text.contains(pending) == true)
        }
        let pending = try storedPending()
        #expect(try world.stored(pending)?.secret == "EAAFAKElong0001")
        #expect(try world.stored(sample.account) == nil)
    }

    @Test func `the same is true of Facebook`() async throws {
        try world.store("app:1234567890123456", "FAKEsecret0001")
        respond(with: [
            "/debug_token": #"""
            {"data":{"app_id":"1234567890123456","type":"USER","is_valid":true,
             "user_id":"10200000000000009","expires_at":0,"scopes":[]}}
            """#,
            "/oauth/access_token":
                #"{"access_token":"IGAAFAKElong0001","token_type":"bearer","expires_in":5184000}"#,
        ])
        world.pipe("EAAFAKEshort0001")
        for command in [["exchange"], ["exchange", "--resume"]] {
            let ending = await world.run(command)
            #expect(ending.status == .usage, "\(ending.allOutput)")
            #expect(ending.failure?.id == "token-in-other-platforms-entry")
        }
        #expect(try world.stored(try storedPending())?.secret == "IGAAFAKElong0001")
        #expect(try world.stored("user:10200000000000009") == nil)
    }

    @Test(arguments: PlatformSample.all)
    func `a renewed token that looks like another platform's does not replace the old one`(
        _ sample: PlatformSample
    ) async throws {
        respond(with: ["/refresh_access_token": Self.foreignToken])
        try storeToken(sample)
        let ending = await world.run("refresh")
        #expect(ending.status == .usage)
        let pending = try storedPending()
        #expect(ending.output.contains("the token in \(pending) is for Facebook"))
        #expect(try world.stored(pending)?.secret == "EAAFAKElong0001")
        #expect(try world.stored(sample.account)?.secret == sample.activeToken)
    }

    @Test(arguments: PlatformSample.all, ["null", "[]"])
    func `a data member without a token does not lose the one beside it`(
        _ sample: PlatformSample, _ data: String
    ) async throws {
        try storeToken(sample)
        let token = "\(sample.prefix)FAKEnew"
        let body = #"{"data":\#(data),"access_token":"\#(token)","expires_in":5184000}"#
        respond(with: ["/refresh_access_token": body])
        let ending = await world.run("refresh")
        #expect(ending.status == .done, "\(ending.allOutput)")
        #expect(try world.stored(sample.account)?.secret == token)
    }

    @Test(arguments: PlatformSample.all)
    func `the known end of the same token stays if the response has none`(
        _ sample: PlatformSample
    ) async throws {
        try storeToken(sample)
        let end = try world.metadata(sample.account).expiresAt
        for expiry in ["", #","expires_in":0"#] {
            respond(
                with: [
                    "/refresh_access_token": #"{"access_token":"\#(sample.activeToken)"\#(expiry)}"#
                ])
            let ending = await world.run("refresh", "--json")
            #expect(ending.status == .expiring)
            #expect(try ending.objects().first?["result"] as? String == "not extended")
            #expect(try world.metadata(sample.account).expiresAt == end)
        }
    }

    @Test func `debug_token of Threads says when a new token ends if nothing else does`()
        async throws
    {
        let sample = PlatformSample.all[1]
        try storeToken(sample)
        let end = world.now.seconds + 60 * Self.day
        respond(with: [
            "/refresh_access_token": #"{"access_token":"THAAFAKEnew"}"#,
            "/me": #"{"id":"10200000000000555","username":"ann_fake"}"#,
            "/debug_token": #"{"data":{"is_valid":true,"expires_at":\#(end)}}"#,
        ])
        let ending = await world.run("refresh", "--json")
        #expect(try ending.objects().first?["result"] as? String == "renewed")
        let (metadata, secret) = try #require(try world.stored(sample.account))
        #expect(secret == "THAAFAKEnew" && metadata.expiresAt == .at(Timestamp(end)))
    }

    @Test(arguments: PlatformSample.all)
    func `the app secret is not shown if a later response repeats it`(_ sample: PlatformSample)
        async throws
    {
        try world.store(sample.appReference, sample.secret)
        let token = #"{"access_token":"\#(sample.prefix)FAKEnew","expires_in":5184000}"#
        let name = #"{"id":"17","user_id":"17","username":"\#(sample.secret)"}"#
        let error = #"{"error":{"message":"\#(sample.secret)","code":101}}"#
        for me in [error, name] {
            respond(with: ["/access_token": token, "/me": me])
            world.pipe(sample.shortToken)
            let ending = await world.run("exchange")
            #expect(ending.status == (me == name ? .done : .configuration))
            #expect(!ending.allOutput.contains(sample.secret), "\(ending.allOutput)")
        }
        #expect(try world.metadata("\(sample.kind):17").name == "[redacted]")
    }

    // MARK: Apps

    @Test(arguments: PlatformSample.all)
    func `inspect of a pasted token needs no choice among Facebook apps`(_ sample: PlatformSample)
        async throws
    {
        try world.storeApp()
        try world.store("app:5", "FAKEsecret")
        world.pipe(sample.activeToken)
        let ending = await world.run("inspect")
        #expect(ending.status == .done && ending.output.contains(sample.account))
        world.pipe("EAAFAKEshort0001")
        #expect(await world.run("inspect").status == .usage)
    }

    @Test(arguments: PlatformSample.all)
    func `inspect refuses an ID that is not that of an app of the platform`(
        _ sample: PlatformSample
    ) async throws {
        try world.storeApp()
        try world.store(sample.appReference, sample.secret)
        try storeToken(sample)
        for command in [["inspect"], ["inspect", sample.account]] {
            world.pipe(sample.activeToken)
            let ending = await world.run(command + ["--app", "1234567890123456"])
            #expect(ending.status == .missing, "\(ending.allOutput)")
            #expect(world.simulation.requests.isEmpty)
        }
        let ending = await world.run("inspect", sample.account, "--app", sample.app)
        #expect(ending.status == .done, "\(ending.allOutput)")
    }

    @Test(arguments: PlatformSample.all)
    func `a login to Facebook with an app of another platform is refused`(
        _ sample: PlatformSample
    ) async throws {
        try world.store(sample.appReference, sample.secret)
        let ending = await world.run("login", "--no-browser", "--app", sample.appReference)
        #expect(ending.status == .usage && ending.failure?.id == "app-of-other-platform")
        #expect(ending.failure?.hint?.text == "tokenvault list --kind app")
    }

    @Test(arguments: PlatformSample.all)
    func `nothing is unfinished for the only app, whatever its platform`(
        _ sample: PlatformSample
    ) async throws {
        try world.store(sample.appReference, sample.secret)
        let ending = await world.run("exchange", "--resume")
        #expect(ending.status == .missing && ending.failure?.id == "nothing-unfinished")
        #expect(ending.failure?.message.text.contains(sample.appReference) == true)
    }

    @Test func `import suggests to ask whose a token is`() async throws {
        for sample in PlatformSample.all {
            world.pipe("\(sample.kind.uppercased())_ACCESS_TOKEN=\(sample.activeToken)\n")
            let ending = await world.run("import", "-")
            #expect(ending.status == .usage)
            #expect(ending.failure?.hint?.text == "tokenvault import - --online")
        }
    }
}
