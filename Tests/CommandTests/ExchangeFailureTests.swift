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
    func `a token that cannot be exchanged is refused`(
        token: String, status: Console.ExitStatus
    ) async throws {
        world.pipe(token)
        let ending = await world.run("exchange")
        #expect(ending.status == status)
        #expect(ending.output == "")
        #expect(!ending.allOutput.contains(token))
        #expect(try world.references().count == 1)
    }

    @Test func `for an expired token, the error is that of the exchange request`() async throws {
        world.pipe("EAAFAKEexpired01")
        let failure = try #require(await world.run("exchange").failure)
        #expect(failure.refusal?.code == 190)
        #expect(failure.refusal?.subcode == 463)
        #expect(failure.kind == .graph)
        #expect(world.calls.last == "POST /v26.0/oauth/access_token")
    }

    @Test func `a token of another app, according to debug_token, is not sent for exchange`()
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

    @Test func `a page token is recognized and not exchanged`() async throws {
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
    func `a wrong app secret or app ID is a configuration error`(app: String) async throws {
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
    func `each fault has its exit status and stores nothing`(index: Int) async throws {
        world.fail(Self.faults[index].fault)
        let ending = await world.run("exchange")
        #expect(ending.status == Self.faults[index].status)
        #expect(ending.output == "")
        #expect(try world.references() == ["app:1234567890123456"])
        #expect(!ending.allOutput.contains("EAAFAKE"))
    }

    @Test func `an HTML page instead of a response is a transient fault`() async {
        world.fail(.at(.html, status: 200))
        let ending = await world.run("exchange")
        #expect(ending.status == .tryLater)
    }

    @Test func `secrets that Meta's message repeats are not shown`() async {
        world.fail(.at(.echo))
        let ending = await world.run("exchange")
        #expect(ending.status == .tokenRefused)
        for secret in ["EAAFAKEshort0001", "FAKEsecret0001", "1234567890123456|FAKE"] {
            #expect(!ending.allOutput.contains(secret))
        }
    }

    @Test func `if the new token cannot be saved, the message says that Meta issued it`()
        async throws
    {
        // A directory at the path of the temporary file makes the save fail.
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
    /// Returns a fault of the exchange request.
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
