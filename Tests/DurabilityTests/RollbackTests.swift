import Foundation
import Testing

/// Older copies put in place of the vault, and what the high-water mark does about them.
@Suite(.timeLimit(.minutes(2)))
struct RollbackTests {
    @Test func `an older copy is refused until it is accepted`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEold"])
        let old = try home.contents(of: home.vault)
        try await home.succeed(
            "add", "app:1", "--replace", "--key-file", home.keyFile, input: "FAKEnew")
        try home.replaceVault(with: old)
        for command in [["get", "app:1"], ["list"], ["verify"], ["remove", "app:1"]] {
            let refused = try await home.run(arguments: command + ["--key-file", home.keyFile])
            #expect(refused.status == 65 && refused.output.isEmpty, "\(command): \(refused.errors)")
        }
        let passphrase = try await home.run(
            "get", "app:1", "--passphrase-file", home.passphraseFile)
        #expect(passphrase.status == 65)
        #expect(try home.contents(of: home.vault) == old)
        #expect(
            try await home.succeed(
                "get", "app:1", "--accept-rollback", "--key-file", home.keyFile) == "FAKEold\n")
        // From now on it counts as the newest.
        try await home.succeed("get", "app:1", "--key-file", home.keyFile)
        try await home.succeed("add", "app:2", "--key-file", home.keyFile, input: "FAKEtwo")
    }

    @Test func `a fork with the same generation is refused`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let common = try home.contents(of: home.vault)
        try await home.succeed("add", "app:2", "--key-file", home.keyFile, input: "FAKEours")
        let ours = try home.contents(of: home.vault)
        try home.replaceVault(with: common)
        let elsewhere = ["XDG_STATE_HOME": "\(home.path)/elsewhere"]
        try await home.succeed(
            "add", "app:2", "--key-file", home.keyFile, input: "FAKEtheirs", variables: elsewhere)
        let fork = try await home.run("get", "app:2", "--key-file", home.keyFile)
        #expect(fork.status == 65, "\(fork.output)")
        try home.replaceVault(with: ours)
        #expect(try await home.succeed("get", "app:2", "--key-file", home.keyFile) == "FAKEours\n")
    }

    /// How old the copy is, with what the message says about it.
    enum Age: String, CaseIterable {
        case older = "it is save 3, but save 5 was seen; if you restored it, add --accept-rollback"
        case olderKey = "since then, the passphrase was changed or a machine key was removed"
        case fork = "differs from the equally recent one already seen on this machine"
    }

    @Test(arguments: Age.allCases)
    func `the message says what the copy is and what accepting it loses, and so does doctor`(
        age: Age
    ) async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let before = try home.contents(of: home.vault)
        let key = ["--key-file", home.keyFile]
        func add(_ reference: String, elsewhere: Bool = false) async throws {
            let state = elsewhere ? ["XDG_STATE_HOME": "\(home.path)/elsewhere"] : [:]
            try await home.succeed(
                "add", reference, "--key-file", home.keyFile, input: "FAKE", variables: state)
        }
        try await add("app:2")
        switch age {
        case .older: try await add("app:3")
        case .olderKey:
            try await home.succeed(
                "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
                home.passphraseFile)
        case .fork: break
        }
        try home.replaceVault(with: before)
        if age == .fork { try await add("app:4", elsewhere: true) }
        let refused = try await home.run(arguments: ["list"] + key)
        #expect(refused.status == 65 && refused.output.isEmpty)
        #expect(refused.errors.contains(age.rawValue), "\(refused.errors)")
        #expect(refused.errors.contains("add --accept-rollback, which discards "))
        #expect(refused.errors.contains("older than") == (age != .fork), "\(refused.errors)")
        let doctor = try await home.run("doctor", "--offline")
        #expect(doctor.status == 1 && doctor.output.contains(age.rawValue), "\(doctor.output)")
        #expect(doctor.output.contains("tokenvault verify --accept-rollback\n"))
        let accepted = try await home.run(arguments: ["verify", "--accept-rollback"] + key)
        #expect(accepted.status == 0, "\(accepted.errors)")
        let after = try await home.run("doctor", "--offline")
        #expect(!after.output.contains("--accept-rollback"), "\(after.output)")
    }

    @Test func `if no mark can be kept, everything works, with a line that says so`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try home.write("", to: "\(home.path)/file")
        let variables = ["XDG_STATE_HOME": "\(home.path)/file"]
        let read = try await home.run(
            "get", "app:1", "--key-file", home.keyFile, variables: variables)
        #expect(read.status == 0 && read.output == "FAKEone\n")
        #expect(read.errorLines.count == 1 && read.errors.contains("mark"), "\(read.errors)")
        let saved = try await home.run(
            "add", "app:2", "--key-file", home.keyFile, input: "FAKEtwo", variables: variables)
        #expect(saved.status == 0)
        #expect(saved.errorLines.count { $0.contains("mark") } == 1, "\(saved.errors)")
        for quiet in ["--quiet", "-q"] {
            let silent = try await home.run(
                "get", "app:1", quiet, "--key-file", home.keyFile, variables: variables)
            #expect(silent == Outcome(status: 0, output: "FAKEone\n", errors: ""))
        }
        #expect(try await home.entries() == ["app:1": "FAKEone", "app:2": "FAKEtwo"])
    }

    @Test func `a removed machine's data key writes nothing that is accepted`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let lost = "\(home.path)/lost.key"
        try await home.succeed(
            "key", "add", "lost", lost, "--passphrase-file", home.passphraseFile)
        let old = try home.contents(of: home.vault)
        try old.write(to: URL(filePath: "\(home.path)/old"))
        try await home.succeed("key", "remove", "lost", "--passphrase-file", home.passphraseFile)
        let new = try home.contents(of: home.vault)

        // The old epoch with a much higher generation: the mark has the newer epoch.
        let forge = """
            old = vaults.read(contents(sys.argv[1]), key_file=contents(sys.argv[2]))
            header = dataclasses.replace(old.header, generation=1000)
            evil = dataclasses.replace(old, header=header, records=[record(b"app:1", b"FAKEevil")])
            """
        try await home.reference(
            forge + "\nput(vault_path, writer.encode(evil))", "\(home.path)/old", lost)
        try await expectDamaged(home, ["--key-file", home.keyFile])
        try await expectDamaged(home, ["--passphrase-file", home.passphraseFile])

        // The old epoch's slots under a new epoch number: the slots contain the epoch they are for.
        try await home.reference(
            forge
                + "\nheader = dataclasses.replace(header, epoch=old.header.epoch + 5)"
                + "\nput(vault_path, writer.encode(dataclasses.replace(evil, header=header)))",
            "\(home.path)/old", lost)
        try await expectDamaged(home, ["--key-file", home.keyFile])
        let passphrase = try await home.run(
            "get", "app:1", "--passphrase-file", home.passphraseFile, "--accept-rollback")
        #expect(passphrase.status == 77, "\(passphrase.errors)")

        // The new header with the old data key.
        try new.write(to: URL(filePath: "\(home.path)/new"))
        try await home.reference(
            forge
                + """

                header, _ = vaults.parse_header(contents(sys.argv[3]))
                put(vault_path, writer.encode(dataclasses.replace(evil, header=header)))
                """, "\(home.path)/old", lost, "\(home.path)/new")
        try await expectDamaged(home, ["--key-file", home.keyFile])
        let stolen = try await home.run("get", "app:1", "--key-file", lost)
        #expect(stolen.status == 77, "\(stolen.errors)")
    }

    private func expectDamaged(
        _ home: Home, _ unlocking: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await home.run(arguments: ["get", "app:1"] + unlocking)
        #expect(outcome.status == 65, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    }
}
