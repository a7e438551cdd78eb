import Foundation
import Support
import Testing

/// Attackers who have the data key, from a machine or a session, write key slots into the file so
/// that the next data key is sealed to a key of their own.
@Suite(.timeLimit(.minutes(5)))
struct PlantedKeyTests {
    /// Python code for the slots that the attacker writes, next to or instead of existing ones.
    ///
    /// `own` and `public` are the attacker's key pair, `vault` is what the machine key opens, and
    /// `old` is the header of the file in argv[1], from before a key was removed.
    enum Attack: String, CaseIterable {
        /// The box opens with the vault's public key, because `crypto_box` is symmetric.
        case withOwnKey = """
            keys = (*header.keys, vaults.KeySlot(b"mine", public, sealed(vault, own)))
            """
        case withGarbage = """
            keys = (*header.keys, vaults.KeySlot(b"mine", public, os.urandom(144)))
            """
        case removedSlotPutBack = """
            keys = (*header.keys, next(one for one in old.keys if one.name == b"lost"))
            """
        case removedKeyUnderItsOldSeal = """
            lost = next(one for one in old.keys if one.name == b"lost")
            keys = (*header.keys, dataclasses.replace(lost, name=b"mine"))
            """
        case ownKeyOnTheMachinesSlot = """
            keys = (dataclasses.replace(header.keys[0], public_key=public), *header.keys[1:])
            """
        case ownSlotUnderTheMachinesName = """
            keys = (vaults.KeySlot(b"machine", public, sealed(vault, own)),
                dataclasses.replace(header.keys[0], name=b"m2"), *header.keys[1:])
            """
        case slotOfAnotherVault = """
            other = writer.add_key(writer.init(b"FAKE", opslimit=1, memlimit=65536), b"mine", public)
            keys = (*header.keys, *other.header.keys)
            """
        case vouchedForWithTheDataKey = """
            inner = vault.data_key + header.epoch.to_bytes(8, "big") + header.vault_id
            seal = sodium.box_seal(inner, public, os.urandom(32))
            nonce = vaults.slot_nonce(vault.data_key, header.epoch, header.vault_id, b"mine", public,
                vault.data_key, seal)
            box = nonce + sodium.box_easy(seal, nonce, header.public_key, own)
            keys = (*header.keys, vaults.KeySlot(b"mine", public, box))
            """
        case asManyAsThereIsRoomFor = """
            keys = list(header.keys)
            while len(keys) < 63:
                name = b"p%d" % len(keys)
                keys.append(vaults.KeySlot(name, os.urandom(32), sealed(vault, own)))
            keys = (*keys, vaults.KeySlot(b"mine", public, sealed(vault, own)))
            """
    }

    private static let preparation = """
        vault = vaults.read(contents(vault_path), key_file=contents(key_path))
        header = vault.header
        old, _ = vaults.parse_header(contents(sys.argv[1]))
        own = contents(sys.argv[2])
        public = sodium.public_key(own)
        def sealed(vault, own):
            inner = vault.data_key + vault.header.epoch.to_bytes(8, "big") + vault.header.vault_id
            seal = sodium.box_seal(inner, public, os.urandom(32))
            nonce = os.urandom(24)
            return nonce + sodium.box_easy(seal, nonce, vault.header.public_key, own)

        """

    private static let writing = """

        header = dataclasses.replace(header, keys=tuple(keys), generation=header.generation + 1)
        put(vault_path, writer.encode(dataclasses.replace(vault, header=header)))
        """

    /// Fails if the header has a slot for the attacker's public key or for the removed machine's.
    private static let checking = """
        header, _ = vaults.parse_header(contents(vault_path))
        old, _ = vaults.parse_header(contents(sys.argv[1]))
        lost = next(one.public_key for one in old.keys if one.name == b"lost")
        public = sodium.public_key(contents(sys.argv[2]))
        assert not {lost, public} & {one.public_key for one in header.keys}, "sealed to the attacker"
        print(header.epoch, *(one.name.decode() for one in header.keys))
        """

    /// A vault with a machine key and a removed one, an old copy, and the attacker's private key.
    private struct Target {
        let home: Home
        var passphrase: [String] { ["--passphrase-file", home.passphraseFile] }
        var copy: String { "\(home.path)/copy" }
        var own: String { "\(home.path)/own" }

        init() async throws {
            home = try await Home.withVault(["app:1": "FAKEone"])
            let lost = "\(home.path)/lost.key"
            let added = try await home.run(arguments: ["key", "add", "lost", lost] + passphrase)
            try #require(added.status == 0, "\(added.errors)")
            try home.contents(of: home.vault).write(to: URL(filePath: copy))
            let removed = try await home.run(arguments: ["key", "remove", "lost"] + passphrase)
            try #require(removed.status == 0, "\(removed.errors)")
            let key = (0..<32).map { _ in UInt8.random(in: 0...255) }
            try Data(key).write(to: URL(filePath: own))
        }

        func attack(_ attack: Attack) async throws {
            try await home.reference(
                PlantedKeyTests.preparation + attack.rawValue + PlantedKeyTests.writing, copy, own)
        }

        /// Returns the epoch and the names of the machine keys, of which none is the attacker's.
        func slots() async throws -> [String] {
            try await home.reference(PlantedKeyTests.checking, copy, own)
                .split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    @Test(arguments: Attack.allCases)
    func `changing the passphrase does not give the new data key to an attacker with the old one`(
        attack: Attack
    )
        async throws
    {
        let target = try await Target()
        try await target.attack(attack)
        let outcome = try await target.home.run(
            arguments: ["passphrase", "--new-passphrase-file", target.home.passphraseFile]
                + target.passphrase)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("added by an earlier version or planted"))
        let isKept = attack != .ownKeyOnTheMachinesSlot && attack != .ownSlotUnderTheMachinesName
        #expect(try await target.slots() == (isKept ? ["3", "machine"] : ["3"]))
    }

    @Test(arguments: Attack.allCases)
    func `removing another machine does not give the new data key to the attacker`(attack: Attack)
        async throws
    {
        let target = try await Target()
        let another = "\(target.home.path)/another.key"
        let added = try await target.home.run(
            arguments: ["key", "add", "another", another] + target.passphrase)
        try #require(added.status == 0, "\(added.errors)")
        try await target.attack(attack)
        let outcome = try await target.home.run(
            arguments: ["key", "remove", "another"] + target.passphrase)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let left = try await target.slots().dropFirst()
        #expect(left.allSatisfy { $0 == "machine" })
    }

    @Test func `each dropped key is named, with the command that adds it again`() async throws {
        let target = try await Target()
        try await target.attack(.removedSlotPutBack)
        let outcome = try await target.home.run(
            arguments: ["passphrase", "--new-passphrase-file", target.home.passphraseFile]
                + target.passphrase)
        let line = try #require(outcome.errorLines.first { $0.contains("planted") })
        let command = try #require(line.firstRange(of: "tokenvault key add")).lowerBound
        #expect(line.hasPrefix("tokenvault: warning: the machine key lost "), "\(line)")
        #expect(outcome.errorLines.count { $0.contains("planted") } == 1, "\(outcome.errors)")
        #expect(line[command...] == "tokenvault key add lost lost.key")
        let runnable = line[command...].replacing("tokenvault", with: "'\(ProgramUnderTest.path)'")
        let again = try await target.home.run(
            tool: "sh",
            ["-c", "cd '\(target.home.scratch)' && \(runnable) \"$@\"", "-"] + target.passphrase)
        #expect(again.status == 0, "\(again.errors)")
        let read = try await target.home.run(
            "get", "app:1", "--key-file", "\(target.home.scratch)/lost.key")
        #expect(read == Outcome(status: 0, output: "FAKEone\n", errors: ""))
        let verified = try await target.home.run(arguments: ["verify"] + target.passphrase)
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test(arguments: Attack.allCases)
    func `commands unlocked with the passphrase warn, and verify fails`(attack: Attack) async throws
    {
        let target = try await Target()
        try await target.attack(attack)
        let vault = try target.home.contents(of: target.home.vault)
        let read = try await target.home.run(arguments: ["get", "app:1"] + target.passphrase)
        #expect(read.status == 0 && read.output == "FAKEone\n")
        #expect(read.errorLines.count == 1, "\(read.errors)")
        #expect(read.errors.contains("added by an earlier version or planted"), "\(read.errors)")
        let verified = try await target.home.run(arguments: ["verify"] + target.passphrase)
        #expect(verified.status == 65 && verified.output.isEmpty)
        #expect(verified.errors.contains("planted") && !verified.errors.contains("damaged"))
        #expect(verified.errors.contains("hint: tokenvault key remove "), "\(verified.errors)")
        #expect(try target.home.contents(of: target.home.vault) == vault)
    }

    @Test
    func `every command that had the passphrase warns, with the command that removes the key`()
        async throws
    {
        let target = try await Target()
        try await target.attack(.withOwnKey)
        let warning =
            "tokenvault: warning: the machine key mine was added by an earlier version or planted by "
            + "someone else; to remove it: tokenvault key remove mine\n"
        for command in [
            ["get", "app:1"], ["list"], ["list", "--quiet"], ["show", "app:1"], ["check", "app:1"],
            ["rename", "app:1", "One"], ["add", "app:1", "--replace"], ["key", "list", "--json"],
            ["exec", "--env", "SECRET=app:1", "--", "true"],
            ["key", "add", "new", "\(target.home.path)/new.key"], ["remove", "app:1"],
        ] {
            let end = command.firstIndex(of: "--") ?? command.endIndex
            let outcome = try await target.home.start(
                command[..<end] + target.passphrase + command[end...], input: "FAKEnew"
            ).outcome()
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            #expect(outcome.errors.components(separatedBy: warning).count == 2, "\(command)")
        }
        let taken = try await target.home.run(
            arguments: ["key", "add", "mine", "\(target.home.path)/mine.key"] + target.passphrase)
        #expect(taken.status == 73)
        #expect(taken.errors.hasSuffix("hint: tokenvault key remove mine\n"), "\(taken.errors)")
        let removed = try await target.home.run(
            arguments: ["key", "remove", "mine"] + target.passphrase)
        #expect(removed.status == 0 && removed.errorLines.count == 1, "\(removed.errors)")
        #expect(try await target.slots() == ["3", "machine", "new"])
        let quiet = try await target.home.run(arguments: ["verify"] + target.passphrase)
        #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
    }

    @Test func `with --json the warning is in the JSON of the error, and nowhere else`()
        async throws
    {
        struct Document: Decodable {
            struct Body: Decodable {
                let exit: Int32
                let warnings: [String]?
            }
            let error: Body
        }
        let target = try await Target()
        var isAttacked = false
        for (isPlanted, options) in [
            (false, ["show", "app:9", "--json"]), (true, ["show", "app:9", "--json"]),
            (true, ["check", "app:9", "--format=json"]),
            (true, ["check", "app:9", "--format", "json"]),
            (true, ["exec", "--json", "--env", "T=app:9"]),
        ] {
            if isPlanted, !isAttacked {
                try await target.attack(.withOwnKey)
                isAttacked = true
            }
            let outcome = try await target.home.run(
                arguments: options + target.passphrase
                    + (options.first == "exec" ? ["--", "true"] : []))
            let error = try JSONDecoder().decode(Document.self, from: Data(outcome.errors.utf8))
                .error
            #expect(outcome.status == 66 && error.exit == 66, "\(outcome.errors)")
            let hasWarning = error.warnings?.contains {
                $0.hasPrefix("the machine key mine was added")
            }
            #expect(hasWarning == (isPlanted ? true : nil), "\(outcome.errors)")
        }
        let executed = try await target.home.run(
            arguments: ["exec", "--json", "--env", "T=app:1"] + target.passphrase + ["--", "true"])
        #expect(executed.status == 0 && executed.errorLines.count == 1, "\(executed.errors)")
    }

    @Test func `machines and sessions keep working`() async throws {
        let target = try await Target()
        try await target.attack(.withOwnKey)
        let key = ["--key-file", target.home.keyFile]
        for command in [["get", "app:1"], ["verify"], ["list"]] {
            let outcome = try await target.home.run(arguments: command + key)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        let stored = try await target.home.start(
            ["add", "app:2"] + key, input: "FAKEtwo"
        ).outcome()
        #expect(stored.status == 0 && stored.errorLines.count == 1, "\(stored.errors)")
        guard await Keyring.isUsable else { return }
        let unlocked = try await target.home.run(arguments: ["unlock"] + target.passphrase)
        #expect(unlocked.errorLines.count == 2, "\(unlocked.errors)")
        let session = try await target.home.run("verify")
        #expect(session.status == 0 && session.errors.isEmpty, "\(session.errors)")
    }

    @Test func `of many keys the warning names three, and each one when it is dropped`()
        async throws
    {
        let target = try await Target()
        try await target.attack(.asManyAsThereIsRoomFor)
        let read = try await target.home.run(arguments: ["get", "app:1"] + target.passphrase)
        #expect(
            read.errors.hasPrefix(
                "tokenvault: warning: the machine keys p1, p2, p3 and 60 more were added "),
            "\(read.errors)")
        let changed = try await target.home.run(
            arguments: ["passphrase", "--new-passphrase-file", target.home.passphraseFile]
                + target.passphrase)
        #expect(changed.errorLines.count { $0.contains("planted") } == 63)
        #expect(try await target.slots() == ["3", "machine"])
    }
}
