import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConcurrencyTests {
    @Test func `32 processes can add entries at once, and readers never fail`()
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let writers = try (1...32).map { number in
            try home.start(
                ["add", "page:\(number)", "--key-file", home.keyFile], input: "FAKE\(number)")
        }
        let reading = Task {
            var reads: [Outcome] = []
            repeat {
                reads.append(try await home.run("get", "app:1", "--key-file", home.keyFile))
                reads.append(try await home.run("verify", "--key-file", home.keyFile))
            } while !Task.isCancelled
            return reads
        }
        for writer in writers {
            let outcome = try await writer.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        }
        reading.cancel()
        for outcome in try await reading.value {
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        var all = ["app:1": "FAKEone"]
        for number in 1...32 { all["page:\(number)"] = "FAKE\(number)" }
        #expect(try await home.entries() == all)
        #expect(try home.names(in: home.data) == ["vault", "vault.lock"])
    }

    @Test func `of 32 processes that add the same entry at once, one succeeds and 31 are refused`()
        async throws
    {
        let home = try await Home.withVault()
        let writers = try (1...32).map { number in
            try home.start(
                ["add", "page:1", "--key-file", home.keyFile], input: "FAKE\(number)")
        }
        var statuses: [Int32] = []
        for writer in writers { statuses.append(try await writer.outcome().status) }
        #expect(statuses.count { $0 == 0 } == 1)
        #expect(statuses.count { $0 == 73 } == 31)
    }

    @Test func `of eight processes that create the same vault, one succeeds, and its vault opens`()
        async throws
    {
        let home = try Home()
        let processes = try (1...8).map { _ in
            try home.start(
                ["init", "--kdf", "interactive", "--passphrase-file", home.passphraseFile])
        }
        var statuses: [Int32] = []
        for process in processes { statuses.append(try await process.outcome().status) }
        #expect(statuses.sorted() == [0] + Array(repeating: 73, count: 7))
        try await home.succeed("verify", "--passphrase-file", home.passphraseFile)
        #expect(try home.names(in: home.data) == ["vault", "vault.lock"])
    }

    @Test func `a save waits about ten seconds for a lock that is held`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let lock = try home.lock()
        let before = try home.contents(of: home.vault)
        let start = ContinuousClock.now
        let outcome = try await home.run(
            "add", "page:2", "--key-file", home.keyFile, input: "FAKEtwo")
        let waited = ContinuousClock.now - start
        #expect(outcome.status == 75)
        #expect(outcome.errors.contains("lock"), "\(outcome.errors)")
        #expect(waited > .seconds(9) && waited < .seconds(30), "\(waited)")
        #expect(try home.contents(of: home.vault) == before)
        // Readers need no lock.
        #expect(try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
        try lock.close()
        try await home.succeed("add", "page:2", "--key-file", home.keyFile, input: "FAKEtwo")
    }

    @Test func `a waiting save gets the lock when it is released in time`() async throws {
        let home = try await Home.withVault()
        let lock = try home.lock()
        let waiting = try home.start(
            ["add", "page:2", "--key-file", home.keyFile], input: "FAKEtwo")
        try await Task.sleep(for: .seconds(1), clock: .suspending)
        try lock.close()
        #expect(try await waiting.outcome().status == 0)
    }

    @Test(
        .enabled(if: SystemCallTrace.isAvailable, "strace is not installed"),
        arguments: ["writer.next_generation(vault)", "vault"])
    func `a file that was replaced without the lock is left as it is`(other: String) async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        // Delays the save between writing the new file and checking the vault for the last time.
        let saving = try Child(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e",
                "inject=fsync:delay_enter=4s:when=1", "--", ProgramUnderTest.path, "add", "page:2",
                "--key-file", home.keyFile,
            ], environment: home.environment, input: "FAKEtwo", scratch: home.scratch)
        while !FileManager.default.fileExists(atPath: "\(home.data)/.vault.saving") {
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        try await home.reference(
            """
            vault = vaults.read(contents(vault_path), key_file=contents(key_path))
            records = [*vault.records, record(b"page:3", b"FAKEthree")]
            other = dataclasses.replace(\(other), records=records)
            put(vault_path + ".other", writer.encode(other))
            os.replace(vault_path + ".other", vault_path)
            """)
        let outcome = try await saving.outcome()
        #expect(try home.names(in: home.data) == ["vault", "vault.lock"])
        let entries = try await home.entries()
        #expect(outcome.status == 75, "\(outcome.errors)")
        #expect(entries == ["app:1": "FAKEone", "page:3": "FAKEthree"])
    }
}

extension Home {
    /// Takes the vault's lock and holds it until the returned file is closed.
    fileprivate func lock() throws -> FileHandle {
        // Not inherited by programs started meanwhile, which would hold the lock too.
        let descriptor = unsafe open("\(vault).lock", O_RDWR | O_CLOEXEC)
        let lock = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try #require(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        return lock
    }
}
