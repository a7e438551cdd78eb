import Foundation
import Support
import Testing

/// What SECURITY.md promises about each adversary ("What is protected against whom"), tested with
/// attackers who have just what the row says.
///
/// ForgeryTests and PlantedKeyTests are about forged vaults and slots, RollbackTests about older
/// copies, and MemoryTests about memory.
@Suite(.timeLimit(.minutes(3)))
struct AdversaryTests {
    private static let secrets = [
        "app:1234567": "FAKEsecretOfApp", "page:7654321": "EAAFAKEpagetoken",
    ]

    // MARK: An attacker who can read the file, or a backup of it

    @Test func `the file shows no secret, name or ID in any encoding`() async throws {
        let home = try await Home.withVault(Self.secrets)
        try await home.succeed("rename", "page:7654321", "FAKEname", "--key-file", home.keyFile)
        let found = try await home.reference(
            """
            import base64, re
            file = contents(vault_path)
            header, payload = vaults.parse_header(file)
            texts = [file, file.lower(), bytes(reversed(file)), payload]
            texts += [base64.b64decode(word + b"=" * (-len(word) % 4))
                for word in re.findall(rb"[A-Za-z0-9+/]{20,}", file) if len(word) % 4 != 1]
            for secret in (b"FAKEsecretOfApp", b"EAAFAKEpagetoken", b"FAKEname", b"1234567", b"7654321",
                    passphrase):
                forms = [secret, secret.lower(), secret.hex().encode(), base64.b64encode(secret)[:-3]]
                print(any(form in text for form in forms for text in texts))
            print([slot.name.decode() for slot in header.keys], header.epoch, header.opslimit >= 1,
                header.memlimit >= 65536)
            """)
        let expected = String(repeating: "False\n", count: 6) + "['machine'] 1 True True\n"
        #expect(found == expected)
    }

    // MARK: An attacker who can write the file

    @Test func `a change to any byte is refused, and nothing is printed`() async throws {
        let home = try await Home.withVault(Self.secrets)
        let original = try home.contents(of: home.vault)
        let unlocking = ["--key-file", home.keyFile]
        for offset in stride(from: 0, to: original.count, by: 9) {
            var altered = original
            altered[altered.startIndex + offset] ^= 1 << (offset % 8)
            try home.replaceVault(with: altered)
            for command in [["get", "app:1234567"], ["list"], ["verify"]] {
                let outcome = try await home.run(arguments: command + unlocking)
                // 77 if the machine key no longer opens its slot, 65 for any other change.
                #expect([65, 77].contains(outcome.status), "\(offset): \(command)")
                #expect(outcome.output.isEmpty, "\(offset): \(command)")
            }
        }
    }

    @Test(arguments: [-1, -16, -17, -100, 1, 16, 4_096])
    func `a truncated or extended file prints nothing`(_ change: Int) async throws {
        let home = try await Home.withVault(Self.secrets)
        let original = try home.contents(of: home.vault)
        let altered =
            change < 0
            ? original.dropLast(-change) : original + Data(repeating: 0x41, count: change)
        try home.replaceVault(with: altered)
        for command in [["get", "app:1234567"], ["list"]] {
            let outcome = try await home.run(arguments: command + ["--key-file", home.keyFile])
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.errors)")
        }
    }

    // MARK: An attacker who copied the key of an unlocked session or of a machine

    @Test func `a copied data key opens nothing that is saved after a passphrase change`()
        async throws
    {
        let home = try await Home.withVault(Self.secrets)
        try home.write("FAKE other passphrase", to: "\(home.path)/other")
        let copied = try await home.reference(
            "print(vaults.read(contents(vault_path), key_file=contents(key_path)).data_key.hex())")
        try await home.succeed(
            "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
            "\(home.path)/other")
        let opened = try await home.reference(
            """
            key = bytes.fromhex(sys.argv[1].strip())
            header, body = vaults.parse_header(contents(vault_path))
            print(vaults.header_mac(header.before_mac(), key) == header.mac)
            try: vaults.open_payload(vaults.payload_key(key, header.mac, body[:32]), body[32:])
            except vaults.Damaged: print("closed")
            """, copied)
        #expect(opened == "False\nclosed\n")
    }

    // MARK: An attacker who sees your processes

    @Test
    func `arguments and environment contain no secret, and others cannot read the process`()
        async throws
    {
        let home = try await Home.withVault()
        let script = """
            mkfifo input
            env TOKENVAULT_PASSPHRASE='\(Home.passphrase)' "$1" add page:1 <input 2>errors &
            exec 9>input
            until grep -qE 'VmLck:[[:space:]]+[1-9]' /proc/$!/status; do sleep 0.05; done
            sleep 0.5
            tr '\\0' '\\n' </proc/$!/environ | grep -c FAKE
            tr '\\0' '\\n' </proc/$!/cmdline | grep -c FAKE
            for name in environ mem maps fd/0 stack; do
                setpriv --reuid=65534 --regid=65534 --clear-groups \
                    cat /proc/$!/$name >seen 2>/dev/null && echo "$name can be read"
                [ ! -s seen ] || echo "$name was read"
            done
            printf FAKEtyped >&9
            exec 9>&-
            wait $!
            echo "status $?"
            """
        let outcome = try await home.run(
            tool: "bash", ["-c", "cd \"$2\"; " + script, "-", ProgramUnderTest.path, home.scratch])
        #expect(outcome.output == "0\n0\nstatus 0\n", "\(outcome.output)\(outcome.errors)")
    }

    // MARK: An attacker who finds the disk later

    @Test func `no plain text reaches a file, even if a save is interrupted`()
        async throws
    {
        let home = try await Home.withVault(Self.secrets)
        let unlocking = ["--key-file", home.keyFile]
        for number in 1...8 {
            let child = try home.start(
                ["add", "user:\(number)"] + unlocking, input: "FAKEuser\(number)")
            if number.isMultiple(of: 2) { child.signal(SIGKILL) }
            _ = try await child.outcome()
        }
        try await home.succeed("remove", "page:7654321", "--key-file", home.keyFile)
        let search = try await home.run(
            tool: "grep",
            ["-rlE", "FAKE(secretOfApp|user)|EAAFAKE", home.data, "\(home.path)/state"])
        #expect(search.status == 1 && search.output.isEmpty, "\(search.output)")
    }
}
