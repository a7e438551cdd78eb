import Foundation
import Support
import Testing

/// Passphrase and key files that others own, can read or can change, and the hints for them.
@Suite(
    .enabled(
        if: geteuid() == 0, "changing owners and mounting file systems require root"),
    .timeLimit(.minutes(3)))
struct SecretFileTests {
    /// An option or variable that names a passphrase file or a key file.
    enum Setting: CaseIterable {
        case passphraseFile, keyFile, passphraseVariable, keyVariable

        func source(in home: Home) -> String {
            self == .passphraseFile || self == .passphraseVariable
                ? home.passphraseFile : home.keyFile
        }

        func options(_ file: String) -> [String] {
            switch self {
            case .passphraseFile: ["--passphrase-file", file]
            case .keyFile: ["--key-file", file]
            default: []
            }
        }

        func variables(_ file: String) -> [String: String] {
            switch self {
            case .passphraseVariable: ["TOKENVAULT_PASSPHRASE_FILE": file]
            case .keyVariable: ["TOKENVAULT_KEY_FILE": file]
            default: [:]
            }
        }
    }

    private func change(_ path: String, mode: Int, owner: Int? = nil) throws {
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: mode]
        if let owner { attributes[.ownerAccountID] = owner }
        try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
    }

    /// Returns the hint on the last line of standard error, as a command for the shell.
    private func hint(
        _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let line = try #require(outcome.errorLines.last, sourceLocation: sourceLocation)
        let hint = line.dropFirst("tokenvault: hint: ".count)
        try #require(
            line.hasPrefix("tokenvault: hint: "), "\(outcome.errors)",
            sourceLocation: sourceLocation)
        let program = "'\(ProgramUnderTest.path)' "
        return String(hint.replacing(#/(^| )tokenvault /#) { "\($0.1)\(program)" })
    }

    @Test(arguments: Setting.allCases)
    func `another user's file is not used, and the hint makes it root's`(setting: Setting)
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let file = setting.source(in: home)
        try change(file, mode: 0o600, owner: 64_331)
        func run() async throws -> Outcome {
            try await home.start(
                ["get", "app:1", "--no-input"] + setting.options(file),
                variables: setting.variables(file)
            ).outcome()
        }
        let refused = try await run()
        #expect(refused.status == 77 && refused.output.isEmpty, "\(refused.errors)")
        #expect(refused.errors.contains("belongs to another user (64331), so it is not used"))
        let fixed = try await home.run(tool: "sh", ["-c", try hint(refused)])
        #expect(fixed.status == 0, "\(fixed.errors)")
        #expect(try await run().output == "FAKEone\n")
    }

    @Test(arguments: Setting.allCases)
    func `root's file is not used if everyone can read it, and the hint does not need root`(
        setting: Setting
    ) async throws {
        let account = try await ServiceAccount(id: 64_332, entries: ["app:1": "FAKEone"])
        let home = account.home
        let file = setting.source(in: home)
        func run() async throws -> Outcome {
            try await account.run(
                arguments: ["get", "app:1", "--no-input"] + setting.options(file),
                setting.variables(file))
        }
        try change(file, mode: 0o644, owner: 0)
        let refused = try await run()
        #expect(refused.status == 77 && refused.output.isEmpty, "\(refused.errors)")
        // A user cannot change root's file.
        let command = try hint(refused)
        #expect(!command.contains("chmod"))
        let read = try await account.shell(command)
        #expect(read.status == 0 && read.output.contains("app:1"), "\(command): \(read.errors)")
        try change(file, mode: 0o600, owner: 64_332)
        #expect(try await run().output == "FAKEone\n")
    }

    @Test(arguments: Setting.allCases)
    func `on a read-only mount, the hint works too`(setting: Setting) async throws {
        for (owner, mode) in [(0, "0440"), (0, "0444"), (64_333, "0444"), (64_333, "0440")] {
            let account = try await ServiceAccount(id: 64_333, entries: ["app:1": "FAKEone"])
            let home = account.home
            let mount = "\(home.path)/secrets"
            try FileManager.default.createDirectory(
                atPath: mount, withIntermediateDirectories: false)
            let file = "\(mount)/secret"
            let mounted = """
                mount -t tmpfs tmpfs '\(mount)' && cp '\(setting.source(in: home))' '\(file)'
                chown \(owner):64333 '\(file)' && chmod \(mode) '\(file)'
                chmod 755 '\(mount)' && mount -o remount,ro '\(mount)'

                """
            func run(_ command: String) async throws -> Outcome {
                try await home.run(
                    tool: "unshare",
                    [
                        "-m", "sh", "-c",
                        mounted + "exec setpriv --reuid=64333 --regid=64333 "
                            + "--clear-groups sh -c \"$0\"", command,
                    ])
            }
            let variables = setting.variables(file).map { "\($0.key)='\($0.value)' " }.joined()
            let arguments = (["get", "app:1", "--no-input"] + setting.options(file)).joined(
                separator: " ")
            let refused = try await run("\(variables)'\(ProgramUnderTest.path)' \(arguments)")
            #expect(refused.status == 77 && refused.output.isEmpty, "\(refused.errors)")
            let command = try hint(refused)
            let read = try await run(command)
            #expect(read.status == 0 && read.output.contains("app:1"), "\(command): \(read.errors)")
        }
    }

    @Test func `a new passphrase is not read from a file that others can change`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let new = "\(home.path)/new"
        try home.write("FAKE new", to: new)
        let options = ["--passphrase-file", home.passphraseFile, "--new-passphrase-file", new]
        for (mode, owner) in [(0o602, 0), (0o620, 0), (0o600, 64_334)] {
            try change(new, mode: mode, owner: owner)
            let refused = try await home.run(arguments: ["passphrase"] + options)
            #expect(refused.status == 77, "\(refused.errors)")
            let fixed = try await home.run(tool: "sh", ["-c", try hint(refused)])
            #expect(fixed.status == 0, "\(fixed.errors)")
        }
        let changed = try await home.run(arguments: ["passphrase"] + options)
        #expect(changed.status == 0, "\(changed.errors)")
    }

    @Test(arguments: Setting.allCases)
    func `root can use the files of the vault's owner`(setting: Setting) async throws {
        let account = try await ServiceAccount(id: 64_335, entries: ["app:1": "FAKEone"])
        let file = setting.source(in: account.home)
        let outcome = try await account.home.start(
            ["get", "app:1", "--no-input"] + setting.options(file),
            variables: setting.variables(file)
        ).outcome()
        #expect(outcome == Outcome(status: 0, output: "FAKEone\n", errors: ""))
        try change(file, mode: 0o600, owner: 64_336)
        let refused = try await account.home.start(
            ["get", "app:1", "--no-input"] + setting.options(file),
            variables: setting.variables(file)
        ).outcome()
        #expect(refused.status == 77, "\(refused.errors)")
    }

    @Test func `pipes and systemd credentials are used, whoever owns them`() async throws {
        let account = try await ServiceAccount(id: 64_337, entries: ["app:1": "FAKEone"])
        let home = account.home
        let piped = try await home.run(
            tool: "bash",
            [
                "-c",
                "exec '\(ProgramUnderTest.path)' get app:1 --key-file <(cat '\(home.keyFile)')",
            ])
        #expect(piped.output == "FAKEone\n", "\(piped.errors)")
        let credentials = "\(home.path)/credentials"
        try FileManager.default.createDirectory(
            atPath: credentials, withIntermediateDirectories: false)
        try home.contents(of: home.keyFile).write(
            to: URL(filePath: "\(credentials)/tokenvault-key"))
        try change("\(credentials)/tokenvault-key", mode: 0o440, owner: 64_338)
        let read = try await home.run(
            "get", "app:1", variables: ["CREDENTIALS_DIRECTORY": credentials])
        #expect(read.output == "FAKEone\n", "\(read.errors)")
    }
}
