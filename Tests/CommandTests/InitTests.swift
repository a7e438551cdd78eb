import Foundation
import Platform
import Sodium
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct InitTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld(hasVault: false)
    }

    private func run(_ arguments: String...) async -> Ending {
        await world.run(["init", "--kdf", "interactive"] + arguments)
    }

    private func opens(with passphrase: String) throws -> Bool {
        let secret = SharedSecret(Secret(copying: Array(passphrase.utf8).span))
        do {
            _ = try UnlockedVault(path: world.vaultPath, key: .passphrase(secret))
            return true
        } catch VaultError.wrongPassphrase {
            return false
        }
    }

    @Test func `init prompts for the passphrase twice`() async throws {
        world.type("FAKE pass", "FAKE pass")
        let ending = await run()
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(world.questions.count == 2)
        #expect(world.questions.first?.contains(world.vaultPath) == true)
        #expect(try opens(with: "FAKE pass"))
    }

    @Test func `if the two differ, init prompts again, three times in all`() async throws {
        world.type("a", "b", "c", "d", "FAKE", "FAKE")
        #expect(await run().status == .done)
        #expect(try opens(with: "FAKE"))

        let other = try TestWorld(hasVault: false)
        other.type("a", "b", "c", "d", "e", "f", "g")
        #expect(await other.run("init").status == .usage)
        #expect(other.questions.count == 6)
        #expect(!Directory.holdsAnything(at: other.vaultPath))
    }

    @Test(arguments: ["", String(repeating: "F", count: 1025)])
    func `an invalid passphrase is refused`(passphrase: String) async {
        world.type(passphrase, passphrase)
        #expect(await run().status == .usage)
        #expect(!Directory.holdsAnything(at: world.vaultPath))
    }

    @Test func `the passphrase can come from the variable or a file`() async throws {
        world.setPassphrase("FAKE variable")
        #expect(await run().status == .done)
        #expect(try opens(with: "FAKE variable"))

        try FileManager.default.removeItem(atPath: world.vaultPath)
        let file = "\(world.directory)/passphrase"
        try writePrivate("FAKE file \n\n", to: file)
        #expect(await run("--passphrase-file", file).status == .done)
        // Exactly one trailing newline is removed.
        #expect(try opens(with: "FAKE file \n"))
        #expect(world.questions.isEmpty)
    }

    @Test(arguments: ["", "\n", "\u{0}", String(repeating: "F", count: 1025)])
    func `a file without a valid passphrase is a usage error`(content: String) async throws {
        let file = "\(world.directory)/passphrase"
        try writePrivate(content, to: file)
        #expect(await run("--passphrase-file", file).status == .usage)
    }

    @Test func `an existing file is never replaced`() async throws {
        try writePrivate("FAKE", to: world.vaultPath)
        let ending = await run()
        #expect(ending.status == .exists)
        #expect(world.questions.isEmpty)
        #expect(try String(contentsOfFile: world.vaultPath, encoding: .utf8) == "FAKE")
    }

    @Test func `init does not accept a machine key`() async {
        #expect(await run("--key-file", "\(world.directory)/none").status == .usage)
    }

    @Test func `if it cannot prompt, init fails at once`() async {
        #expect(await run("--no-input").status == .locked)
        #expect(world.questions.isEmpty)
        world.removeTerminal()
        #expect(await run().status == .locked)
    }

    @Test func `--generate prints a new passphrase once`() async throws {
        let ending = await run("--generate", "--quiet")
        #expect(ending.status == .done)
        #expect(ending.notes == "")
        let passphrase = String(ending.output.dropLast())
        #expect(passphrase.wholeMatch(of: /([a-z2-9]{5}-){4}[a-z2-9]{5}/) != nil)
        #expect(ending.output.hasSuffix("\n"))
        #expect(try opens(with: passphrase))
    }

    @Test func `the vault and its new directories are private to their owner`() async throws {
        world.setPassphrase("FAKE")
        let path = "\(world.directory)/new/deep/vault"
        #expect(await run("--vault", path).status == .done)
        for (item, mode) in [(path, 0o600), ("\(world.directory)/new/deep", 0o700)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: item)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }

    @Test(arguments: [
        (["TOKENVAULT_FILE": "", "XDG_DATA_HOME": "/FAKE/data"], "/FAKE/data/tokenvault/vault"),
        (
            ["TOKENVAULT_FILE": "", "XDG_DATA_HOME": "data", "HOME": "/FAKE/home"],
            "/FAKE/home/.local/share/tokenvault/vault"
        ), (["HOME": "/FAKE/home", "TOKENVAULT_FILE": "/FAKE/file"], "/FAKE/file"),
    ])
    func `the vault's path comes from the option, a variable or the home directory`(
        variables: [String: String], path: String
    ) throws {
        for (name, value) in variables { world.set(name, value) }
        #expect(try VaultAccess().resolvedPath(in: world.world) == path)
        #expect(
            try VaultAccess(path: "/FAKE/option").resolvedPath(in: world.world) == "/FAKE/option")
    }

    @Test(arguments: [
        ("~/v", "/FAKE/home/v"), ("~", "/FAKE/home"), ("~/", "/FAKE/home/"),
        ("~/a/~/b", "/FAKE/home/a/~/b"), ("./~/v", "./~/v"), ("~v", "~v"), ("a~", "a~"),
    ])
    func `a tilde that no shell has expanded is the home directory`(path: String, expected: String)
        throws
    {
        world.set("HOME", "/FAKE/home")
        #expect(try VaultAccess(path: path).resolvedPath(in: world.world) == expected)
        world.set("TOKENVAULT_FILE", path)
        #expect(try VaultAccess().resolvedPath(in: world.world) == expected)
    }

    @Test func `no directory named ~ is created`() async throws {
        world.set("HOME", "\(world.directory)/home")
        world.setPassphrase("FAKE")
        world.set("TOKENVAULT_FILE", "~/new/vault")
        #expect(await run().status == .done)
        #expect(Directory.holdsAnything(at: "\(world.directory)/home/new/vault"))
        #expect(!Directory.holdsAnything(at: "~"))
        for path in ["~nobody/v", "~nobody/"] {
            #expect(await run("--vault", path).status == .usage)
        }
        world.set("HOME", "~")
        #expect(await run().status == .usage)
        #expect(await run("--vault", "~/v").status == .usage)
        #expect(!Directory.holdsAnything(at: "~"))
    }

    @Test func `without a default path, --vault is required`() async {
        world.set("TOKENVAULT_FILE", nil)
        world.set("HOME", nil)
        #expect(await run().status == .usage)
        #expect(await run("--vault", "").status == .usage)
    }
}

/// Writes a file with mode 0600 or another mode.
func writePrivate(_ content: String, to path: String, mode: Int = 0o600) throws {
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}
