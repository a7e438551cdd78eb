import Foundation
import Testing

/// Attackers who can write the vault file replace it with a forged one.
@Suite(.timeLimit(.minutes(2)))
struct ForgeryTests {
    private static let entries = ["app:1": "FAKEone"]

    enum ClaimedPublicKey: String, CaseIterable {
        case ownPublicKey = "dataclasses.replace(header, public_key=sodium.public_key(own_secret))"
        case vaultsPublicKey = "header"
    }

    @Test(arguments: ClaimedPublicKey.allCases)
    func `an attacker who has all public keys and no secret deceives no machine`(
        claimed: ClaimedPublicKey
    ) async throws {
        let home = try await Home.withVault(Self.entries)
        try await home.reference(
            """
            header, _ = vaults.parse_header(contents(vault_path))
            own_data, own_secret = os.urandom(32), os.urandom(32)
            forged = \(claimed.rawValue)
            box = vaults.box_data_key(own_data, forged.epoch, forged.vault_id,
                forged.keys[0].name, forged.keys[0].public_key, own_secret, os.urandom)
            slot = dataclasses.replace(forged.keys[0], box=box)
            forged = dataclasses.replace(forged, keys=(slot,), generation=forged.generation + 1)
            forged = dataclasses.replace(forged, wrapped=vaults.wrap(forged, b"own", own_data, own_secret))
            vault = vaults.Vault(forged, own_data, own_secret, [record(b"app:1", b"FAKEforged")])
            put(vault_path, writer.encode(vault))
            """)
        try await expectLocked(home, ["--key-file", home.keyFile])
        try await expectLocked(home, ["--passphrase-file", home.passphraseFile])
        let variable = try await home.run(
            "get", "app:1", variables: ["TOKENVAULT_KEY_FILE": home.keyFile])
        #expect(variable.status == 77 && variable.output.isEmpty, "\(variable.errors)")
        let added = try await home.run(
            "add", "app:2", "--key-file", home.keyFile, input: "FAKEmine")
        #expect(added.status == 77, "no secret is added to a forged vault: \(added.errors)")
    }

    @Test func `a seal without the vault's box deceives no machine`() async throws {
        let home = try await Home.withVault(Self.entries)
        try await home.reference(
            """
            header, _ = vaults.parse_header(contents(vault_path))
            own_data = os.urandom(32)
            inner = own_data + header.epoch.to_bytes(8, "big") + header.vault_id
            seal = sodium.box_seal(inner, header.keys[0].public_key, os.urandom(32))
            slot = dataclasses.replace(header.keys[0], box=os.urandom(24) + seal + bytes(16))
            forged = dataclasses.replace(header, keys=(slot,))
            vault = vaults.Vault(forged, own_data, None, [record(b"app:1", b"FAKEforged")])
            put(vault_path, writer.encode(vault))
            """)
        try await expectLocked(home, ["--key-file", home.keyFile])
    }

    @Test func `an attacker who has the data key cannot make a slot that a machine accepts`()
        async throws
    {
        let home = try await Home.withVault(Self.entries)
        // Like the holder of a session key, who can write all content of the file, but no slots.
        try await home.reference(
            """
            vault = vaults.read(contents(vault_path), key_file=contents(key_path))
            own_secret = os.urandom(32)
            box = vaults.box_data_key(vault.data_key, vault.header.epoch, vault.header.vault_id,
                vault.header.keys[0].name, vault.header.keys[0].public_key, own_secret, os.urandom)
            slot = dataclasses.replace(vault.header.keys[0], box=box)
            header = dataclasses.replace(vault.header, keys=(slot,))
            put(vault_path, writer.encode(dataclasses.replace(vault, header=header)))
            """)
        try await expectLocked(home, ["--key-file", home.keyFile])
    }

    @Test func `another vault of the same owner is not accepted`() async throws {
        let home = try await Home.withVault(Self.entries)
        let other = try await Home.withVault(["app:1": "FAKEother"])
        try home.replaceVault(with: try other.contents(of: other.vault))
        try await expectLocked(home, ["--key-file", home.keyFile])
    }

    @Test func `an altered line of the header is refused`() async throws {
        let home = try await Home.withVault(Self.entries)
        let original = try home.contents(of: home.vault)
        for (old, new) in [
            ("generation ", "generation 1"), ("key x25519 machine ", "key x25519 mashine "),
        ] {
            let text = String(decoding: original, as: Unicode.ASCII.self)
            let range = try #require(original.firstRange(of: Data(old.utf8)))
            #expect(text.contains(old))
            try home.replaceVault(with: original.replacing(range, with: Data(new.utf8)))
            let outcome = try await home.run("get", "app:1", "--key-file", home.keyFile)
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(old): \(outcome.errors)")
        }
    }

    private func expectLocked(
        _ home: Home, _ unlocking: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await home.run(arguments: ["get", "app:1"] + unlocking)
        #expect(outcome.status == 77, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    }
}

extension Data {
    fileprivate func replacing(_ range: Range<Int>, with bytes: Data) -> Data {
        self[..<range.lowerBound] + bytes + self[range.upperBound...]
    }
}
