import Foundation
import Support
import Testing

/// `doctor` in environments with one problem each.
///
/// CommandTests tests what it reports about the Graph API, with a simulated one.
@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    private static let isRoot = geteuid() == 0

    struct Finding: Decodable, Equatable {
        let subject: String
        let ok: Bool
        let problem: String
        let remedy: String?
    }

    /// Runs `doctor --offline` from a shell, after `preparations`.
    ///
    /// If `hasOwnMounts` is true, it runs as root in a mount namespace of its own.
    private func doctor(
        _ home: Home, _ preparations: String = ":", hasOwnMounts: Bool = false, options: String = ""
    ) async throws -> [Finding] {
        let script =
            "\(preparations) && exec \(options) '\(ProgramUnderTest.path)' doctor --offline --json"
        let outcome = try await home.run(
            tool: hasOwnMounts ? "unshare" : "sh",
            (hasOwnMounts ? ["-m", "sh"] : []) + ["-c", script])
        let findings = try JSONDecoder().decode([Finding].self, from: Data(outcome.output.utf8))
        let allPass = findings.allSatisfy(\.ok)
        #expect(outcome.status == (allPass ? 0 : 1), "\(outcome.errors)")
        for finding in findings where !finding.ok {
            #expect(!finding.problem.isEmpty)
            #expect(finding.remedy?.isEmpty == false, "\(finding.subject)")
        }
        return findings
    }

    /// Expects one problem, runs the remedy, and expects the problem to be fixed.
    private func expectFixable(
        _ home: Home, _ subject: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await doctor(home)
        let finding = try #require(
            before.first { $0.subject == subject }, sourceLocation: sourceLocation)
        #expect(!finding.ok, sourceLocation: sourceLocation)
        let remedy = try #require(finding.remedy, sourceLocation: sourceLocation)
        let fixed = try await home.run(tool: "sh", ["-c", remedy])
        #expect(fixed.status == 0, "\(remedy): \(fixed.errors)", sourceLocation: sourceLocation)
        let after = try await doctor(home).first { $0.subject == subject }
        #expect(after?.ok == true, "\(remedy)", sourceLocation: sourceLocation)
    }

    /// Returns a home whose vault has the default cost, so that there is nothing to report.
    private func soundHome() async throws -> Home {
        let home = try Home()
        try await home.succeed("init", "--passphrase-file", home.passphraseFile)
        return home
    }

    @Test(
        .enabled(if: isRoot, "mounting file systems requires root"),
        .enabled("the kernel's keyring cannot be used here") { await Keyring.isUsable })
    func `in a sound environment, all checks pass`() async throws {
        let home = try await soundHome()
        try home.write("core\n", to: "\(home.path)/pattern")
        let environment =
            "mount --bind '\(home.path)/pattern' /proc/sys/kernel/core_pattern "
            + "&& ulimit -c 0"
        let findings = try await doctor(home, environment, hasOwnMounts: true)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.count == 18)
    }

    @Test func `the remedies fix permissions of file and directory that let others in`()
        async throws
    {
        let home = try await soundHome()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.vault)
        try await expectFixable(home, "the vault file's permissions")
        try files.setAttributes([.posixPermissions: 0o770], ofItemAtPath: home.data)
        try await expectFixable(home, "the directory's permissions")
        // Like /tmp, where users cannot replace each other's files.
        try files.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: home.data)
        let findings = try await doctor(home)
        #expect(findings.contains { $0.subject == "the directory's permissions" && $0.ok })
    }

    @Test func `the remedy removes what a crashed save left behind`() async throws {
        let home = try await soundHome()
        try home.write("remains", to: "\(home.data)/.vault.saving")
        try await expectFixable(home, "leftovers of a save that crashed")
    }

    @Test func `a key derivation cost below the default is reported`() async throws {
        let home = try await Home.withVault()
        let finding = try await finding("the key derivation cost", home)
        #expect(!finding.ok)
        #expect(finding.remedy == "tokenvault passphrase --kdf moderate")
        try await home.succeed(
            "passphrase", "--kdf", "moderate", "--passphrase-file", home.passphraseFile,
            "--new-passphrase-file", home.passphraseFile)
        #expect(try await self.finding("the key derivation cost", home).ok)
    }

    @Test func `a missing vault and a damaged one are reported`() async throws {
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

    @Test func `damaged content is found if there is a key`() async throws {
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
        #expect(damaged.output.contains("the vault is damaged: chunk 1"), "\(damaged.output)")
    }

    @Test func `for an altered vault, the remedy is to restore a backup`() async throws {
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
    func `an unknown vault path or an invalid variable is reported`(
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

    /// Each script creates an unusable file at `$1`; `$2` is the key file of another vault.
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
    func `passphrase and key files that commands would refuse are reported`(
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
            let result = try await finding(
                "the files that unlock the vault", home, "export \(setting)")
            #expect(!result.ok && result.problem.contains(words), "\(result)")
            // Commands report the same problem.
            let listed = try await home.run(
                tool: "sh", ["-c", "\(setting) '\(ProgramUnderTest.path)' list </dev/null"])
            #expect(
                listed.status == 77 && listed.errors.contains(result.problem), "\(listed.errors)")
        }
    }

    @Test func `sound passphrase and key files pass, and pipes are not read`() async throws {
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
    func `a state directory that cannot be created is reported`(path: String) async throws {
        let home = try await Home.withVault()
        let result = try await finding("the state directory", home, "export XDG_STATE_HOME=\(path)")
        let consequence = "cannot save the high-water mark, so a rollback may go unnoticed: "
        #expect(!result.ok && result.problem.hasPrefix(consequence), "\(result)")
        #expect(result.remedy == "unset XDG_STATE_HOME")
        let unset = try await finding("the state directory", home, "unset HOME XDG_STATE_HOME")
        #expect(!unset.ok && unset.remedy?.hasPrefix("export HOME=") == true)
    }

    @Test func `the remedy moves a file that is in the way of the state directory`()
        async throws
    {
        let home = try Home()
        try home.write("x", to: "\(home.path)/.local")
        let setting = "unset XDG_STATE_HOME"
        let result = try await finding("the state directory", home, setting)
        let remedy = try #require(result.remedy)
        #expect(remedy == "mv \(home.path)/.local \(home.path)/.local.old")
        #expect(try await home.run(tool: "sh", ["-c", remedy]).status == 0)
        #expect(try await finding("the state directory", home, setting).ok)
        // The check creates nothing.
        #expect(!FileManager.default.fileExists(atPath: "\(home.path)/.local"))
    }

    @Test(arguments: ["mkdir \"$1\"", "mkdir -p \"$1/x\"", "ln -s nowhere \"$1\""])
    func `the remedy moves a lock file that cannot be locked`(script: String) async throws {
        let home = try await Home.withVault()
        let mark = try #require(
            try home.names(in: home.marks).first { $0.hasSuffix(".lock") })
        for lock in ["\(home.vault).lock", "\(home.marks)/\(mark)"] {
            try? FileManager.default.removeItem(atPath: lock)
            let made = try await home.run(tool: "sh", ["-c", script, "-", lock])
            try #require(made.status == 0)
            try await expectFixable(home, "the lock file")
        }
    }

    @Test func `a low limit on locked memory is reported`() async throws {
        let home = try await soundHome()
        let finding = try await finding("the limit for locked memory", home, "ulimit -l 64")
        #expect(!finding.ok && finding.problem.contains("64 KiB"))
        #expect(finding.remedy == "ulimit -l 1024")
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `memory that is not locked is reported`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=mlock -e inject=mlock:error=ENOMEM"
        let finding = try await finding("locking memory", home, options: failing)
        #expect(!finding.ok)
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `a kernel without keyrings is reported, with the alternative`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=keyctl -e inject=keyctl:error=EPERM"
        let finding = try await finding("the kernel keyring, for unlock", home, options: failing)
        #expect(!finding.ok && finding.problem.contains("machine key"))
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `core dumps that could not be disabled are reported`() async throws {
        let home = try await soundHome()
        let failing = "strace -f -qq -o /dev/null -e trace=prctl -e inject=prctl:error=EPERM"
        let failed = try await finding("core dumps of this program", home, options: failing)
        #expect(!failed.ok)
        #expect(try await finding("core dumps of this program", home, "ulimit -Sc 0").ok)
    }

    @Test(.enabled(if: isRoot, "mounting file systems requires root"))
    func `core dumps of programs that get tokens are reported, to files and to collectors`()
        async throws
    {
        let home = try await soundHome()
        let subject = "core dumps of programs that get tokens"
        let pattern = "\(home.path)/pattern"
        let bind = "mount --bind '\(pattern)' /proc/sys/kernel/core_pattern && ulimit -Sc"
        try home.write("core\n", to: pattern)
        #expect(try await finding(subject, home, "\(bind) 0", hasOwnMounts: true).ok)
        let file = try await finding(subject, home, "\(bind) 100", hasOwnMounts: true)
        #expect(!file.ok && file.remedy == "ulimit -c 0")
        try home.write("|/usr/share/apport/apport -p%p -s%s\n", to: pattern)
        let collector = try await finding(subject, home, "\(bind) 0", hasOwnMounts: true)
        #expect(!collector.ok && collector.problem.contains("/usr/share/apport/apport"))
        #expect(collector.remedy == "sudo sysctl -w kernel.core_pattern=core")
    }

    @Test func `passphrase and key files that are missing or open to others are reported`()
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

    @Test(.enabled(if: isRoot, "mounting file systems requires root"))
    func `a vault on a read-only mount passes, whoever can read it`() async throws {
        let home = try await soundHome()
        let mount =
            "chmod 644 '\(home.vault)' && chmod 777 '\(home.data)' && chown 64361 '\(home.vault)' && "
            + "mount --bind '\(home.data)' '\(home.data)' && mount -o remount,bind,ro '\(home.data)'"
        let findings = try await doctor(home, mount, hasOwnMounts: true)
        for subject in [
            "the vault file's permissions", "the directory's permissions", "the vault file's owner",
            "the lock file",
        ] {
            #expect(findings.contains { $0.subject == subject && $0.ok }, "\(subject)")
        }
    }

    private func finding(
        _ subject: String, _ home: Home, _ preparations: String = ":", hasOwnMounts: Bool = false,
        options: String = ""
    ) async throws -> Finding {
        let all = try await doctor(home, preparations, hasOwnMounts: hasOwnMounts, options: options)
        return try #require(all.first { $0.subject == subject })
    }
}
