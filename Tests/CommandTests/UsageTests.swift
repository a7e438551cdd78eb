import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Errors do not repeat what is on the command line, because someone will type a token there.
@Suite struct UsageTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    @Test(arguments: [
        ["add", "page:1", "EAAFAKEtyped"], ["add", "EAAFAKEtyped"], ["add", "page:EAAFAKEtyped"],
        ["add", "page:1", "--token", "EAAFAKEtyped"], ["add", "page:1", "--token=EAAFAKEtyped"],
        ["add", "page:1", "--expires", "EAAFAKEtyped"], ["add", "page:1", "-EAAFAKEtyped"],
        ["add", "page:1", "--EAAFAKEtyped"], ["add", "page:1", "--app", "EAAFAKEtyped"],
        ["add", "page:1", "--user=EAAFAKEtyped"], ["EAAFAKEtyped"], ["exchange", "EAAFAKEtyped"],
        ["exchange", "--app", "EAAFAKEtyped"], ["exchange", "user:1", "EAAFAKEtyped"],
        ["get", "EAAFAKEtyped"], ["get", "page:1", "EAAFAKEtyped"],
        ["export", "EAAFAKEtyped"], ["export", "A=EAAFAKEtyped"], ["inject", "EAAFAKEtyped"],
        ["export", "A=page:1", "--format", "EAAFAKEtyped"], ["signed-request", "EAAFAKEtyped"],
        ["verify-webhook", "EAAFAKEtyped"], ["get", "user:EAAFAKEtyped"],
        ["get", "page:1", "--valid-for", "EAAFAKEtyped"], ["pages", "EAAFAKEtyped"],
        ["pages", "--user", "EAAFAKEtyped"], ["check", "--within", "EAAFAKEtyped"],
        ["check", "--format", "EAAFAKEtyped"], ["check", "--at", "EAAFAKEtyped"],
        ["check", "EAAFAKEtyped"], ["list", "--kind", "EAAFAKEtyped"], ["list", "EAAFAKEtyped"],
        ["show", "EAAFAKEtyped"], ["remove", "page:EAAFAKEtyped"],
        ["init", "--kdf", "EAAFAKEtyped"], ["init", "EAAFAKEtyped"],
        ["pages", "--graph-url", "http://EAAFAKEtyped"],
        ["pages", "--graph-version", "EAAFAKEtyped"], ["check", "--online=EAAFAKEtyped"],
        ["list", "--passphrase-fd", "EAAFAKEtyped"], ["login", "--config-id", "EAAFAKEtyped"],
        ["login", "--config-id", "1", "--scope", "EAAFAKEtyped"],
        ["api", "EAAFAKEtyped"], ["api", "EAAFAKEtyped", "me"], ["api", "me", "EAAFAKEtyped"],
        ["api", "GET", "EAAFAKEtyped/accounts"], ["api", "me", "--as", "EAAFAKEtyped"],
        ["api", "me", "-f", "EAAFAKEtyped"], ["api", "me", "-f", "access_token=EAAFAKEtyped"],
        ["api", "me?access_token=EAAFAKEtyped"], ["api", "user:EAAFAKEtyped/feed"],
    ])
    func `an argument's value is never repeated`(arguments: [String]) async throws {
        let ending = await world.run(arguments)
        #expect([.usage, .missing].contains(ending.status))
        #expect(ending.output == "")
        #expect(!ending.allOutput.lowercased().contains("eaafake"))
        #expect(world.questions.isEmpty)
    }

    @Test(arguments: [
        ["add", "page:1", "EAAFAKEtyped\nEAAFAKEmore"], ["list", "EAAFAKEtyped\n"],
        ["init", "--kdf", "EAAFAKEtyped\nx"], ["add", "page:1", "--EAAFAKEtyped=x"],
    ])
    func `not even a part of an argument is repeated`(arguments: [String]) async throws {
        let ending = await world.run(arguments)
        #expect(ending.status == .usage)
        #expect(!ending.allOutput.contains("EAAFAKE"))
    }

    @Test(arguments: [
        ["add", "page:1", "x"], ["exchange", "user:1", "x"], ["login", "x"],
        ["signed-request", "x"],
        ["redeem", "--redirect-uri", "http://localhost:47231/", "x"],
    ])
    func `if a secret is expected, the error says where it is read from`(arguments: [String]) async
    {
        let failure = await world.run(arguments).failure
        #expect(failure?.message.text.contains("read from the prompt or standard input") == true)
    }

    @Test(arguments: [
        ["--help"], ["help"], ["--version"], ["get", "--help"], ["help", "exchange"],
        ["--generate-completion-script", "bash"], [],
    ])
    func `help uses neither the vault nor the network`(arguments: [String]) async throws {
        let empty = try TestWorld(hasVault: false)
        empty.set("TOKENVAULT_FILE", nil)
        let ending = await empty.run(arguments)
        #expect(ending.status == .done)
        #expect(!ending.output.isEmpty)
        #expect(ending.notes == "")
    }

    @Test(arguments: [
        ["list", "--key-file", "a", "--key-file", "b"],
        ["list", "--key-file=a", "--key-file", "a"],
        ["get", "page:1", "--vault", "a", "--vault", "b"],
        ["add", "page:1", "--expires", "1d", "--name", "x", "--expires=2d"],
        ["key", "list", "--passphrase-file", "a", "--passphrase-file", "b"],
        ["pages", "--graph-version", "v1.0", "--graph-version", "v1.0"],
        ["exec", "--env", "A=page:1", "--env", "A=page:2", "--", "true"],
    ])
    func `two values for one option are a usage error`(arguments: [String]) async {
        let failure = await world.run(arguments).failure
        #expect(failure?.status == .usage)
        #expect(failure?.message.text.hasSuffix("use it only once") == true)
    }

    @Test func `repeatable options can be repeated`() async throws {
        try world.store("page:1", "EAAFAKE1") { metadata in
            metadata.expiresAt = .never
            metadata.scopes = ["one", "two"]
        }
        let arguments = ["get", "page:1", "--require-scope", "one", "--require-scope", "two"]
        #expect(await world.run(arguments).status == .done)
        #expect(await world.run("list", "--json", "--quiet", "--json").status == .done)
    }

    @Test func `a message is one line`() async {
        for arguments in [["add"], ["nonsense"], ["get", "--nothing"], ["init", "--kdf", "x"]] {
            let failure = await world.run(arguments).failure
            #expect(failure?.message.text.contains { $0.isNewline } == false)
            #expect(failure?.message.text.hasSuffix(".") == false)
        }
    }
}
