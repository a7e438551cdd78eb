import Foundation
import Testing

/// Existing files in the way of `key add`, such as those that a killed `key add` leaves behind.
@Suite(.timeLimit(.minutes(2)))
struct KeyFileTests {
    private func add(_ name: String, _ path: String, _ home: Home) async throws -> Outcome {
        try await home.run("key", "add", name, path, "--passphrase-file", home.passphraseFile)
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `killed before the save, key add leaves a key that opens nothing, and says so next time`()
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        func arguments(_ name: String) -> [String] {
            [
                "key", "add", name, "\(home.path)/\(name).key", "--passphrase-file",
                home.passphraseFile,
            ]
        }
        let calls = try await SystemCallTrace.calls(in: home, arguments("whole"))
        let made = try #require(
            calls.firstIndex { $0.name == "openat" && $0.line.contains("whole.key") })
        let lock = try #require(calls[made...].first { $0.name == "flock" })
        let vault = try home.contents(of: home.vault)
        let killed = try await SystemCallTrace.run(
            in: home, arguments("web"), "signal=SIGKILL", at: lock)
        #expect(killed.status == 128 + SIGKILL)
        #expect(try home.contents(of: home.vault) == vault)
        let path = "\(home.path)/web.key"
        let left = try home.contents(of: path)
        #expect(try await home.run("get", "app:1", "--key-file", path).status == 77)

        let again = try await add("web", path, home)
        #expect(again.status == 73)
        #expect(again.errors.contains("does not open it"), "\(again.errors)")
        #expect(again.errors.hasSuffix("tokenvault: hint: rm \(path)\n"), "\(again.errors)")
        #expect(try home.contents(of: path) == left)
        try FileManager.default.removeItem(atPath: path)
        #expect(try await add("web", path, home).status == 0)
        #expect(try await home.run("get", "app:1", "--key-file", path).output == "FAKEone\n")
    }

    @Test func `the key of another machine is named and kept`() async throws {
        let home = try await Home.withVault()
        let key = try home.contents(of: home.keyFile)
        let outcome = try await add("web", home.keyFile, home)
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("the machine key machine;"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("hint"))
        #expect(try home.contents(of: home.keyFile) == key)
    }

    @Test func `a key that was removed is not added again`() async throws {
        let home = try await Home.withVault()
        let passphrase = ["--passphrase-file", home.passphraseFile]
        let removed = try await home.run(arguments: ["key", "remove", "machine"] + passphrase)
        #expect(removed.status == 0)
        let outcome = try await add("machine", home.keyFile, home)
        #expect(outcome.status == 73 && outcome.errors.contains("does not open it"))
        #expect(try await home.run("list", "--key-file", home.keyFile).status == 77)
    }

    @Test(arguments: ["", "no key"])
    func `any other file is kept too`(content: String) async throws {
        let home = try await Home.withVault()
        let path = "\(home.path)/file"
        try home.write(content, to: path)
        let outcome = try await add("web", path, home)
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("hint: rm") == content.isEmpty, "\(outcome.errors)")
        #expect(try home.contents(of: path) == Data(content.utf8))
    }
}
