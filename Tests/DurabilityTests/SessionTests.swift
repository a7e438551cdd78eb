import Foundation
import Support
import Testing

/// `unlock` and the sessions it starts, with the kernel's own keyring.
@Suite(
    .enabled("the kernel's keyring cannot be used here") { await Keyring.isUsable },
    .timeLimit(.minutes(2)))
struct SessionTests {
    @Test func `unlocked once, a hundred gets need nothing else`() async throws {
        let home = try await unlocked()
        let script = "for i in $(seq 100); do \"$0\" get app:1 || exit; done"
        let start = ContinuousClock.now
        let outcome = try await home.run(tool: "sh", ["-c", script, ProgramUnderTest.path])
        let taken = ContinuousClock.now - start
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == String(repeating: "FAKEone\n", count: 100))
        // With the passphrase, key derivation alone would take longer.
        #expect(taken < .seconds(60), "\(taken)")
    }

    @Test func `a cron job and another login find the session`() async throws {
        let home = try await unlocked()
        let variables = ["HOME=\(home.path)", "TOKENVAULT_FILE=\(home.vault)"]
        let cron = try await home.run(
            tool: "env",
            ["-i"] + variables + ["setsid", "--wait", ProgramUnderTest.path, "get", "app:1"])
        #expect(cron.output == "FAKEone\n", "\(cron.errors)")
        // Like pam_keyinit: a session keyring of its own, without the links of the other one.
        let login = try await home.run(
            tool: "perl", ["-e", Self.join, ProgramUnderTest.path, "get", "app:1"])
        #expect(login.output == "FAKEone\n", "\(login.errors)")
        // The other login can also end the session.
        let lock = try await home.run(
            tool: "perl", ["-e", Self.join, ProgramUnderTest.path, "lock"])
        #expect(lock.status == 0, "\(lock.errors)")
        try await expectLocked(home)
    }

    /// Perl code that runs a program in a session keyring of its own, without a link to the user's.
    ///
    /// Some services have such a keyring, and `keyctl session` makes one.
    private static let join = "syscall(\(Keyring.keyctl), 1, 0) < 0 and die $!; exec @ARGV or die"

    @Test func `unlock works for all logins, even from one not linked to the user's keyring`()
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        func joined(_ arguments: String...) async throws -> Outcome {
            try await home.run(
                tool: "perl", ["-e", Self.join, ProgramUnderTest.path] + arguments)
        }
        let unlock = try await joined("unlock", "--for", "2h", "--key-file", home.keyFile)
        #expect(unlock.status == 0, "\(unlock.errors)")
        #expect(try await joined("get", "app:1").output == "FAKEone\n")
        #expect(try await home.succeed("get", "app:1") == "FAKEone\n")
        // It expires by itself, and other users have no permission to use it.
        let entry = try #require(try await Keyring.entry(in: home))
        #expect(
            (entry.contains(" 1h ") || entry.contains(" 2h ")) && entry.contains(" 3f3f0000 "),
            "\(entry)")
        let again = try await joined("unlock", "--for", "1h", "--key-file", home.keyFile)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try await home.succeed("get", "app:1") == "FAKEone\n")
        #expect(try await joined("lock").errors == "tokenvault: locked\n")
        try await expectLocked(home)
        #expect(try await Keyring.identifier(in: home) == nil)
    }

    @Test(.enabled(if: geteuid() == 0, "running as another user requires root"))
    func `an exhausted quota is named, with the settings that raise it`() async throws {
        let account = try await ServiceAccount(id: 64_329)
        let home = account.home
        // add_key(2) into the user's own keyring, until the kernel takes no more.
        let fill = """
            perl -e '($type, $payload) = ("user", "x");
            for (1..300) { $name = "fill$_"; syscall(\(Keyring.addKey), $type, $name, $payload, 1, -4) }'
            """
        #expect(try await account.shell(fill).status == 0)
        let unlock = try await account.run("unlock", "--key-file", home.keyFile)
        #expect(unlock.status == 74 && unlock.output.isEmpty)
        #expect(unlock.errorLines.first?.contains("key quota") == true, "\(unlock.errors)")
        // The settings that the message names exist.
        let settings = unlock.errors.split(separator: " ").filter { $0.hasPrefix("kernel.keys.") }
        #expect(settings == ["kernel.keys.maxkeys", "kernel.keys.maxbytes"])
        for name in settings {
            #expect(try await home.run(tool: "sysctl", ["-n", String(name)]).status == 0)
        }
        let doctor = try await account.run("doctor", "--offline")
        #expect(doctor.status == 1 && doctor.output.contains("key quota"))
        // KEYCTL_CLEAR of the user's own keyring.
        let clear = "perl -e 'exit(syscall(\(Keyring.keyctl), 7, -4) == 0 ? 0 : 1)'"
        #expect(try await account.shell(clear).status == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "running as another user requires root"))
    func `another user cannot read the session key`() async throws {
        let home = try await unlocked()
        let id = try #require(try await Keyring.identifier(in: home))
        let read =
            "$b = ' ' x 256; exit(syscall(\(Keyring.keyctl), 11, hex '\(id)', $b, 256) == 32 ? 0 : 1)"
        #expect(try await home.run(tool: "perl", ["-e", read]).status == 0)
        let other = try await home.run(
            tool: "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e", read])
        #expect(other.status == 1, "\(other.errors)")
    }

    @Test func `a session expires by itself`() async throws {
        let home = try await unlocked(for: "20s")
        #expect(try await home.succeed("get", "app:1") == "FAKEone\n")
        let start = ContinuousClock.now
        while try await home.run("status").status == 0 {
            try #require(ContinuousClock.now - start < .seconds(60))
            try await Task.sleep(for: .milliseconds(500), clock: .suspending)
        }
        try await expectLocked(home)
        #expect(try await Keyring.identifier(in: home) == nil)
    }

    @Test func `lock ends the session, and only that of its vault`() async throws {
        let home = try await unlocked()
        let other = try await unlocked()
        try await home.succeed("lock")
        try await expectLocked(home)
        #expect(try await Keyring.identifier(in: home) == nil)
        #expect(try await other.succeed("get", "app:1") == "FAKEone\n")
        // Locking again is not an error.
        try await home.succeed("lock")
    }

    @Test func `lock ends the session of a damaged vault whose ID can be read`() async throws {
        let home = try await unlocked()
        let vault = try home.contents(of: home.vault)
        let line = try #require(
            vault.split(separator: UInt8(ascii: "\n"), maxSplits: 2).dropFirst().first)
        try home.replaceVault(with: Data("tokenvault/9\n".utf8) + line + Data("\n".utf8))
        #expect(try await home.run("list").status == 65)
        let lock = try await home.run("lock")
        #expect(lock == Outcome(status: 0, output: "", errors: "tokenvault: locked\n"))
        try home.replaceVault(with: vault)
        try await expectLocked(home)
    }

    @Test func `if the ID cannot be read, the hint is how to end all sessions`() async throws {
        let home = try await unlocked()
        try home.replaceVault(with: Data("tokenvault/1\nvault FAKE\n".utf8))
        let damaged = try await home.run("lock")
        #expect(damaged.status == 65)
        #expect(damaged.errors.contains("hint: tokenvault lock --all\n"), "\(damaged.errors)")
        try FileManager.default.removeItem(atPath: home.vault)
        let missing = try await home.run("lock")
        #expect(missing.status == 66)
        #expect(missing.errors.contains("hint: tokenvault lock --all\n"), "\(missing.errors)")
    }

    /// Runs as a user without other sessions, because those of other tests must continue.
    @Test(.enabled(if: geteuid() == 0, "running as another user requires root"))
    func `lock --all ends the sessions of vaults that are gone`() async throws {
        let account = try await ServiceAccount(id: 64_321)
        let home = account.home
        try await account.succeed("unlock", "--key-file", home.keyFile)
        try await account.succeed("status")
        let vault = try home.contents(of: home.vault)
        try home.replaceVault(with: Data("no vault".utf8))
        let lock = try await account.run("lock", "--all")
        #expect(lock.status == 0 && lock.output.isEmpty, "\(lock.errors)")
        #expect(lock.errors.hasSuffix("tokenvault: locked; sessions ended: 1\n"), "\(lock.errors)")
        try home.replaceVault(with: vault)
        try account.takeOver()
        #expect(try await account.run("status").status == 77)
        let again = try await account.run("lock", "--all")
        #expect(again.status == 0 && again.errors.hasSuffix("tokenvault: already locked\n"))
    }

    @Test func `another unlock replaces the session and its expiry`() async throws {
        let home = try await unlocked(for: "2s")
        try await home.succeed("unlock", "--for", "1h", "--key-file", home.keyFile)
        try await Task.sleep(for: .seconds(3), clock: .suspending)
        #expect(try await home.succeed("get", "app:1") == "FAKEone\n")
    }

    @Test func `a new passphrase and a removed key end the session, saves and new keys do not`()
        async throws
    {
        let home = try await unlocked()
        let passphrase = ["--passphrase-file", home.passphraseFile]
        try await home.succeed("add", "app:2", input: "FAKEtwo")
        let added = try await home.run(
            arguments: ["key", "add", "second", "\(home.path)/second.key"] + passphrase)
        #expect(added.status == 0)
        try await home.succeed("status")
        let removed = try await home.run(arguments: ["key", "remove", "second"] + passphrase)
        #expect(removed.status == 0)
        let ended = "tokenvault: the session has ended; to start a new one: tokenvault unlock\n"
        #expect(removed.errors.hasSuffix(ended), "\(removed.errors)")
        try await expectLocked(home)
        try await home.succeed("unlock", "--passphrase-file", home.passphraseFile)
        let changed = try await home.run(
            arguments: ["passphrase", "--new-passphrase-file", home.passphraseFile] + passphrase)
        #expect(changed.status == 0)
        #expect(changed.errors.contains(ended), "\(changed.errors)")
        try await expectLocked(home)
    }

    @Test
    func `a stale session key is ignored, and dropped once the vault opens with another method`()
        async throws
    {
        let home = try await unlocked()
        // As if changed on another machine, which does not update this one's keyring.
        try await home.reference(
            """
            vault = vaults.read(contents(vault_path), passphrase=passphrase)
            put(vault_path, writer.encode(writer.new_epoch(writer.next_generation(vault), passphrase)))
            """)
        try await expectLocked(home)
        #expect(try await Keyring.identifier(in: home) != nil)
        #expect(try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
        #expect(try await Keyring.identifier(in: home) == nil)
        try await expectLocked(home)
    }

    @Test func `a vault forged with an earlier session's key is refused`() async throws {
        let home = try await unlocked()
        let old = "\(home.path)/old"
        try home.contents(of: home.vault).write(to: URL(filePath: old))
        let changed = try await home.run(
            "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
            home.passphraseFile)
        #expect(changed.status == 0)
        try await home.reference(
            """
            vault = vaults.read(contents(sys.argv[1]), key_file=contents(key_path))
            header = dataclasses.replace(vault.header, generation=99)
            evil = dataclasses.replace(vault, header=header, records=[record(b"app:1", b"FAKEevil")])
            put(vault_path, writer.encode(evil))
            """, old)
        for unlocking in [
            ["--key-file", home.keyFile], ["--passphrase-file", home.passphraseFile],
        ] {
            let outcome = try await home.run(arguments: ["get", "app:1"] + unlocking)
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.errors)")
        }
    }

    private func unlocked(for span: String = "1h") async throws -> Home {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await home.succeed("unlock", "--for", span, "--key-file", home.keyFile)
        return home
    }

    private func expectLocked(
        _ home: Home, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await home.run("get", "app:1", "--no-input")
        #expect(outcome.status == 77, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(try await home.run("status").status == 77, sourceLocation: sourceLocation)
    }
}

/// The kernel's keyring of this user.
enum Keyring {
    /// The system call numbers of keyctl(2) and add_key(2).
    #if arch(x86_64)
    static let (keyctl, addKey) = (250, 248)
    #else
    static let (keyctl, addKey) = (219, 217)
    #endif

    /// Whether the keyring can be used; many containers refuse it.
    static var isUsable: Bool {
        get async {
            guard let home = try? await Home.withVault(),
                let unlock = try? await home.run(
                    "unlock", "--for", "1m", "--key-file", home.keyFile)
            else { return false }
            return unlock.status == 0
        }
    }

    /// Returns the hexadecimal ID of the session key of a home's vault, or `nil` without a session.
    static func identifier(in home: Home) async throws -> String? {
        try await entry(in: home).map { String($0.prefix(8)) }
    }

    /// Returns the line of that key in /proc/keys.
    static func entry(in home: Home) async throws -> String? {
        let id = try await home.reference(
            "print(vaults.parse_header(contents(vault_path))[0].vault_id.hex(), end='')")
        let keys = try String(contentsOfFile: "/proc/keys", encoding: .utf8)
        let line = keys.split(separator: "\n").first {
            // A revoked or expired key is listed until it is garbage-collected.
            $0.contains("tokenvault:\(id)") && !$0.contains("expd") && $0.dropFirst(9).first == "I"
                && $0.dropFirst(10).first != "R"
        }
        return line.map(String.init)
    }
}
