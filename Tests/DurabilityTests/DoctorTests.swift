import Foundation
import Support
import Testing

/// `doctor` in surroundings where one thing is amiss; what it says of Graph is tested with a simulated
/// one.
@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    private static let isRoot = geteuid() == 0

    struct Finding: Decodable, Equatable {
        let subject: String
        let ok: Bool
        let problem: String
        let remedy: String?
    }

    /// Runs `doctor --offline` from a shell, behind `preparations`, as root in file systems of its own
    /// where `isAlone`.
    private func doctor(
        _ home: Home, _ preparations: String = ":", isAlone: Bool = false, options: String = ""
    ) async throws -> [Finding] {
        let script =
            "\(preparations) && exec \(options) '\(ProgramUnderTest.path)' doctor --offline --json"
        let outcome = try await home.run(
            tool: isAlone ? "unshare" : "sh", (isAlone ? ["-m", "sh"] : []) + ["-c", script])
        let findings = try JSONDecoder().decode([Finding].self, from: Data(outcome.output.utf8))
        let isWell = findings.allSatisfy(\.ok)
        #expect(outcome.status == (isWell ? 0 : 1), "\(outcome.errors)")
        for finding in findings where !finding.ok {
            #expect(!finding.problem.isEmpty)
            #expect(finding.remedy?.isEmpty == false, "\(finding.subject)")
        }
        return findings
    }

    /// Expects one thing to be amiss, carries out the remedy and expects it to have helped.
    private func expectMendable(
        _ home: Home, _ subject: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await doctor(home)
        let finding = try #require(
            before.first { $0.subject == subject }, sourceLocation: sourceLocation)
        #expect(!finding.ok, sourceLocation: sourceLocation)
        let remedy = try #require(finding.remedy, sourceLocation: sourceLocation)
        let mended = try await home.run(tool: "sh", ["-c", remedy])
        #expect(mended.status == 0, "\(remedy): \(mended.errors)", sourceLocation: sourceLocation)
        let after = try await doctor(home).first { $0.subject == subject }
        #expect(after?.ok == true, "\(remedy)", sourceLocation: sourceLocation)
    }

    /// A vault at the default cost, so that nothing is amiss with it.
    private func soundHome() async throws -> Home {
        let home = try Home()
        try await home.succeed("init", "--passphrase-file", home.passphraseFile)
        return home
    }

    @Test(
        .enabled(if: isRoot, "file systems of one's own take root"),
        .enabled("the kernel lets no key be kept here") { await Keyring.isUsable })
    func `all is well`() async throws {
        let home = try await soundHome()
        try home.write("core\n", to: "\(home.path)/pattern")
        let surroundings =
            "mount --bind '\(home.path)/pattern' /proc/sys/kernel/core_pattern "
            + "&& ulimit -c 0"
        let findings = try await doctor(home, surroundings, isAlone: true)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.count == 18)
    }

    @Test func `modes of file and directory that let others in are mended by their commands`()
        async throws
    {
        let home = try await soundHome()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.vault)
        try await expectMendable(home, "the vault file's permissions")
        try files.setAttributes([.posixPermissions: 0o770], ofItemAtPath: home.data)
        try await expectMendable(home, "the directory's permissions")
        // As /tmp: nobody can replace another's file there.
        try files.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: home.data)
        let findings = try await doctor(home)
        #expect(findings.contains { $0.subject == "the directory's permissions" && $0.ok })
    }

    @Test func `remains of a crashed save are mended by their command`() async throws {
        let home = try await soundHome()
        try home.write("remains", to: "\(home.data)/.vault.saving")
        try await expectMendable(home, "leftovers of a save that crashed")
    }

    @Test func `a cost below the default is told`() async throws {
        let home = try await Home.withVault()
        let finding = try await finding("the key derivation cost", home)
        #expect(!finding.ok)
        #expect(finding.remedy == "tokenvault passphrase --kdf moderate")
        try await home.succeed(
            "passphrase", "--kdf", "moderate", "--passphrase-file", home.passphraseFile,
            "--new-passphrase-file", home.passphraseFile)
        #expect(try await self.finding("the key derivation cost", home).ok)
    }

    @Test func `a missing vault and a damaged one are told`() async throws {
        let home = try Home()
        let missing = try await finding("the vault \(home.vault)", home)
        #expect(!missing.ok && missing.remedy == "tokenvault init")
        try FileManager.default.createDirectory(
            atPath: home.data, withIntermediateDirectories: false)
        try home.write("no vault", to: home.vault)
        let damaged = try await finding("the vault \(home.vault)", home)
        #expect(!damaged.ok && damaged.remedy == "ls -ld \(home.vault)")
        try FileManager.default.removeItem(atPath: home.vault)
        try FileManager.default.createDirectory(
            atPath: home.vault, withIntermediateDirectories: false)
        let directory = try await finding("the vault \(home.vault)", home)
        #expect(!directory.ok && directory.remedy == "ls -ld \(home.vault)")
        #expect(try await finding("the vault file's permissions", home).ok)
    }

    @Test func `what every reader would refuse is found where a key is there`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let sound = try await home.run(
            tool: "env",
            ["TOKENVAULT_KEY_FILE=\(home.keyFile)", ProgramUnderTest.path, "doctor", "--offline"])
        #expect(
            sound.output.contains("ok  the vault's content") || !sound.output.contains("damaged"))
        let content = try home.contents(of: home.vault)
        try home.replaceVault(with: content.dropLast(1))
        let damaged = try await home.run(
            tool: "env",
            ["TOKENVAULT_KEY_FILE=\(home.keyFile)", ProgramUnderTest.path, "doctor", "--offline"])
        #expect(damaged.status == 1, "\(damaged.output)")
        #expect(damaged.output.contains("the vault is damaged: part 1"), "\(damaged.output)")
    }

    @Test func `a vault that was altered is told to be restored`() async throws {
        let home = try await Home.withVault()
        let altered = try await home.run(tool: "sed", ["-i", "2s/$/x/", home.vault])
        try #require(altered.status == 0)
        let damaged = try await finding("the vault \(home.vault)", home)
        #expect(!damaged.ok && damaged.remedy == "cp BACKUP \(home.vault)")
    }

    @Test(arguments: [
        ("export TOKENVAULT_FILE='~nobody-x/v'", "the vault's path", "unset TOKENVAULT_FILE"),
        ("unset HOME TOKENVAULT_FILE XDG_DATA_HOME", "the vault's path", "export HOME="),
        (
            "export HOME=relative; unset TOKENVAULT_FILE XDG_DATA_HOME", "the vault's path",
            "export HOME="
        ),
        ("unset HOME; export TOKENVAULT_FILE='~/v'", "the vault's path", "export HOME="),
        ("export TOKENVAULT_FILE=$(printf '\\377')", "the environment", "unset TOKENVAULT_FILE"),
        ("export TOKENVAULT_X=$(printf 'a\\200')", "the environment", "unset TOKENVAULT_X"),
        ("export XDG_STATE_HOME=$(printf '/\\377')", "the environment", "unset XDG_STATE_HOME"),
        ("export HOME=$(printf '/\\377')", "the environment", "export HOME="),
        (
            "export CREDENTIALS_DIRECTORY=$(printf '/\\377')", "the environment",
            "unset CREDENTIALS_"
        ),
    ])
    func `where the vault's path is not known, that is a finding`(
        _ setting: String, _ subject: String, _ remedy: String
    ) async throws {
        let home = try await Home.withVault()
        let found = try await doctor(home, setting)
        let finding = try #require(found.first)
        #expect(!finding.ok && finding.subject == subject)
        #expect(finding.remedy?.hasPrefix(remedy) == true, "\(finding)")
        #expect(found.contains { $0.subject == "locking memory" })
        #expect(!found.contains { $0.subject.hasPrefix("the vault /") })
    }

    /// What is in a file's place; the shell's `$1` is the path, and where other vaults' keys are `$2`.
    @Test(arguments: [
        ("TOKENVAULT_PASSPHRASE_FILE", ": >\"$1\"", "is empty"),
        ("TOKENVAULT_PASSPHRASE_FILE", "head -c 2000 /dev/zero | tr '\\0' a >\"$1\"", "is longer"),
        ("TOKENVAULT_PASSPHRASE_FILE", "printf 'a\\0b' >\"$1\"", "contains a NUL byte"),
        ("TOKENVAULT_PASSPHRASE_FILE", "mkdir -m 700 \"$1\"", "Is a directory"),
        ("TOKENVAULT_KEY_FILE", ": >\"$1\"", "key file"),
        ("TOKENVAULT_KEY_FILE", "echo garbage >\"$1\"", "key file"),
        ("TOKENVAULT_KEY_FILE", "head -c 100000 /dev/zero >\"$1\"", "key file"),
        ("TOKENVAULT_KEY_FILE", "mkdir -m 700 \"$1\"", "Is a directory"),
        ("TOKENVAULT_KEY_FILE", "cp \"$2\" \"$1\"", "is for another vault"),
    ])
    func `what commands read to unlock with is read, and told where they would refuse it`(
        _ variable: String, _ script: String, _ words: String
    ) async throws {
        let home = try await Home.withVault()
        let other = try await Home.withVault()
        let credentials = "\(home.path)/credentials"
        try FileManager.default.createDirectory(
            atPath: credentials, withIntermediateDirectories: false)
        let isKey = variable == "TOKENVAULT_KEY_FILE"
        let credential = "\(credentials)/tokenvault-\(isKey ? "key" : "passphrase")"
        for (path, setting) in [
            ("\(home.path)/named", "\(variable)='\(home.path)/named'"),
            (credential, "CREDENTIALS_DIRECTORY='\(credentials)'"),
        ] {
            let made = try await home.run(
                tool: "sh", ["-c", "umask 077; \(script)", "-", path, other.keyFile])
            try #require(made.status == 0, "\(made.errors)")
            let told = try await finding(
                "the files that unlock the vault", home, "export \(setting)")
            #expect(!told.ok && told.problem.contains(words), "\(told)")
            // A command says the same.
            let listed = try await home.run(
                tool: "sh", ["-c", "\(setting) '\(ProgramUnderTest.path)' list </dev/null"])
            #expect(listed.status == 77 && listed.errors.contains(told.problem), "\(listed.errors)")
        }
    }

    @Test func `sound files to unlock with are well, and pipes are left alone`() async throws {
        let home = try await Home.withVault()
        let pipe = "\(home.path)/pipe"
        let made = try await home.run(
            tool: "sh",
            [
                "-c",
                "mkfifo '\(pipe)'; mkdir '\(home.path)/c'; cp '\(home.keyFile)' '\(home.path)/c/tokenvault-key'",
            ])
        try #require(made.status == 0)
        for setting in [
            "TOKENVAULT_KEY_FILE='\(home.keyFile)'",
            "TOKENVAULT_PASSPHRASE_FILE='\(home.passphraseFile)'", "TOKENVAULT_KEY_FILE='\(pipe)'",
            "TOKENVAULT_PASSPHRASE_FILE='\(pipe)'", "CREDENTIALS_DIRECTORY='\(home.path)/c'",
            "TOKENVAULT_PASSPHRASE_COMMAND='touch \(home.path)/was-run'",
        ] {
            let finding = try await finding(
                "the files that unlock the vault", home, "export \(setting)")
            #expect(finding.ok, "\(setting): \(finding)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/was-run"))
    }

    @Test(arguments: ["/dev/null", "/proc", "/dev/null/x"])
    func `a state directory that cannot be made is told`(place: String) async throws {
        let home = try await Home.withVault()
        let told = try await finding("the state directory", home, "export XDG_STATE_HOME=\(place)")
        let consequence = "cannot save the high-water mark, so a rollback may go unnoticed: "
        #expect(!told.ok && told.problem.hasPrefix(consequence), "\(told)")
        #expect(told.remedy == "unset XDG_STATE_HOME")
        let none = try await finding("the state directory", home, "unset HOME XDG_STATE_HOME")
        #expect(!none.ok && none.remedy?.hasPrefix("export HOME=") == true)
    }

    @Test func `a file in the place of a directory for the state is moved by the remedy`()
        async throws
    {
        let home = try Home()
        try home.write("x", to: "\(home.path)/.local")
        let setting = "unset XDG_STATE_HOME"
        let told = try await finding("the state directory", home, setting)
        let remedy = try #require(told.remedy)
        #expect(remedy == "mv \(home.path)/.local \(home.path)/.local.old")
        #expect(try await home.run(tool: "sh", ["-c", remedy]).status == 0)
        #expect(try await finding("the state directory", home, setting).ok)
        // To look makes nothing.
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/.local"))
    }

    @Test(arguments: ["mkdir \"$1\"", "mkdir -p \"$1/x\"", "ln -s nowhere \"$1\""])
    func `a lock that cannot be taken is moved by the remedy`(script: String) async throws {
        let home = try await Home.withVault()
        let mark = try #require(
            try home.names(in: home.marks).first { $0.hasSuffix(".lock") })
        for lock in ["\(home.vault).lock", "\(home.marks)/\(mark)"] {
            try? FileManager.default.removeItem(atPath: lock)
            let made = try await home.run(tool: "sh", ["-c", script, "-", lock])
            try #require(made.status == 0)
            try await expectMendable(home, "the lock file")
        }
    }

    @Test func `too little memory to lock is told`() async throws {
        let home = try await soundHome()
        let finding = try await finding("the limit for locked memory", home, "ulimit -l 64")
        #expect(!finding.ok && finding.problem.contains("64 KiB"))
        #expect(finding.remedy == "ulimit -l 1024")
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `memory that is not locked is told`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=mlock -e inject=mlock:error=ENOMEM"
        let finding = try await finding("locking memory", home, options: failing)
        #expect(!finding.ok)
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `a kernel without keyrings is told, and the way around it`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=keyctl -e inject=keyctl:error=EPERM"
        let finding = try await finding("the kernel keyring, for unlock", home, options: failing)
        #expect(!finding.ok && finding.problem.contains("machine key"))
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `dumps that the kernel did not switch off are told`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=prctl -e inject=prctl:error=EPERM"
        let failed = try await finding("core dumps of this program", home, options: failing)
        #expect(!failed.ok)
        #expect(try await finding("core dumps of this program", home, "ulimit -Sc 0").ok)
    }

    @Test(.enabled(if: isRoot, "file systems of one's own take root"))
    func `dumps of the programs that get tokens are told, files and collectors`() async throws {
        let home = try await soundHome()
        let subject = "core dumps of programs that get tokens"
        let pattern = "\(home.path)/pattern"
        let bind = "mount --bind '\(pattern)' /proc/sys/kernel/core_pattern && ulimit -Sc"
        try home.write("core\n", to: pattern)
        #expect(try await finding(subject, home, "\(bind) 0", isAlone: true).ok)
        let file = try await finding(subject, home, "\(bind) 100", isAlone: true)
        #expect(!file.ok && file.remedy == "ulimit -c 0")
        try home.write("|/usr/share/apport/apport -p%p -s%s\n", to: pattern)
        let collector = try await finding(subject, home, "\(bind) 0", isAlone: true)
        #expect(!collector.ok && collector.problem.contains("/usr/share/apport/apport"))
        #expect(collector.remedy == "sudo sysctl -w kernel.core_pattern=core")
    }

    @Test func `files to unlock with that commands would refuse are named, with what helps`()
        async throws
    {
        let home = try await Home.withVault()
        let subject = "the files that unlock the vault"
        for (name, path) in [
            ("TOKENVAULT_KEY_FILE", home.keyFile),
            ("TOKENVAULT_PASSPHRASE_FILE", home.passphraseFile),
        ] {
            let setting = "export \(name)='\(path)'"
            #expect(try await finding(subject, home, setting).ok)
            try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: path)
            let open = try await finding(subject, home, setting)
            #expect(!open.ok && open.remedy == "chmod 600 \(path)", "\(open)")
            try FileManager.default.removeItem(atPath: path)
            #expect(try await !finding(subject, home, setting).ok)
        }
    }

    @Test(.enabled(if: isRoot, "file systems of one's own take root"))
    func `a read-only mount of the vault is well, whoever may read it`() async throws {
        let home = try await soundHome()
        let mount =
            "chmod 644 '\(home.vault)' && chmod 777 '\(home.data)' && chown 64361 '\(home.vault)' && "
            + "mount --bind '\(home.data)' '\(home.data)' && mount -o remount,bind,ro '\(home.data)'"
        let findings = try await doctor(home, mount, isAlone: true)
        for subject in [
            "the vault file's permissions", "the directory's permissions", "the vault file's owner",
            "the lock file",
        ] {
            #expect(findings.contains { $0.subject == subject && $0.ok }, "\(subject)")
        }
    }

    private func finding(
        _ subject: String, _ home: Home, _ preparations: String = ":", isAlone: Bool = false,
        options: String = ""
    ) async throws -> Finding {
        let all = try await doctor(home, preparations, isAlone: isAlone, options: options)
        return try #require(all.first { $0.subject == subject })
    }
}
