import Foundation
import Testing

/// Who loses access with a new passphrase and a new data key.
@Suite(.timeLimit(.minutes(2)))
struct RenewalTests {
    /// Python code for what a thief has who learned the passphrase and copied the vault before the
    /// passphrase was changed.
    private static let thief = """
        old = vaults.read(contents(sys.argv[1]), passphrase=passphrase)
        header, _ = vaults.parse_header(contents(vault_path))

        """

    @Test func `an old passphrase and an old copy of the file read nothing that is saved later`()
        async throws
    {
        let (home, copy) = try await changed([])
        try await home.succeed("add", "app:2", "--key-file", home.keyFile, input: "FAKEtwo")
        try await home.reference(
            Self.thief + """
                try: vaults.unwrap(header, passphrase)
                except vaults.Locked: pass
                else: sys.exit("the old passphrase opens it")
                # The vault's private key did not change: it opens the box in a machine's slot.
                slot = header.keys[0]
                nonce, box = slot.box[:24], slot.box[24:]
                seal = sodium.box_open_easy(box, nonce, slot.public_key, old.secret_key)
                assert seal is not None
                # In the box is a seal that only the machine opens.
                assert sodium.box_seal_open(seal, old.secret_key) is None
                assert vaults.header_mac(header.before_mac(), old.data_key) != header.mac
                """, copy)
        let outcome = try await home.run(
            "get", "app:2", "--passphrase-file", home.passphraseFile)
        #expect(outcome.status == 77 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(try await home.succeed("get", "app:2", "--key-file", home.keyFile) == "FAKEtwo\n")
    }

    @Test func `reissuing keys removes all machines, and the old private key opens no box`()
        async throws
    {
        let (home, copy) = try await changed(["--reissue-keys"])
        let refused = try await home.run("get", "app:1", "--key-file", home.keyFile)
        #expect(refused.status == 77 && refused.output.isEmpty, "\(refused.errors)")
        let new = "\(home.path)/new-passphrase"
        let keys = try await home.succeed("key", "list", "--json", "--passphrase-file", new)
        #expect(keys.filter { !$0.isWhitespace } == "[]")
        let another = "\(home.path)/another.key"
        try await home.succeed("key", "add", "machine", another, "--passphrase-file", new)
        #expect(try await home.succeed("get", "app:1", "--key-file", another) == "FAKEone\n")
        try await home.reference(
            Self.thief + """
                assert header.public_key != old.header.public_key
                slot = header.keys[0]
                nonce, box = slot.box[:24], slot.box[24:]
                assert sodium.box_open_easy(box, nonce, slot.public_key, old.secret_key) is None
                """, copy)
    }

    @Test func `once keys are reissued, no machine accepts a slot that the thief made`()
        async throws
    {
        let (home, copy) = try await changed(["--reissue-keys"])
        let new = "\(home.path)/new-passphrase"
        let another = "\(home.path)/another.key"
        try await home.succeed("key", "add", "machine", another, "--passphrase-file", new)
        try await home.reference(
            Self.thief + """
                own_data = os.urandom(32)
                box = vaults.box_data_key(own_data, header.epoch, header.vault_id,
                    header.keys[0].name, header.keys[0].public_key, old.secret_key, os.urandom)
                slot = dataclasses.replace(header.keys[0], box=box)
                forged = dataclasses.replace(header, keys=(slot,), generation=header.generation + 1)
                vault = vaults.Vault(forged, own_data, None, [record(b"app:1", b"FAKEforged")])
                put(vault_path, writer.encode(vault))
                """, copy)
        let outcome = try await home.run("get", "app:1", "--key-file", another)
        #expect(outcome.status == 77 && outcome.output.isEmpty, "\(outcome.errors)")
    }

    @Test func `a removed machine opens nothing, and the others keep working`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let lost = "\(home.path)/lost.key"
        try await home.succeed(
            "key", "add", "lost", lost, "--passphrase-file", home.passphraseFile)
        #expect(try await home.succeed("get", "app:1", "--key-file", lost) == "FAKEone\n")
        try await home.succeed("key", "remove", "lost", "--passphrase-file", home.passphraseFile)
        let refused = try await home.run("get", "app:1", "--key-file", lost)
        #expect(refused.status == 77 && refused.errors.contains("removed"), "\(refused.errors)")
        #expect(try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
        #expect(
            try await home.succeed("get", "app:1", "--passphrase-file", home.passphraseFile)
                == "FAKEone\n")
    }

    @Test(arguments: ["key remove machine", "passphrase --reissue-keys"])
    func `a holder of the data key cannot use up the generations`(_ command: String) async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await home.reference(
            """
            vault = vaults.read(contents(vault_path), key_file=contents(key_path))
            header = dataclasses.replace(vault.header, generation=2**63 - 1)
            put(vault_path, writer.encode(dataclasses.replace(vault, header=header)))
            """)
        let refused = try await home.run(
            "add", "app:2", "--key-file", home.keyFile, input: "FAKEtwo")
        #expect(refused.status == 65, "\(refused.errors)")
        #expect(refused.errors.contains("hint: tokenvault passphrase"))
        let new = "\(home.path)/new-passphrase"
        try home.write("FAKE new passphrase", to: new)
        let isRemoval = command.hasPrefix("key")
        let outcome = try await home.run(
            arguments: command.split(separator: " ").map(String.init)
                + ["--passphrase-file", home.passphraseFile]
                + (isRemoval ? [] : ["--new-passphrase-file", new]))
        #expect(outcome.status == 0, "\(outcome.errors)")
        let passphrase = isRemoval ? home.passphraseFile : new
        try await home.succeed("add", "app:2", "--passphrase-file", passphrase, input: "FAKEtwo")
        try await home.succeed("verify", "--passphrase-file", passphrase)
        #expect(
            try await home.succeed("get", "app:1", "--passphrase-file", passphrase) == "FAKEone\n")
        try await home.reference(
            """
            header, _ = vaults.parse_header(contents(vault_path))
            assert (header.epoch, header.generation) == (2, 2)
            """)
    }

    /// Returns a home whose passphrase was changed, and the path of an earlier copy of the vault.
    private func changed(_ options: [String]) async throws -> (Home, copy: String) {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let copy = "\(home.path)/copy"
        try home.contents(of: home.vault).write(to: URL(filePath: copy))
        let new = "\(home.path)/new-passphrase"
        try home.write("FAKE new passphrase", to: new)
        let outcome = try await home.run(
            arguments: [
                "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
                new,
            ] + options)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return (home, copy)
    }
}
