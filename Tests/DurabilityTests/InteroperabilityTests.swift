import Foundation
import Support
import Testing

/// The program and the second implementation of the format, in Tests/Reference, open each other's
/// files.
@Suite(.timeLimit(.minutes(2)))
struct InteroperabilityTests {
    /// Python code that reads the vault with the passphrase in argv[1], or else the key file, and
    /// checks that it encodes to the same bytes.
    private static let rereading = """
        file = contents(vault_path)
        unlock = {"passphrase": sys.argv[1].encode()} if sys.argv[1:] else {"key_file": contents(key_path)}
        vault = vaults.read(file, **unlock)
        nonce = vaults.parse_header(file)[1][:32]
        key = vaults.payload_key(vault.data_key, vault.header.mac, nonce)
        sealed = vaults.seal_payload(key, vaults.encode_records(vault.records))
        assert vault.header.encoded() + nonce + sealed == file

        """

    @Test func `a reader written from SECURITY.md alone opens what the program writes`()
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let long = String(repeating: "F", count: 40_000)
        try await home.succeed(
            "add", "page:2", "--name", "Ünïcode \"1\"", "--expires", "60d", "--key-file",
            home.keyFile, input: long)
        let sources = ["reader.c", "reader_metadata.c"]
            .map { "\(ProgramUnderTest.repository)/Tests/Reference/\($0)" }
        let reader = "\(home.path)/reader"
        let made = try await home.run(
            tool: "gcc", ["-std=c11", "-o", reader] + sources + ["-lsodium"])
        try #require(made.status == 0, "\(made.errors)")
        for unlocking in [["key", home.keyFile], ["passphrase", home.passphraseFile]] {
            let outcome = try await home.run(tool: reader, unlocking + [home.vault])
            let records = outcome.output.split(separator: "\n")
                .map { $0.split(separator: "\t").prefix(2).joined(separator: "=") }
            #expect(records == ["app:1=FAKEone", "page:2=\(long)"], "\(outcome.errors)")
        }
    }

    @Test func `the second implementation reads what each command saves, and encodes it alike`()
        async throws
    {
        let home = try Home()
        let passphrase = ["--passphrase-file", home.passphraseFile]
        func expect(_ entries: [String: String], byKey: Bool = true) async throws {
            let printing =
                Self.rereading + """
                    print(json.dumps({one.reference.decode(): one.secret.decode() for one in vault.records}))
                    """
            let byPassphrase = try await home.reference(printing, Home.passphrase)
            var outputs = [byPassphrase]
            if byKey { outputs.append(try await home.reference(printing)) }
            for output in outputs {
                let found = try JSONDecoder().decode([String: String].self, from: Data(output.utf8))
                #expect(found == entries)
            }
        }
        func run(_ arguments: [String], _ secret: String = "") async throws {
            let outcome = try await home.start(arguments, input: secret).outcome()
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        try await run(["init", "--kdf", "interactive"] + passphrase)
        try await expect([:], byKey: false)
        try await run(["key", "add", "machine", home.keyFile] + passphrase)
        let key = ["--key-file", home.keyFile]
        try await run(["add", "app:1", "--name", "Ünïcode \"1\""] + key, "FAKEone")
        try await run(["add", "user:2", "--app", "app:1", "--expires", "60d"] + key, "FAKEtwo")
        let long = String(repeating: "F", count: 65_536)
        try await run(["add", "page:3", "--user", "user:2", "--expires", "never"] + key, long)
        try await expect(["app:1": "FAKEone", "user:2": "FAKEtwo", "page:3": long])
        try await run(["add", "user:2", "--replace"] + key, "FAKEnew")
        try await run(["remove", "page:3"] + key)
        try await expect(["app:1": "FAKEone", "user:2": "FAKEnew"])
        try await run(["key", "add", "second", "\(home.path)/second.key"] + passphrase)
        try await run(["key", "remove", "second"] + passphrase)
        try await expect(["app:1": "FAKEone", "user:2": "FAKEnew"])
        let same = ["--new-passphrase-file", home.passphraseFile]
        try await run(["passphrase"] + passphrase + same)
        try await expect(["app:1": "FAKEone", "user:2": "FAKEnew"])
        try await run(["passphrase", "--kdf", "moderate"] + passphrase + same)
        try await run(["passphrase", "--kdf", "interactive", "--reissue-keys"] + passphrase + same)
        try await expect(["app:1": "FAKEone", "user:2": "FAKEnew"], byKey: false)
    }

    @Test func `entries of Instagram and Threads are records like any other`() async throws {
        let entries = [
            "instagram-app:1": "FAKEone", "instagram:2": "IGAAFAKEtwo", "threads-app:3": "FAKE3",
            "threads:4": "THAAFAKEfour",
        ]
        let home = try await Home.withVault(entries)
        let printed = try await home.reference(
            Self.rereading
                + "print(json.dumps({one.reference.decode(): one.secret.decode() for one in vault.records}))"
        )
        #expect(
            try JSONDecoder().decode([String: String].self, from: Data(printed.utf8)) == entries)
    }

    @Test func `the second implementation reads what is saved from the Graph API`()
        async throws
    {
        let home = try await Home.withVault(["app:1234567890123456": "FAKEsecret0001"])
        let server = try Child(
            ProgramUnderTest.simulator, [], environment: home.environment, scratch: home.scratch)
        while !server.outputSoFar.hasSuffix("\n") {
            try await Task.sleep(for: .milliseconds(20), clock: .suspending)
        }
        let address = server.outputSoFar.trimmingCharacters(in: .newlines)
        let variables = ["TOKENVAULT_GRAPH_URL": address, "TOKENVAULT_KEY_FILE": home.keyFile]
        let exchanged = try await home.run(
            "exchange", input: "EAAFAKEshort0001", variables: variables)
        let pages = try await home.run("pages", variables: variables)
        let checked = try await home.run("check", "--online", variables: variables)
        server.signal(SIGTERM)
        _ = try await server.outcome()
        #expect(exchanged.status == 0, "\(exchanged.errors)")
        #expect(pages.status == 0, "\(pages.errors)")
        #expect(checked.status <= 2, "\(checked.errors)")
        let count = try await home.reference(Self.rereading + "print(len(vault.records))")
        #expect((Int(count.dropLast()) ?? 0) > 2)
    }

    @Test func `the program opens what the second implementation writes, and can save to it`()
        async throws
    {
        let home = try Home()
        try FileManager.default.createDirectory(
            atPath: home.data, withIntermediateDirectories: false)
        try await home.reference(
            """
            records = [vaults.Record(b"page:%d" % (10 ** 9 + n), b"FAKE%d" % n, b'{"later":[%d],"name":"N"}' % n)
                for n in range(1000)]
            records += [record(b"app:1~previous", b"FAKEprevious"), record(b"gizmo:7", b"FAKEgizmo")]
            records += [vaults.Record(b"user:1", b"F" * 65536, b'{ "scopes" : [ "a" ] }')]
            records = sorted(records, key=lambda one: one.reference)
            vault = writer.init(passphrase, opslimit=2, memlimit=65536, records=records)
            private = os.urandom(32)
            put(key_path, vaults.MachineKey(private, vault.header.public_key).encoded())
            os.chmod(key_path, 0o600)
            vault = writer.add_key(vault, b"machine", sodium.public_key(private))
            vault = writer.new_epoch(writer.next_generation(vault), passphrase)
            put(vault_path, writer.encode(vault))
            """)
        for unlocking in [
            ["--key-file", home.keyFile], ["--passphrase-file", home.passphraseFile],
        ] {
            for (reference, secret) in [
                ("page:1000000617", "FAKE617"), ("app:1~previous", "FAKEprevious"),
                ("gizmo:7", "FAKEgizmo"),
            ] {
                let outcome = try await home.run(arguments: ["get", reference] + unlocking)
                #expect(outcome.output == secret + "\n", "\(outcome.errors)")
            }
            let verified = try await home.run(arguments: ["verify"] + unlocking)
            #expect(verified.output.hasPrefix("sound: 1003 entries"), "\(verified.errors)")
        }
        try await home.succeed("add", "app:5", "--key-file", home.keyFile, input: "FAKEfive")
        try await home.succeed(
            "add", "page:1000000500", "--replace", "--key-file", home.keyFile, input: "FAKEnew")
        let kept = try await home.reference(
            Self.rereading + """
                found = {one.reference: one for one in vault.records}
                print(len(found), found[b"app:5"].secret.decode(), found[b"page:1000000500"].secret.decode())
                print(json.loads(found[b"page:1000000500"].metadata)["later"])
                print(found[b"user:1"].metadata.decode(), found[b"page:1000000001"].metadata.decode())
                """)
        #expect(
            kept == """
                1004 FAKEfive FAKEnew
                [500]
                { "scopes" : [ "a" ] } {"later":[1],"name":"N"}

                """)
    }
}
