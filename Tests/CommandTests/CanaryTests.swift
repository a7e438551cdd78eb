import Foundation
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Runs every command with known secrets and searches its output for them.
@Suite struct CanaryTests {
    static let secrets = [
        "EAAFAKEshort0001", "EAAFAKElong0001", "EAAFAKElonguser1", "FAKEsecret0001",
        "FAKE+stored/secret=", "EAAFAKEpage", "EAAFAKEstored1",
    ]

    /// The secrets in plain text, percent-encoded and in base64.
    static let forms = secrets.flatMap { secret in
        let encoded = secret.replacing("+", with: "%2B").replacing("/", with: "%2F")
            .replacing("=", with: "%3D")
        // Without the end, because the last characters depend on what follows.
        let base64 = Data(secret.utf8).base64EncodedString().filter { $0 != "=" }.dropLast(2)
        return [secret, encoded, encoded.lowercased(), String(base64)]
    }

    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeUser()
        try world.store("client:17", "FAKE+stored/secret=")
        try world.store("page:1", "EAAFAKEstored1") { metadata in
            metadata.name = "Fake Page"
            metadata.app = Reference(text: "app:1234567890123456")
        }
        world.pipe("EAAFAKEshort0001")
        world.allow(.simulation)
    }

    static let commands: [[String]] = [
        ["list"], ["list", "--json"], ["show", "page:1"], ["show", "page:1", "--json"],
        ["show", "client:17"], ["check"], ["check", "--json"], ["check", "--format", "prometheus"],
        ["check", "--online"], ["check", "--online", "--json"], ["pages"], ["pages", "--json"],
        ["pages", "--offline"], ["pages", "1020000000000001", "1020000000000002"], ["exchange"],
        ["exchange", "--json"], ["exchange", "--resume"], ["exchange", "page:1"],
        ["add", "page:3"], ["add", "page:1"], ["add", "page:1", "--replace", "--json"],
        ["get", "page:9"], ["get", "page:1", "--valid-for", "1h"],
        ["get", "page:1", "--require-scope", "x"], ["get", "client:18"],
        ["get", "--header", "client:17"], ["export", "page:9"],
        ["export", "A=page:1", "B=page:9"],
        ["verify-webhook", "--signature", "EAAFAKEshort0001"], ["signed-request"],
        ["signed-request", "--show-secrets"],
        ["remove", "page:9"], ["remove", "page:1"],
        ["remove", "page:1", "--json"], ["init"], ["import", "-"], ["import", "-", "--online"],
        ["revoke", "user:10200000000000009", "--force"],
        ["login", "--no-browser", "--redirect-uri", "https://fake.example/"],
        ["redeem", "--redirect-uri", "http://localhost:47231/"],
        ["client-code", "--redirect-uri", "http://localhost:47231/"],
        ["api", "me/accounts"], ["api", "GET", "me/accounts", "--paginate", "--include"],
        ["api", "page:1/feed", "-f", "message=FAKE", "--json"], ["api", "app:1234567890123456"],
    ]

    @Test(arguments: commands)
    func `no command except get prints a secret`(arguments: [String]) async {
        expectNoSecret(in: await world.run(arguments))
    }

    @Test(arguments: commands)
    func `no command prints a secret when Meta's responses are faulty`(arguments: [String]) async {
        for faults in [
            [Fault(.echo)], [Fault(.echo, after: 1)], [Fault(.html)], [Fault(.reset)],
            [Fault(.redirect)], [Fault(.truncated)],
        ] {
            world.simulation.setFaults(faults)
            expectNoSecret(in: await world.run(arguments))
        }
    }

    @Test func `get prints its secret once, on standard output`() async {
        let ending = await world.run("get", "client:17")
        #expect(ending.output == "FAKE+stored/secret=\n")
        #expect(ending.notes == "")
    }

    @Test func `the vault file contains no secret`() async throws {
        await world.run("exchange")
        await world.run("pages", "-q")
        let file = try Data(contentsOf: URL(filePath: world.vaultPath))
        for form in Self.forms {
            #expect(file.firstRange(of: Data(form.utf8)) == nil)
        }
    }

    private func expectNoSecret(in ending: Ending) {
        let output = Data(ending.allOutput.utf8)
        for form in Self.forms where output.firstRange(of: Data(form.utf8)) != nil {
            Issue.record("\(form) in: \(ending.allOutput)")
        }
    }
}
