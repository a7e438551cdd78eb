import Foundation
import Support
import Testing

/// Searches, as root, the memory of a `get` that has just printed, and of an `exec` that is about
/// to run its command, for what must not be there.
@Suite(
    .enabled(if: geteuid() == 0, "reading another process's memory requires root"),
    .enabled(if: SystemCallTrace.isAvailable, "strace is not installed"),
    .timeLimit(.minutes(2)))
struct MemoryTests {
    private static let secret = "FAKEtokenOfTheMemoryTest"

    @Test func `the search finds what is in memory`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        // The entry's reference is an argument, and so it is always in memory.
        let found = try await search(home, ["--key-file", home.keyFile], for: "needle = b'app:1'")
        #expect(!found.isEmpty)
    }

    @Test func `after unlocking by passphrase file, neither the passphrase nor a key is left`()
        async throws
    {
        let home = try await Home.withVault(["app:1": Self.secret])
        let found = try await search(home, ["--passphrase-file", home.passphraseFile])
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `after unlocking by machine key, neither the data key nor the private key is left`()
        async throws
    {
        let home = try await Home.withVault(["app:1": Self.secret])
        let found = try await search(home, ["--key-file", home.keyFile])
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `after unlocking by variable, neither the passphrase nor a key is left`()
        async throws
    {
        let home = try await Home.withVault(["app:1": Self.secret])
        let found = try await search(home, variables: ["TOKENVAULT_PASSPHRASE": Home.passphrase])
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `after unlocking by command, neither the passphrase nor a key is left`() async throws
    {
        let home = try await Home.withVault(["app:1": Self.secret])
        let found = try await search(
            home, ["--passphrase-command", "cat \(home.passphraseFile)"])
        #expect(found.isEmpty, "\(found)")
    }

    @Test(.enabled("the kernel's keyring cannot be used here") { await Keyring.isUsable })
    func `after unlocking by session, the data key is not left`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        try await home.succeed("unlock", "--for", "5m", "--key-file", home.keyFile)
        let found = try await search(home)
        #expect(found.isEmpty, "\(found)")
    }

    @Test(arguments: ["--passphrase-file", "--key-file"])
    func `exec leaves the token for its command, and nothing that opens the vault`(
        option: String
    ) async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        let path = option == "--key-file" ? home.keyFile : home.passphraseFile
        let found = try await searchExec(home, [option, path])
        #expect(found.isEmpty, "\(found)")
        let token = try await searchExec(
            home, [option, path], for: "needle = b'TOKEN=\(Self.secret)'")
        #expect(!token.isEmpty)
    }

    @Test func `unlocked by variable, exec leaves nothing that opens the vault`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        let found = try await searchExec(
            home, variables: ["TOKENVAULT_PASSPHRASE": Home.passphrase])
        #expect(found.isEmpty, "\(found)")
    }

    @Test(.enabled("the kernel's keyring cannot be used here") { await Keyring.isUsable })
    func `unlocked by session, exec leaves nothing that opens the vault`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        try await home.succeed("unlock", "--for", "5m", "--key-file", home.keyFile)
        let found = try await searchExec(home)
        #expect(found.isEmpty, "\(found)")
    }

    /// Stops `exec` as it enters execve(2), which would replace its memory, and searches that.
    private func searchExec(
        _ home: Home, _ unlocking: [String] = [], variables: [String: String] = [:],
        for needles: String = ""
    ) async throws -> [String] {
        let child = try Child(
            "/usr/bin/strace",
            [
                "-qq", "-o", "/dev/null", "-e", "trace=execve",
                "-e", "inject=execve:delay_enter=40s", "--", ProgramUnderTest.path,
                "exec", "--env", "TOKEN=app:1",
            ] + unlocking + ["--", "/bin/true"],
            environment: home.environment.merging(variables) { $1 }, scratch: home.scratch)
        while !Self.isAtExecve(tracedBy: child.pid) {
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        return try await search(home, under: child, for: needles)
    }

    /// The number of execve(2).
    #if arch(x86_64)
    private static let execve = 59
    #else
    private static let execve = 221
    #endif

    private static func isAtExecve(tracedBy tracer: pid_t) -> Bool {
        func read(_ path: String) -> String {
            (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        }
        let pid = read("/proc/\(tracer)/task/\(tracer)/children").prefix { $0.isNumber }
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
        guard program == URL(filePath: ProgramUnderTest.path).resolvingSymlinksInPath().path else {
            return false
        }
        return read("/proc/\(pid)/syscall").hasPrefix("\(execve) ")
    }

    /// Stops `get app:1` as it returns from its write to standard output, and searches its memory
    /// for everything that opens the vault, or for a needle.
    private func search(
        _ home: Home, _ unlocking: [String] = [], variables: [String: String] = [:],
        for needles: String = ""
    ) async throws -> [String] {
        let trace = "\(home.path)/trace"
        func strace(_ options: [String]) throws -> Child {
            try Child(
                "/usr/bin/strace",
                ["-qq", "-o", trace, "-e", "trace=write", "-e", "signal=none"] + options
                    + ["--", ProgramUnderTest.path, "get", "app:1"] + unlocking,
                environment: home.environment.merging(variables) { $1 }, scratch: home.scratch)
        }
        let plain = try await strace([]).outcome()
        try #require(plain.output == Self.secret + "\n", "\(plain.errors)")
        let writes = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        let ordinal = 1 + (try #require(writes.firstIndex { $0.contains("write(1,") }))

        let child = try strace(["-e", "inject=write:delay_exit=60s:when=\(ordinal)"])
        while child.outputSoFar != Self.secret + "\n" {
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        return try await search(home, under: child, for: needles)
    }

    /// Searches the memory of the program that strace has stopped, and kills both.
    private func search(
        _ home: Home, under child: Child, for needles: String
    ) async throws -> [String] {
        let found = try await home.reference(
            """
            with open(f"/proc/{sys.argv[1]}/task/{sys.argv[1]}/children") as file:
                (pid,) = [one for one in file.read().split()
                    if os.readlink(f"/proc/{one}/exe") == os.path.realpath(sys.argv[2])]
            header, _ = vaults.parse_header(contents(vault_path))
            data_key, vault_private_key = vaults.unwrap(header, passphrase)
            derived = vaults.passphrase_key(passphrase, header.salt, header.opslimit, header.memlimit)
            machine = vaults.parse_key_file(contents(key_path))
            needles = {
                "the passphrase": passphrase, "the data key": data_key,
                "the data key, first half": data_key[:16], "the vault's private key": vault_private_key,
                "the key from the passphrase": derived, "the machine's private key": machine.private_key,
                "the key file's line": contents(key_path)[17:60],
            }
            \(needles.isEmpty ? "" : "\(needles)\nneedles = {'the needle': needle}")
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
                for line in maps:
                    addresses, mode = line.split()[:2]
                    name = line.split()[5] if len(line.split()) > 5 else "anonymous"
                    if mode[0] != "r" or name in ("[vvar]", "[vsyscall]", "[vvar_vclock]"): continue
                    start, end = (int(one, 16) for one in addresses.split("-"))
                    memory.seek(start)
                    try: image = memory.read(end - start)
                    except OSError: continue
                    for what, bytes in needles.items():
                        at = image.find(bytes)
                        while at >= 0:
                            print(f"{what} in {name} {mode} at {at:x} of {end - start:x}")
                            at = image.find(bytes, at + 1)
            os.kill(int(pid), 9)
            """, String(child.pid), ProgramUnderTest.path)
        child.signal(SIGKILL)
        _ = try await child.outcome()
        return found.split(separator: "\n").map(String.init)
    }
}
