import Sodium
import Testing
import Vault

@Suite struct RoundTripTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func `entries are read back sorted, with their secrets`() throws {
        let vault = try UnlockedVault(newIn: directory)
        #expect(try vault.everything() == [])
        try vault.put([("user:9", "EAAFAKE9"), ("app:1", "FAKEsecret")])
        try vault.put([("page:10", "EAAFAKE10"), ("user:9", "EAAFAKE9new")])
        #expect(
            try vault.everything() == [
                "app:1=FAKEsecret", "page:10=EAAFAKE10", "user:9=EAAFAKE9new",
            ]
        )
    }

    @Test func `each of hundreds of entries is found, and missing ones are not`()
        throws
    {
        let vault = try UnlockedVault(newIn: directory)
        let ids = (1...400).map { $0 * 7 }
        try vault.put(ids.map { ("page:\($0)", "EAAFAKE\($0)") })
        try vault.read { reader in
            for id in ids {
                let reference = try #require(Reference(.page, "\(id)"))
                let found = try reader.withRecord(reference) { record in
                    record.withSecret { bytes in
                        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
                    }
                }
                #expect(found == "EAAFAKE\(id)")
            }
            for id in [1, 8, 1000, 2_799, 2_801, 9_999_999] {
                let reference = try #require(Reference(.page, "\(id)"))
                #expect(throws: VaultError.noEntry(reference)) {
                    try reader.withRecord(reference) { _ in }
                }
            }
        }
    }

    @Test func `entries longer than a chunk are found`() throws {
        let vault = try UnlockedVault(newIn: directory)
        let long = String(repeating: "F", count: 65_536)
        try vault.put((1...9).map { ("page:\($0)", $0 % 3 == 0 ? "EAAFAKE\($0)" : long) })
        try vault.read { reader in
            for id in 1...9 {
                let reference = try #require(Reference(.page, "\(id)"))
                let count = try reader.withRecord(reference) { $0.withSecret { $0.count } }
                #expect(count == (id % 3 == 0 ? 8 : 65_536))
            }
        }
    }

    @Test func `all references of a kind are found, whichever chunks they are in`() throws {
        let vault = try UnlockedVault(newIn: directory)
        let none = try vault.read { try $0.references(of: .app) }
        #expect(none.isEmpty)
        // Kinds that sort right before and after `page`, and enough entries for many chunks.
        let kinds = ["app", "page", "page-x", "page1", "pagea", "user"]
        let names =
            kinds.flatMap { kind in (1...150).map { "\(kind):\($0)" } } + ["page:1~previous"]
        try vault.put(names.map { ($0, String(repeating: "F", count: 300)) })
        try vault.read { reader in
            for kind in [Reference.Kind.app, .page, .user, .system] {
                let wanted = names.filter { $0.hasPrefix("\(kind):") }.sorted()
                let found = try reader.references(of: kind).map(\.description)
                #expect(found == wanted)
            }
        }
    }

    @Test func `another passphrase does not open the vault`() throws {
        let vault = try UnlockedVault(newIn: directory)
        #expect(throws: VaultError.wrongPassphrase) {
            _ = try UnlockedVault(path: vault.path, key: .passphrase(secret("FAKE other")))
        }
    }
}
