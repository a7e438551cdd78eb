import Testing

// Passphrases that the program makes, and that somebody must get to see.
struct GeneratedPassphraseTests {
    @Test func `a passphrase that could not be printed changes nothing`() async throws {
        let home = try await TemporaryHome.withVault()
        let changed = try await home.shell(
            "tokenvault passphrase --generate --passphrase-fd 3 >/dev/full 3<<<'\(TemporaryHome.passphrase)'"
        )
        #expect(changed.status == 74)
        #expect(try await home.run("verify").status == 0)
        #expect(
            try await home.shell(
                "tokenvault init --vault another --generate --kdf interactive >/dev/full"
            ).status == 74)
        #expect(try await home.run("status", "--vault", "another").status == 66)
    }

    @Test func `a generated passphrase opens the vault`() async throws {
        let home = try await TemporaryHome.withVault()
        let script = """
            tokenvault init --vault another --generate --kdf interactive >generated
            chmod 600 generated
            tokenvault verify --vault another --passphrase-file generated
            """
        let run = try await home.shell(script)
        #expect(run.status == 0 && run.text.hasPrefix("sound: 0 entries"), "\(run.errors)")
        let passphrase = String(decoding: try home.contents("generated"), as: UTF8.self)
        #expect(passphrase.wholeMatch(of: /([a-z2-9]{5}-){4}[a-z2-9]{5}\n/) != nil)
    }
}
