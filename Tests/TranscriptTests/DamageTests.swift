import Foundation
import Testing

// Vaults that were changed after they were saved, and files that are not vaults.
struct DamageTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    /// Returns every sixteenth offset, and those around the boundaries of the file's parts.
    private func offsets(in vault: Data) -> [Int] {
        let lineEnds = vault.indices.filter { vault[$0] == UInt8(ascii: "\n") }.prefix(6)
        let boundaries = lineEnds.flatMap { [$0, $0 + 1] } + [vault.count - 1, vault.count - 17]
        return Set(stride(from: 0, to: vault.count, by: 16) + boundaries)
            .filter { vault.indices.contains($0) }.sorted()
    }

    @Test func `a vault with a changed byte is refused, and nothing is printed`() async throws {
        let vault = try home.contents("vault")
        for (number, offset) in offsets(in: vault).enumerated() {
            var changed = vault
            changed[offset] ^= 1 << UInt8(offset % 8)
            try await expectRefusal(of: changed, number, "byte \(offset) changed")
        }
    }

    @Test func `a truncated vault is refused, and nothing is printed`() async throws {
        let vault = try home.contents("vault")
        for (number, length) in offsets(in: vault).enumerated() {
            try await expectRefusal(of: vault.prefix(length), number, "cut to \(length) bytes")
        }
        try await expectRefusal(of: vault + Data([0]), 0, "a byte too many")
    }

    /// Unlocks every other vault with the passphrase, which is slow, and the rest with the machine key.
    private func expectRefusal(of vault: Data, _ number: Int, _ what: Comment) async throws {
        try home.write(vault, to: "damaged")
        let run = try await home.run(
            "get", TemporaryHome.app, "--vault", "damaged",
            environment: number % 2 == 0 ? TemporaryHome.passphrase() : [:])
        #expect(run.status == 65 || run.status == 77, what)
        #expect(run.hasFailedProperly, what)
        #expect(try home.contents("damaged") == vault, what)
    }

    @Test(arguments: [
        ("1099511627776", "2"), ("1048577", "2"), ("65535", "2"), ("65536", "1000000000"),
        ("65536", "17"), ("18446744073709551616", "2"), ("65536", "9223372036854775807"),
    ])
    func `a hostile key derivation cost is refused before any memory is allocated`(
        _ memory: String, _ passes: String
    ) async throws {
        let vault = try home.contents("vault")
        let text = String(decoding: vault, as: UTF8.self)
        let line = try #require(
            text.split(separator: "\n").first { $0.hasPrefix("passphrase argon2id ") })
        var fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        #expect(fields[2...3] == ["2", "65536"])
        fields[2...3] = [passes, memory]
        let range = try #require(vault.range(of: Data(line.utf8)))
        var hostile = vault
        hostile.replaceSubrange(range, with: Data(fields.joined(separator: " ").utf8))
        try home.write(hostile, to: "hostile")
        // 2 GiB of address space: more than the program needs, far less than the file demands.
        let run = try await home.shell(
            "ulimit -v 2097152; tokenvault get app:1234567890123456 --vault hostile",
            environment: TemporaryHome.passphrase())
        #expect(run.status == 65 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.duration < .seconds(10))
    }

    @Test(arguments: ["", "\n", "tokenvault/2\n", "tokenvault/1\n", "age-encryption.org/v1\n"])
    func `a file that is not a vault is refused`(_ content: String) async throws {
        try home.write(content, to: "other")
        for command in [["list"], ["get", TemporaryHome.app], ["add", "page:1"], ["exchange"]] {
            let run = try await home.run(command + ["--vault", "other"], input: "EAAFAKEpage1")
            #expect(run.status == 65 && run.hasFailedProperly)
        }
        #expect(try home.contents("other") == Data(content.utf8))
    }

    @Test(arguments: ["vault/below", "."])
    func `a path that cannot be a file is refused`(_ path: String) async throws {
        let run = try await home.run("list", "--vault", path)
        #expect([65, 66, 74].contains(run.status) && run.hasFailedProperly, "\(run.errors)")
        let made = try await home.run(
            "init", "--kdf", "interactive", "--vault", path,
            environment: TemporaryHome.passphrase())
        #expect([73, 74].contains(made.status) && made.hasFailedProperly, "\(made.errors)")
    }
}
