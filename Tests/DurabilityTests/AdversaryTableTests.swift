import Foundation
import Support
import Testing

/// The table "What is protected against whom" of SECURITY.md, tested with attackers who have what
/// its rows say, and who use the second implementation of the format.
///
/// The tests are named after the rows. They also test what an attacker does get, because a row that
/// promises too little is wrong as well. AdversaryTests has more attacks for some of the rows.
@Suite(.timeLimit(.minutes(5)))
struct AdversaryTableTests {
    /// The rows tested here; TranscriptTests has the rows about the network.
    private static let rows = [
        "read the file, or a backup of it", "write the file",
        "copy the key of an unlocked session or of a machine",
        "use an old passphrase and an old copy of the file",
        "see your processes (`ps`, /proc as another user)",
        "find the disk later",
    ]

    private static let secret = "FAKEsecretOfTheTable"
    private static let isRoot = geteuid() == 0

    @Test func `the rows are in the table`() throws {
        let page = try String(
            contentsOfFile: "\(ProgramUnderTest.repository)/SECURITY.md", encoding: .utf8)
        for row in Self.rows { #expect(page.contains("\n| \(row) | "), "\(row)") }
    }

    // MARK: read the file, or a backup of it

    @Test func `read the file, or a backup of it`() async throws {
        let home = try Home()
        try await home.succeed("init", "--passphrase-file", home.passphraseFile)
        try await home.succeed(
            "key", "add", "web-1", home.keyFile, "--passphrase-file", home.passphraseFile)
        let key = ["--key-file", home.keyFile]
        for (reference, name) in [
            ("app:1234567890123456", "Fake Application"), ("page:1020000000000001", "Fake Bakery"),
        ] {
            let added = try await home.start(
                ["add", reference, "--name", name] + key, input: Self.secret
            ).outcome()
            try #require(added.status == 0, "\(added.errors)")
        }
        // What the file shows: its state, the machine keys' names, the cost of a guess, its size.
        let shown = try await home.reference(
            """
            header, _ = vaults.parse_header(contents(vault_path))
            print(header.epoch, header.generation, *(one.name.decode() for one in header.keys))
            print(header.opslimit, header.memlimit)
            """)
        #expect(shown == "1 4 web-1\n3 262144\n")
        // What the file does not show, in any encoding.
        let found = try await home.reference(
            """
            import base64, glob
            files = [vault_path, vault_path + ".lock", *glob.glob(sys.argv[1] + "/*")]
            for needle in (b"1234567890123456", b"1020000000000001", b"Fake Application", b"Bakery",
                    b"app:", b"page:", b"name", sys.argv[2].encode(), passphrase):
                written = {needle, needle.hex().encode(), needle[::-1], needle.decode().encode("utf-16-le")}
                written |= {base64.b64encode(b"x" * shift + needle)[4:-4] for shift in range(3)}
                for path in files:
                    for one in written:
                        if len(one) > 3 and one in contents(path): print(path, one)
            """, home.marks, Self.secret)
        #expect(found.isEmpty, "\(found)")
    }

    // MARK: write the file

    @Test func `write the file`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret, "page:2": "FAKEtwo"])
        let vault = try home.contents(of: home.vault)
        var changes: [Data] = []
        for offset in stride(from: 0, to: vault.count, by: max(1, vault.count / 90)) {
            for bit in [UInt8(1), 0x20, 0x80] {
                var changed = vault
                changed[offset] ^= bit
                changes.append(changed)
            }
        }
        for cut in [1, 15, 16, 17, vault.count / 2] { changes.append(vault.dropLast(cut)) }
        changes += [vault + Data([0]), vault + vault, vault + vault.suffix(40), Data()]
        for (number, changed) in changes.enumerated() {
            try home.replaceVault(with: changed)
            let command = [
                ["get", "app:1"], ["list", "--json"],
                ["exec", "--env", "SECRET=app:1", "--", "sh", "-c", "echo $SECRET"],
            ][number % 3]
            let options = ["--key-file", home.keyFile]
            let end = command.firstIndex(of: "--") ?? command.endIndex
            let outcome = try await home.run(
                arguments: command[..<end] + options + command[end...])
            #expect([65, 77].contains(outcome.status), "\(number): \(outcome.errors)")
            #expect(outcome.output.isEmpty, "\(number)")
        }
        // A copy from before the last save.
        try home.replaceVault(with: vault)
        try await home.succeed("remove", "page:2", "--key-file", home.keyFile)
        try home.replaceVault(with: vault)
        for unlocking in [
            ["--key-file", home.keyFile], ["--passphrase-file", home.passphraseFile],
        ] {
            let older = try await home.run(arguments: ["get", "page:2"] + unlocking)
            #expect(older.status == 65 && older.output.isEmpty, "\(older.errors)")
            #expect(older.errors.contains("older than one already seen on this machine"))
        }
    }

    // MARK: copy the key of an unlocked session or of a machine

    enum CopiedKey: CaseIterable {
        case session, machine

        /// Python code that sets `data_key` from what the attacker has.
        var taking: String {
            switch self {
            case .session:
                """
                import ctypes
                header, _ = vaults.parse_header(contents(vault_path))
                keyctl = ctypes.CDLL(None).syscall
                key = keyctl(\(Keyring.keyctl), 10, -4, b"user", b"tokenvault:" + header.vault_id.hex().encode(), 0)
                buffer = ctypes.create_string_buffer(32)
                assert keyctl(\(Keyring.keyctl), 11, key, buffer, 32) == 32
                data_key = buffer.raw

                """
            case .machine:
                """
                data_key = vaults.read(contents(vault_path), key_file=contents(key_path)).data_key

                """
            }
        }
    }

    @Test(arguments: CopiedKey.allCases)
    func `copy the key of an unlocked session or of a machine`(key: CopiedKey) async throws {
        if key == .session, await !Keyring.isUsable { return }
        let home = try await Home.withVault(["app:1": Self.secret])
        let passphrase = ["--passphrase-file", home.passphraseFile]
        if key == .session { try await home.succeed("unlock", "--key-file", home.keyFile) }
        let loot = "\(home.path)/loot"
        // The attacker reads what is stored, changes it, and adds a machine key.
        try await home.reference(
            key.taking + """
                header, body = vaults.parse_header(contents(vault_path))
                sealed = vaults.open_payload(vaults.payload_key(data_key, header.mac, body[:32]), body[32:])
                assert b"\(Self.secret)" in sealed
                own = os.urandom(32)
                inner = data_key + header.epoch.to_bytes(8, "big") + header.vault_id
                seal = sodium.box_seal(inner, sodium.public_key(own), os.urandom(32))
                nonce = os.urandom(24)
                box = nonce + sodium.box_easy(seal, nonce, header.public_key, own)
                slot = vaults.KeySlot(b"mine", sodium.public_key(own), box)
                header = dataclasses.replace(
                    header, keys=(*header.keys, slot), generation=header.generation + 1)
                put(vault_path, writer.encode(vaults.Vault(
                    header, data_key, None, [record(b"app:1", b"FAKEchanged")])))
                put(sys.argv[1], data_key + own)
                """, loot)
        let read = try await home.run(arguments: ["get", "app:1"] + passphrase)
        #expect(read.output == "FAKEchanged\n" && read.errorLines.count == 1, "\(read.errors)")
        #expect(
            read.errors.contains("the machine key mine was added by an earlier version or planted")
        )
        #expect(try await home.run(arguments: ["verify"] + passphrase).status == 65)

        let renewal =
            key == .session
            ? ["passphrase", "--new-passphrase-file", home.passphraseFile]
            : ["key", "remove", "machine"]
        let renewed = try await home.run(arguments: renewal + passphrase)
        #expect(renewed.status == 0, "\(renewed.errors)")
        let added = try await home.start(["add", "app:2"] + passphrase, input: "FAKElater")
            .outcome()
        #expect(added.status == 0 && added.errorLines.count == 1, "\(added.errors)")
        // Nothing that the attacker has opens what was saved since.
        try await home.reference(
            """
            data_key, own = contents(sys.argv[1])[:32], contents(sys.argv[1])[32:]
            header, _ = vaults.parse_header(contents(vault_path))
            assert vaults.header_mac(header.before_mac(), data_key) != header.mac
            def opens(private):
                try: vaults.unbox(header, vaults.MachineKey(private, header.public_key))
                except vaults.Locked: return False
                return True
            assert not opens(own)
            assert opens(vaults.parse_key_file(contents(key_path)).private_key) == (sys.argv[2] == "session")
            """, loot, "\(key)")
    }

    // MARK: use an old passphrase and an old copy of the file

    @Test func `use an old passphrase and an old copy of the file`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        let copy = "\(home.path)/copy"
        try home.contents(of: home.vault).write(to: URL(filePath: copy))
        let new = "\(home.path)/new"
        try home.write("FAKE new passphrase", to: new)
        let changed = try await home.run(
            "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file", new)
        #expect(changed.status == 0)
        // As long as a machine key remains, the command says what is left to do.
        #expect(
            changed.errors.contains("; to prevent this: tokenvault passphrase --reissue-keys\n"),
            "\(changed.errors)")
        try await home.succeed("add", "app:2", "--key-file", home.keyFile, input: "FAKElater")

        // The attacker gets what the copy contains, and nothing saved since.
        try await home.reference(
            """
            old = vaults.read(contents(sys.argv[1]), passphrase=passphrase)
            assert [one.secret for one in old.records] == [b"\(Self.secret)"]
            header, _ = vaults.parse_header(contents(vault_path))
            assert vaults.header_mac(header.before_mac(), old.data_key) != header.mac
            try: vaults.unwrap(header, passphrase)
            except vaults.Locked: pass
            else: sys.exit("the old passphrase opens it")
            slot = header.keys[0]
            seal = sodium.box_open_easy(slot.box[24:], slot.box[:24], slot.public_key, old.secret_key)
            assert sodium.box_seal_open(seal, old.secret_key) is None
            """, copy)

        let genuine = try home.contents(of: home.vault)
        let forging = """
            old = vaults.read(contents(sys.argv[1]), passphrase=passphrase)
            header, _ = vaults.parse_header(contents(vault_path))
            own = os.urandom(32)
            slots = tuple(dataclasses.replace(one, box=vaults.box_data_key(own, header.epoch,
                header.vault_id, one.name, one.public_key, old.secret_key, os.urandom))
                for one in header.keys)
            forged = dataclasses.replace(header, keys=slots, generation=header.generation + 1)
            put(vault_path, writer.encode(
                vaults.Vault(forged, own, None, [record(b"app:1", b"FAKEforged")])))
            """
        try await home.reference(forging, copy)
        #expect(
            try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEforged\n")
        let owner = try await home.run("get", "app:1", "--passphrase-file", new)
        #expect(
            owner.status == 65 && owner.output.isEmpty, "no passphrase opens it: \(owner.errors)")

        // That ends when the keys are reissued.
        try home.replaceVault(with: genuine)
        let reissued = try await home.run(
            "passphrase", "--reissue-keys", "--accept-rollback", "--passphrase-file", new,
            "--new-passphrase-file", new)
        #expect(reissued.status == 0 && !reissued.errors.contains("to prevent this"))
        #expect(reissued.errors.contains("no longer open the vault: machine"), "\(reissued.errors)")
        let another = "\(home.path)/another.key"
        try await home.succeed("key", "add", "machine", another, "--passphrase-file", new)
        #expect(try await home.succeed("get", "app:1", "--key-file", another) == Self.secret + "\n")
        try await home.reference(forging, copy)
        let refused = try await home.run("get", "app:1", "--key-file", another)
        #expect(refused.status == 77 && refused.output.isEmpty, "\(refused.errors)")
    }

    // MARK: see your processes (`ps`, /proc as another user)

    @Test(.enabled(if: isRoot, "running as another user requires root"))
    func `see your processes (ps, proc as another user)`() async throws {
        let account = try await ServiceAccount(id: 64_351, entries: ["app:1": Self.secret])
        let home = account.home
        // With the lock held, the program waits for it and has all secrets in memory.
        let holder = try Child(
            "/usr/bin/flock", ["\(home.vault).lock", "sh", "-c", "echo held; exec sleep 60"],
            environment: home.environment, scratch: home.scratch)
        while holder.outputSoFar != "held\n" {
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        let child = try account.start(
            ["add", "app:2"], input: "FAKEtyped",
            variables: ["TOKENVAULT_PASSPHRASE": Home.passphrase])
        func names(_ directory: String) -> [String] {
            let files = FileManager.default
            let names =
                (try? files.contentsOfDirectory(atPath: "/proc/\(child.pid)/\(directory)")) ?? []
            return names.map {
                (try? files.destinationOfSymbolicLink(
                    atPath: "/proc/\(child.pid)/\(directory)/\($0)"))
                    ?? ""
            }
        }
        let start = ContinuousClock.now
        while !names("fd").contains("\(home.vault).lock") {
            try #require(ContinuousClock.now - start < .seconds(60))
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        let ps = try await home.run(
            tool: "setpriv",
            [
                "--reuid=64352", "--regid=64352", "--clear-groups", "ps", "-ww", "-o", "args=",
                "-p",
                "\(child.pid)",
            ])
        #expect(ps.output.hasSuffix("add app:2\n"), "\(ps.output)")
        let environment = try home.contents(of: "/proc/\(child.pid)/environ")
        #expect(String(decoding: environment, as: UTF8.self).contains("TOKENVAULT_FILE="))
        for secret in [Home.passphrase, "FAKEtyped", Self.secret] {
            #expect(!ps.output.contains(secret))
            // Root can read the environment, but the secret is gone from it.
            #expect(environment.firstRange(of: Data(secret.utf8)) == nil)
        }
        for entry in ["environ", "mem", "maps", "auxv", "fd/", "map_files/", "cwd/", "root/"] {
            for user in [64_352, account.id] {
                let attempt = try await home.run(
                    tool: "setpriv",
                    [
                        "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "sh", "-c",
                        entry.hasSuffix("/") ? "ls \"$0\"" : "head -c 1 \"$0\"",
                        "/proc/\(child.pid)/\(entry)",
                    ])
                #expect(attempt.status != 0 && attempt.output.isEmpty, "\(user) reads \(entry)")
            }
        }
        child.signal(SIGKILL)
        holder.signal(SIGKILL)
        _ = try await child.outcome()
        _ = try await holder.outcome()
    }

    @Test(.enabled(if: isRoot, "running as another user requires root"))
    func `other users cannot open any of the files`() async throws {
        let account = try await ServiceAccount(id: 64_353, entries: ["app:1": Self.secret])
        let home = account.home
        let marks = try home.names(in: home.marks).map { "\(home.marks)/\($0)" }
        let files = [home.vault, "\(home.vault).lock", home.keyFile] + marks
        for (tool, paths) in [("cat", files), ("ls", [home.data, home.marks])] {
            for path in paths {
                let attempt = try await home.run(
                    tool: "setpriv",
                    ["--reuid=64354", "--regid=64354", "--clear-groups", tool, path])
                #expect(attempt.status != 0 && attempt.output.isEmpty, "\(path)")
            }
        }
    }

    // MARK: find the disk later

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `find the disk later`() async throws {
        let home = try await Home.withVault(["app:1": Self.secret])
        let trace = "\(home.path)/trace"
        let key = ["--key-file", home.keyFile]
        for (command, input) in [
            (["add", "app:2", "--name", "Two"] + key, Self.secret + "2"),
            (["get", "app:1"] + key, ""), (["rename", "app:2", "Zwei"] + key, ""),
            (["exec", "--env", "SECRET=app:1"] + key + ["--", "true"], ""),
            (["get", "app:1", "--passphrase-file", home.passphraseFile], ""),
            (
                [
                    "key", "add", "web", "\(home.path)/web.key", "--passphrase-file",
                    home.passphraseFile,
                ], ""
            ),
            (
                [
                    "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
                    home.passphraseFile,
                ], ""
            ),
        ] {
            let outcome = try await Child(
                "/usr/bin/strace",
                [
                    "-f", "-qq", "-y", "-s", "1000000", "-o", trace, "-e",
                    "trace=write,pwrite64,writev,pwritev,sendto,sendmsg", "--",
                    ProgramUnderTest.path,
                ] + command, environment: home.environment, input: input, scratch: home.scratch
            ).outcome()
            try #require(outcome.status == 0, "\(command): \(outcome.errors)")
            // Only standard output may contain a secret.
            let written = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
                .filter { !$0.contains("write(1<") }
            for secret in [Self.secret, Home.passphrase] {
                #expect(!written.contains { $0.contains(secret) }, "\(command)")
            }
        }
        // A killed save leaves nothing readable behind either.
        let calls = try await SystemCallTrace.calls(
            in: home, ["add", "app:3"] + key, input: Self.secret + "3")
        let rename = try #require(calls.first { $0.name == "rename" })
        _ = try await SystemCallTrace.run(
            in: home, ["add", "app:4"] + key, input: Self.secret + "4", "signal=KILL", at: rename)
        #expect(try home.names(in: home.data) == [".vault.saving", "vault", "vault.lock"])
        let left = try await home.run(
            tool: "grep", ["-rl", Self.secret, home.data, "\(home.path)/state"])
        #expect(left.status == 1 && left.output.isEmpty, "\(left.output)")
    }
}
