import Foundation
import Testing

/// Saves to a file system that is actually full.
@Suite(
    .enabled(if: geteuid() == 0, "mounting a file system requires root"),
    .timeLimit(.minutes(2)))
struct FullDiskTests {
    @Test func `on a full disk the save fails, and nothing else is lost`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await home.onSmallDisk {
            let filler = "\(home.data)/filler"
            try Data(count: 2_000_000).writeUntilFull(to: filler)
            let before = try home.contents(of: home.vault)
            let secret = String(repeating: "F", count: 60_000)
            for _ in 1...3 {
                let outcome = try await home.run(
                    "add", "page:2", "--key-file", home.keyFile, input: secret)
                #expect(outcome.status == 74)
                #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
                #expect(outcome.errorLines.count == 1)
                #expect(try home.contents(of: home.vault) == before)
                #expect(try home.names(in: home.data) == ["filler", "vault", "vault.lock"])
            }
            #expect(
                try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
            try FileManager.default.removeItem(atPath: filler)
            try await home.succeed("add", "page:2", "--key-file", home.keyFile, input: secret)
            #expect(try await home.entries() == ["app:1": "FAKEone", "page:2": secret])
            #expect(try home.names(in: home.data) == ["vault", "vault.lock"])
        }
    }

    @Test func `on a full disk no vault is created, and nothing is left behind`() async throws {
        let home = try Home()
        try FileManager.default.createDirectory(
            atPath: home.data, withIntermediateDirectories: true)
        try await home.onSmallDisk {
            try Data(count: 2_000_000).writeUntilFull(to: "\(home.data)/filler")
            let outcome = try await home.run(
                "init", "--kdf", "interactive", "--passphrase-file", home.passphraseFile)
            #expect(outcome.status == 74, "\(outcome.errors)")
            #expect(try home.names(in: home.data).filter { $0.contains("saving") }.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: home.vault))
        }
    }
}

extension Home {
    /// Runs `body` while the vault's directory is a file system of 1 MiB.
    fileprivate func onSmallDisk(_ body: () async throws -> Void) async throws {
        let kept = try names(in: data).map { ($0, try contents(of: "\(data)/\($0)")) }
        let mounted = try await run(
            tool: "mount", ["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", data])
        guard mounted.status == 0 else {
            try Test.cancel("mounting is not allowed here: \(mounted.errors)")
        }
        let result: Result<Void, any Error>
        do {
            for (name, content) in kept {
                try write("", to: "\(data)/\(name)")
                try content.write(to: URL(filePath: "\(data)/\(name)"))
            }
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        // Lazily, because a program started by another test may have inherited a file on it.
        let unmounted = try await run(tool: "umount", ["--lazy", data])
        #expect(unmounted.status == 0, "\(unmounted.errors)")
        try result.get()
    }
}

extension Data {
    /// Writes as much of the data as the disk has space for.
    fileprivate func writeUntilFull(to path: String) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        #expect(throws: (any Error).self) { try file.write(contentsOf: self) }
    }
}
