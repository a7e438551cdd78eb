import Foundation
import Support
import Testing

/// Which unlock method takes precedence, with the built program.
@Suite(.timeLimit(.minutes(2)))
struct PrecedenceTests {
    @Test func `a service account needs only a machine key, from systemd or its own file`()
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let own = try await home.run(
            "get", "app:1", variables: ["TOKENVAULT_KEY_FILE": home.keyFile])
        #expect(own.output == "FAKEone\n", "\(own.errors)")
        let credentials = try credentialsDirectory(of: home, ["tokenvault-key": home.keyFile])
        // systemd protects the directory and chooses the modes of its files.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o440], ofItemAtPath: "\(credentials)/tokenvault-key")
        let systemd = try await home.run(
            "get", "app:1", variables: ["CREDENTIALS_DIRECTORY": credentials])
        #expect(systemd.output == "FAKEone\n", "\(systemd.errors)")
    }

    @Test(.enabled(if: geteuid() == 0, "running as another user requires root"))
    func `another user needs only a machine key, and no home`() async throws {
        let account = try await ServiceAccount(id: 64_322, entries: ["app:1": "FAKEone"])
        let key = ["TOKENVAULT_KEY_FILE": account.home.keyFile]
        #expect(
            try await account.run("get", "app:1", variables: key)
                == Outcome(status: 0, output: "FAKEone\n", errors: ""))
        // Many service accounts have no writable home. A line says so, and the command works.
        let nowhere = key.merging(["HOME": "/nonexistent", "XDG_STATE_HOME": ""]) { $1 }
        let homeless = try await account.run("get", "app:1", variables: nowhere)
        #expect(homeless.status == 0 && homeless.output == "FAKEone\n")
        #expect(homeless.errorLines.count == 1, "\(homeless.errors)")
        #expect(homeless.errors.contains("cannot save the high-water mark"))
        // Without the key, the command fails and does not wait for a prompt.
        let locked = try await account.run("get", "app:1")
        #expect(locked.status == 77 && locked.output.isEmpty)
    }

    @Test func `of two credentials the key wins, and a variable wins over both`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try home.write("no key", to: "\(home.path)/broken")
        let broken = "\(home.path)/broken"
        let both = try credentialsDirectory(
            of: home, ["tokenvault-key": broken, "tokenvault-passphrase": home.passphraseFile])
        let lost = try await home.run("get", "app:1", variables: ["CREDENTIALS_DIRECTORY": both])
        #expect(lost.status == 77, "a broken credential is not ignored: \(lost.errors)")
        let won = try await home.run(
            "get", "app:1",
            variables: [
                "CREDENTIALS_DIRECTORY": both, "TOKENVAULT_PASSPHRASE_FILE": home.passphraseFile,
            ])
        #expect(won.output == "FAKEone\n", "\(won.errors)")
    }

    @Test func `a passphrase does not make up for a broken key file variable`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let outcome = try await home.run(
            "get", "app:1",
            variables: [
                "TOKENVAULT_KEY_FILE": "/nonexistent", "TOKENVAULT_PASSPHRASE": Home.passphrase,
            ])
        #expect(outcome.status == 77, "\(outcome.errors)")
        // An empty variable counts as not set.
        let empty = try await home.run(
            "get", "app:1",
            variables: ["TOKENVAULT_KEY_FILE": "", "TOKENVAULT_PASSPHRASE": Home.passphrase])
        #expect(empty.output == "FAKEone\n", "\(empty.errors)")
    }

    @Test func `two unlock options at once are a usage error`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let outcome = try await home.run(
            "get", "app:1", "--key-file", home.keyFile, "--passphrase-file", home.passphraseFile)
        #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
    }

    @Test(.enabled("the kernel's keyring cannot be used here") { await Keyring.isUsable })
    func `a session wins over variables, and an option over the session`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await home.succeed("unlock", "--for", "1m", "--key-file", home.keyFile)
        let variable = try await home.run(
            "get", "app:1", variables: ["TOKENVAULT_KEY_FILE": "/nonexistent"])
        #expect(variable.output == "FAKEone\n", "\(variable.errors)")
        try home.write("FAKE wrong", to: "\(home.path)/wrong")
        let option = try await home.run("get", "app:1", "--passphrase-file", "\(home.path)/wrong")
        #expect(option.status == 77 && option.output.isEmpty, "\(option.errors)")
    }

    @Test(
        .enabled(if: SystemCallTrace.isAvailable, "strace is not installed"),
        arguments: ["EPERM", "ENOSYS", "EACCES", "EDQUOT"])
    func `if the kernel refuses keyrings, machine keys are suggested and all else works`(
        code: String
    ) async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        func run(_ arguments: String...) async throws -> Outcome {
            try await Child(
                "/usr/bin/strace",
                [
                    "-qq", "-o", "/dev/null", "-e", "trace=add_key,keyctl", "-e",
                    "inject=add_key,keyctl:error=\(code)", "--", ProgramUnderTest.path,
                ] + arguments, environment: home.environment, scratch: home.scratch
            ).outcome()
        }
        let unlock = try await run("unlock", "--key-file", home.keyFile)
        #expect(unlock.status == 74)
        #expect(unlock.errors.contains("machine key"), "\(unlock.errors)")
        #expect(unlock.errors.contains("hint: tokenvault help key add"), "\(unlock.errors)")
        let byKey = try await run("get", "app:1", "--key-file", home.keyFile)
        #expect(byKey == Outcome(status: 0, output: "FAKEone\n", errors: ""))
        let locked = try await run("get", "app:1", "--no-input")
        #expect(locked.status == 77 && locked.output.isEmpty, "\(locked.errors)")
        #expect(try await run("status").status == 77)
        #expect(try await run("lock").status == 0)
    }

    private func credentialsDirectory(
        of home: Home, _ files: [String: String]
    ) throws -> String {
        let directory = "\(home.path)/credentials"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        for (name, source) in files {
            try FileManager.default.copyItem(atPath: source, toPath: "\(directory)/\(name)")
        }
        return directory
    }
}
