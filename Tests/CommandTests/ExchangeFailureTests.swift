import Entries
import Foundation
import Graph
import GraphSimulator
import HTTP
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct ExchangeFailureTests {
    static let user = ExchangeTests.user

    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeApp()
        world.allow(.simulation)
        world.pipe("EAAFAKEshort0001\n")
    }

    @Test(arguments: [
        ("EAAFAKEother0001", Console.ExitStatus.configuration),
        ("EAAFAKEexpired01", .tokenRefused),
        ("EAAFAKEnothing01", .tokenRefused), ("1234567890123456|FAKEsecret0001", .tokenRefused),
    ])
    func `a token that cannot be exchanged`(
        token: String, status: Console.ExitStatus
    ) async throws {
        world.pipe(token)
        let ending = await world.run("exchange")
        #expect(ending.status == status)
        #expect(ending.output == "")
        #expect(!ending.everythingSaid.contains(token))
        #expect(try world.references().count == 1)
    }

    @Test func `an expired token shows the exchange's own refusal`() async throws {
        world.pipe("EAAFAKEexpired01")
        let failure = try #require(await world.run("exchange").failure)
        #expect(failure.refusal?.code == 190)
        #expect(failure.refusal?.subcode == 463)
        #expect(failure.kind == .graph)
        #expect(world.calls.last == "POST /v26.0/oauth/access_token")
    }

    @Test func `a token that debug_token says is another app's is not sent to be exchanged`()
        async throws
    {
        world.allow(
            .intercepted { _ throws(GraphError) in
                HTTPResponse(
                    status: 200, headers: [],
                    body: Array(
                        #"{"data":{"app_id":2345678901234567,"type":"USER","is_valid":true}}"#.utf8)
                )
            })
        let ending = await world.run("exchange")
        #expect(ending.status == .configuration)
        #expect(ending.failure?.message.text.contains("2345678901234567") == true)
        #expect(ending.failure?.hint == "tokenvault add app:2345678901234567")
        #expect(try world.references().count == 1)
    }

    @Test func `a page's token is told as such and not exchanged`() async throws {
        try world.simulation.merge(
            state: """
                {"tokens": [{"token": "EAAFAKEpage0001", "app": "1234567890123456", "type": "PAGE",
                  "user": "10200000000000009", "page": "1020000000000001", "expires_at": "+1h"}]}
                """)
        world.pipe("EAAFAKEpage0001")
        let ending = await world.run("exchange")
        #expect(ending.status == .tokenRefused)
        #expect(world.calls == ["GET /v26.0/debug_token"])
    }

    @Test(arguments: ["app:1234567890123456", "app:9999999999999999"])
    func `a wrong app secret or app id is the app's configuration`(app: String) async throws {
        try world.vault().change { _ in
            [EntryChange(try #require(Reference(text: "app:1234567890123456"))) { _ in .remove }]
        }
        try world.store(app, "FAKEwrong")
        let ending = await world.run("exchange")
        #expect(ending.status == .configuration)
        #expect(ending.failure?.message.text.contains(app) == true)
        #expect(try world.references() == [app])
    }

    static let faults: [(fault: Fault, status: Console.ExitStatus)] = [
        (.at(.html, status: 500), .tryLater), (.at(.html, status: 502), .tryLater),
        (.at(.text, status: 200), .invalidResponse), (.at(.truncated), .invalidResponse),
        (.at(.empty), .invalidResponse), (.at(.oversized), .invalidResponse),
        (.at(.redirect), .invalidResponse), (.at(.reset), .unreachable),
        (.at(.cutOff), .unreachable), (.at(.error, code: 2, status: 503), .tryLater),
        (.at(.error, code: 4, status: 400), .tryLater), (.at(.error, code: 368), .tryLater),
        (.at(.error, code: 3), .configuration), (.at(.error, code: 10), .tokenRefused),
        (.at(.error, code: 190, subcode: 459), .tokenRefused),
        (.at(.error, code: 100, subcode: 36_009), .tokenRefused),
        (.at(.error, code: 191), .configuration),
    ]

    @Test(arguments: faults.indices)
    func `whatever goes wrong has its status and stores nothing`(index: Int) async throws {
        world.fail(Self.faults[index].fault)
        let ending = await world.run("exchange")
        #expect(ending.status == Self.faults[index].status)
        #expect(ending.output == "")
        #expect(try world.references() == ["app:1234567890123456"])
        #expect(!ending.everythingSaid.contains("EAAFAKE"))
    }

    @Test func `a web page in the place of an answer is a passing fault`() async {
        world.fail(.at(.html, status: 200))
        let ending = await world.run("exchange")
        #expect(ending.status == .tryLater)
    }

    @Test func `a message that repeats what was sent shows nothing of it`() async {
        world.fail(.at(.echo))
        let ending = await world.run("exchange")
        #expect(ending.status == .tokenRefused)
        for secret in ["EAAFAKEshort0001", "FAKEsecret0001", "1234567890123456|FAKE"] {
            #expect(!ending.everythingSaid.contains(secret))
        }
    }

    @Test func `when the new token cannot be saved the message says that there is one`()
        async throws
    {
        // What lies in the place of the temporary file keeps the save from beginning.
        let obstacle = "\(world.directory)/.vault.saving"
        world.allow(
            .intercepted { [unowned world] request throws(GraphError) in
                if request.method == "POST" {
                    try? FileManager.default.createDirectory(
                        atPath: "\(obstacle)/x", withIntermediateDirectories: true)
                }
                return try world.simulated(request)
            })
        let ending = await world.run("exchange")
        #expect(ending.status == .inputOutput)
        #expect(ending.output == "")
        #expect(ending.failure?.message.text.contains("Meta issued a new token") == true)
        #expect(world.calls.count == 2)
        try FileManager.default.removeItem(atPath: obstacle)
        #expect(try world.references() == ["app:1234567890123456"])
    }
}

extension Fault {
    /// A fault of the exchange.
    fileprivate static func at(
        _ kind: Kind, code: Int? = nil, subcode: Int? = nil, status: Int? = nil
    ) -> Fault {
        var fault = Fault(kind, at: "oauth/access_token")
        fault.code = code
        fault.subcode = subcode
        fault.status = status
        return fault
    }
}
