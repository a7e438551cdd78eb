import Entries
import Foundation
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Which unlock method is used, and which are ignored.
@Suite struct UnlockingTests {
    /// A world whose vault opens with the key file or with the passphrase "FAKE pass".
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("user:9", "EAAFAKE9") { $0.expiresAt = .never }
        world.set("TOKENVAULT_KEY_FILE", nil)
    }

    private var key: String { "\(world.directory)/key" }

    private func status(_ options: String...) async -> Console.ExitStatus {
        await world.run(["get", "user:9"] + options).status
    }

    private func file(_ content: String, mode: Int = 0o600) throws -> String {
        let path = "\(world.directory)/\(UUID().uuidString)"
        try writePrivate(content, to: path, mode: mode)
        return path
    }

    @Test func `the hidden prompt names the vault`() async {
        world.type("FAKE pass")
        #expect(await status() == .done)
        #expect(world.questions == ["Passphrase for \(world.vaultPath): "])
        for wrong in ["FAKE", "FAKE pass ", "FAKE pass\n", "fake pass", ""] {
            world.type(wrong)
            #expect(await status() == .locked)
        }
    }

    @Test(arguments: ["1", "2", "01", "+2"])
    func `a passphrase is not read from an output stream`(number: String) async {
        for command in [
            ["get", "user:9", "--passphrase-fd", number], ["list", "--passphrase-fd", number],
            ["passphrase", "--passphrase-fd", number],
            ["passphrase", "--new-passphrase-fd", number],
            ["init", "--vault", "\(world.directory)/new", "--passphrase-fd", number],
        ] {
            world.setPassphrase("FAKE pass")
            let ending = await world.run(command)
            #expect(ending.status == .usage, "\(command): \(ending.failure?.message ?? "")")
            #expect(ending.failure?.message.text.contains("cannot be 1 or 2") == true)
        }
    }

    @Test func `if it cannot prompt, it fails at once and lists the unlock methods`() async {
        #expect(await status("--no-input") == .locked)
        #expect(world.questions.isEmpty)
        world.removeTerminal()
        let failure = await world.run("get", "user:9").failure
        #expect(failure?.status == .locked)
        let message = failure?.message.text ?? ""
        for name in UnlockMethod.all.flatMap({ [$0.option, $0.variable] }).compactMap({ $0 }) {
            #expect(message.contains(name), "\(name)")
        }
    }

    @Test func `where a passphrase is needed, the message lists each option that gives one`() {
        for method in UnlockMethod.all where !method.isMachineKey {
            guard let option = method.option else { continue }
            for message in [UnlockMessage.passphraseNeeded, .newPassphraseNeeded] {
                let words = message.failure.message.text.split { " ,;()".contains($0) }
                #expect(words.contains { $0 == option }, "\(option): \(message)")
            }
        }
    }

    @Test func `the table of unlock methods matches the options, and the manual lists all of it`()
        throws
    {
        let options = SecretCommand.options(of: .get).filter(\.takesValue)
        let listed = Set(UnlockMethod.all.compactMap(\.option))
        let unlocking = options.flatMap(\.names).filter {
            $0.contains("pass") || $0.contains("key")
        }
        #expect(listed == Set(unlocking))
        let manual = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Scripts/manual.mdoc"), encoding: .utf8)
        for method in UnlockMethod.all {
            if let variable = method.variable { #expect(manual.contains(variable), "\(variable)") }
        }
    }

    @Test(arguments: [
        ("FAKE pass", true), ("FAKE pass\n", true), ("FAKE pass\r\n", true),
        ("FAKE pass\n\n", false), ("FAKE pass ", false), (" FAKE pass", false),
        ("FAKE pass\r", false), ("", false), ("\n", false), ("FAKE pass\u{0}", false),
        (String(repeating: "F", count: 1025), false), (String(repeating: "F", count: 9999), false),
    ])
    func `exactly one trailing newline of a passphrase file is removed`(
        content: String, opens: Bool
    ) async throws {
        let path = try file(content)
        #expect(await status("--passphrase-file", path) == (opens ? .done : .locked))
    }

    @Test(arguments: [
        (0o644, "read"), (0o640, "read"), (0o604, "read"), (0o440, "read"), (0o444, "read"),
        (0o620, "change"), (0o602, "change"), (0o622, "change"), (0o666, "read and change"),
        (0o642, "read and change"), (0o777, "read and change"),
    ])
    func `a file that others can read or change is not used, and the hint fixes it`(
        mode: Int, what: String
    ) async throws {
        let path = try file("FAKE pass", mode: mode)
        for option in ["--passphrase-file", "--key-file"] {
            let failure = await world.run("get", "user:9", option, path).failure
            #expect(failure?.status == .locked)
            #expect(failure?.message.text == "others can \(what) \(path), so it is not used")
            #expect(failure?.hint?.text == "chmod 600 \(path)")
        }
    }

    @Test func `a tilde is the home directory in the paths of passphrase and key files too`()
        async throws
    {
        world.set("HOME", world.directory)
        try writePrivate("FAKE pass", to: "\(world.directory)/words")
        #expect(await status("--passphrase-file=~/words") == .done)
        #expect(await status("--key-file=~/key") == .done)
        world.set("TOKENVAULT_KEY_FILE", "~/key")
        #expect(await status() == .done)
    }

    @Test(arguments: [0o600, 0o400, 0o700, 0o711])
    func `a file that others can neither read nor change is used`(mode: Int) async throws {
        let path = try file("FAKE pass", mode: mode)
        #expect(await status("--passphrase-file", path) == .done)
    }

    @Test func `if the file is missing, the vault stays locked and no other method is tried`() async
    {
        world.setPassphrase("FAKE pass")
        for option in ["--passphrase-file", "--key-file"] {
            #expect(await status(option, "\(world.directory)/none") == .locked)
        }
        #expect(await status() == .done)
        world.set("TOKENVAULT_PASSPHRASE_FILE", "\(world.directory)/none")
        #expect(await status() == .locked)
    }

    @Test func `two unlock options at once are a usage error`() async throws {
        let path = try file("FAKE pass")
        #expect(await status("--passphrase-file", path, "--key-file", key) == .usage)
        #expect(await status("--passphrase-file", path, "--passphrase-fd", "9") == .usage)
    }

    @Test(arguments: ["x", "-1", "", "99999999999"])
    func `an invalid descriptor is a usage error`(text: String) async {
        #expect(await status("--passphrase-fd=\(text)") == .usage)
    }

    @Test func `options take precedence over variables, which have an order of their own`()
        async throws
    {
        let wrong = try file("FAKE wrong")
        let right = try file("FAKE pass")
        world.set("TOKENVAULT_PASSPHRASE_FILE", wrong)
        #expect(await status("--passphrase-file", right) == .done)
        world.set("TOKENVAULT_KEY_FILE", key)
        #expect(await status() == .done)
        #expect(await status("--passphrase-file", wrong) == .locked)
        world.set("TOKENVAULT_KEY_FILE", nil)
        world.setPassphrase("FAKE pass")
        #expect(await status() == .locked)
        world.set("TOKENVAULT_PASSPHRASE_FILE", "")
        #expect(await status() == .done)
        #expect(world.questions.isEmpty)
    }

    @Test func `systemd credentials come last, whoever can read them`() async throws {
        let directory = "\(world.directory)/credentials"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        world.set("CREDENTIALS_DIRECTORY", directory)
        try writePrivate("FAKE pass\n", to: "\(directory)/tokenvault-passphrase", mode: 0o444)
        #expect(await status() == .done)
        try writePrivate("no key", to: "\(directory)/tokenvault-key", mode: 0o444)
        #expect(await status() == .locked)
        world.setPassphrase("FAKE pass")
        #expect(await status() == .done)
    }

    @Test func `a missing or damaged vault is reported before the prompt`() async throws {
        #expect(await world.run("list", "--vault", "\(world.directory)/none").status == .missing)
        try writePrivate("FAKE", to: "\(world.directory)/other")
        #expect(await world.run("list", "--vault", "\(world.directory)/other").status == .damaged)
        #expect(await world.run("list", "--vault", world.directory).status == .damaged)
        #expect(world.questions.isEmpty)
    }
}
