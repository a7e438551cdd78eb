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
        #expect(findings.count == 16)
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
        try await expectMendable(home, "remains of a save that crashed")
    }

    @Test func `a cost below the default is told`() async throws {
        let home = try await Home.withVault()
        let finding = try await finding("the cost of guessing the passphrase", home)
        #expect(!finding.ok)
        #expect(finding.remedy == "tokenvault passphrase --kdf moderate")
        try await home.succeed(
            "passphrase", "--kdf", "moderate", "--passphrase-file", home.passphraseFile,
            "--new-passphrase-file", home.passphraseFile)
        #expect(try await self.finding("the cost of guessing the passphrase", home).ok)
    }

    @Test func `a missing vault and a damaged one are told`() async throws {
        let home = try Home()
        let missing = try await finding("the vault \(home.vault)", home)
        #expect(!missing.ok && missing.remedy == "tokenvault init")
        try FileManager.default.createDirectory(
            atPath: home.data, withIntermediateDirectories: false)
        try home.write("no vault", to: home.vault)
        let damaged = try await finding("the vault \(home.vault)", home)
        #expect(!damaged.ok && damaged.remedy == "cp BACKUP \(home.vault)")
    }

    @Test func `too little memory to lock is told`() async throws {
        let home = try await soundHome()
        let finding = try await finding("the limit of locked memory", home, "ulimit -l 64")
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
        let finding = try await finding("the kernel's keyring, for unlock", home, options: failing)
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
        let subject = "core dumps of programs that are given tokens"
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
        let subject = "the files to unlock with"
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
