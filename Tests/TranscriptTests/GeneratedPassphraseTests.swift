import Testing

// Passphrases that the program generates, and that the user must see.
struct GeneratedPassphraseTests {
    @Test(arguments: [">&-", ">/dev/full", "1</dev/null", "<&- >&- 2>&-"])
    func `a passphrase that cannot be printed changes nothing`(_ output: String) async throws {
        let home = try await TemporaryHome.withVault()
        let before = try home.contents("vault")
        let changed = try await home.shell(
            "tokenvault passphrase --generate --passphrase-fd 3 3<<<'\(TemporaryHome.passphrase)' \(output)"
        )
        #expect(changed.status == 74, "\(changed.errors)")
        #expect(try home.contents("vault") == before)
        let made = try await home.shell(
            "tokenvault init --vault another --generate --kdf interactive \(output)")
        #expect(made.status == 74, "\(made.errors)")
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
