import Foundation
import Support
import Testing

/// Root in the home of another user, as under `sudo -E`, and umasks that restrict the owner.
@Suite(
    .enabled(if: geteuid() == 0, "running as another user requires root"), .timeLimit(.minutes(5)))
struct OwnershipTests {
    /// Returns the files in the home that are not the account's, except those of the test.
    private func foreignFiles(_ account: ServiceAccount) throws -> [String] {
        let home = account.home
        return try FileManager.default.subpathsOfDirectory(atPath: home.path).filter { name in
            guard !name.hasPrefix("scratch") else { return false }
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(home.path)/\(name)")
            return attributes[.ownerAccountID] as? Int != account.id
        }
    }

    private func change(_ path: String, _ attributes: [FileAttributeKey: Any]) throws {
        try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
    }

    @Test func `whatever root does in a user's home, the files stay the user's`() async throws {
        let account = try await ServiceAccount(id: 64_341, entries: ["app:1": "FAKEone"])
        let home = account.home
        let passphrase = ["--passphrase-file", home.passphraseFile]
        let key = ["--key-file", home.keyFile]
        for command in [
            ["add", "app:2"] + key, ["rename", "app:1", "One"] + key, ["remove", "app:2"] + key,
            ["key", "add", "web", "\(home.path)/web.key"] + passphrase,
            ["key", "remove", "web"] + passphrase,
            ["passphrase", "--new-passphrase-file", home.passphraseFile] + passphrase,
        ] {
            // As on a machine where these do not exist yet.
            for path in ["\(home.vault).lock", "\(home.path)/state"] {
                try FileManager.default.removeItem(atPath: path)
            }
            let outcome = try await home.start(command, input: "FAKEtwo").outcome()
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            #expect(try foreignFiles(account) == [], "\(command)")
            #expect(try home.names(in: home.marks).count == 2)
        }
        let saved = try await account.run("rename", "app:1", "Two", "--key-file", home.keyFile)
        #expect(saved.status == 0 && saved.errorLines.count == 1, "\(saved.errors)")
    }

    @Test(arguments: [".local", ".local/state", ".local/share"])
    func `directories that root left in a user's home do not lock the user out`(_ name: String)
        async throws
    {
        let account = try await ServiceAccount(id: 64_343, entries: ["app:1": "FAKEone"])
        let home = account.home
        let directory = URL(filePath: "\(home.path)/\(name)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let script =
            "unset XDG_STATE_HOME XDG_DATA_HOME TOKENVAULT_FILE; export HOME='\(home.path)'; "
            + "'\(ProgramUnderTest.path)' "
        let key = " --key-file '\(home.keyFile)' --vault '\(home.vault)'"
        let root = try await home.run(
            tool: "sh", ["-c", "echo FAKE | (\(script) add app:7 \(key))"])
        #expect(root.status == 0, "\(root.errors)")
        let made = try await home.run(
            tool: "sh",
            [
                "-c",
                "export TOKENVAULT_PASSPHRASE=\"$(cat '\(home.passphraseFile)')\"; "
                    + "\(script) init --kdf interactive",
            ])
        #expect(made.status == 0, "\(made.errors)")
        let left = try foreignFiles(account).filter { path in
            path.hasPrefix(".local/") && path.contains("tokenvault")
        }
        #expect(left == [])
    }

    @Test func `doctor reports directories that lock the user out`() async throws {
        let account = try await ServiceAccount(id: 64_344, entries: ["app:1": "FAKEone"])
        let home = account.home
        let mine: [FileAttributeKey: Any] = [
            .ownerAccountID: account.id, .groupOwnerAccountID: account.id,
            .posixPermissions: 0o700,
        ]
        for (attributes, problem) in [
            (
                [FileAttributeKey.ownerAccountID: 0, .posixPermissions: 0o755],
                "files cannot be saved in"
            ),
            ([.ownerAccountID: 0, .posixPermissions: 0o700], "files cannot be found in"),
            ([.posixPermissions: 0o500], "files cannot be saved in"),
        ] as [([FileAttributeKey: Any], String)] {
            try change(home.data, mine)
            try change(home.data, attributes)
            let refused = try await account.run("doctor", "--offline")
            #expect(refused.status == 1, "\(refused.output)\(refused.errors)")
            #expect(refused.output.contains("\(problem) \(home.data)"), "\(refused.output)")
            let isOurs = attributes[.ownerAccountID] == nil
            #expect(
                refused.output.contains(
                    isOurs ? "chmod 700 \(home.data)" : "sudo chown \(account.id) \(home.data)"))
        }
        try change(home.data, mine)
        // A working directory that cannot be searched must not keep doctor running forever.
        let lost = try await home.run(
            tool: "sh",
            [
                "-c",
                "mkdir '\(home.path)/lost' && cd '\(home.path)/lost' && chmod 0 . && exec timeout 20 setpriv "
                    + "--reuid=\(account.id) --clear-groups '\(ProgramUnderTest.path)' doctor --offline --vault x",
            ])
        #expect(lost.status == 1, "\(lost.output)\(lost.errors)")
        let well = try await account.run("doctor", "--offline")
        #expect(!well.output.contains("files cannot be"), "\(well.output)")
    }

    @Test func `a vault that root creates in a user's home is the user's, with its directories`()
        async throws
    {
        let account = try await ServiceAccount(id: 64_342)
        let home = account.home
        let path = "\(home.path)/new/deep/vault"
        for command in [
            ["init", "--kdf", "interactive"], ["add", "app:1"],
            ["key", "add", "web", "\(home.path)/web.key"],
        ] {
            let outcome = try await home.start(
                command + ["--vault", path, "--passphrase-file", home.passphraseFile],
                input: "FAKEone"
            ).outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(try foreignFiles(account) == [])
        let read = try await account.run(
            "get", "app:1", "--vault", path, "--key-file", "\(home.path)/web.key")
        #expect(read == Outcome(status: 0, output: "FAKEone\n", errors: ""))
    }

    @Test func `a save keeps the group`() async throws {
        let account = try await ServiceAccount(id: 64_343, entries: ["app:1": "FAKEone"])
        let home = account.home
        try change(home.vault, [.groupOwnerAccountID: 64_999])
        try await home.succeed("rename", "app:1", "One", "--key-file", home.keyFile)
        let attributes = try FileManager.default.attributesOfItem(atPath: home.vault)
        #expect(attributes[.groupOwnerAccountID] as? Int == 64_999)
        #expect(attributes[.ownerAccountID] as? Int == 64_343)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // A user who is not in the group cannot keep it, but can still save.
        try await account.succeed("rename", "app:1", "Two", "--key-file", home.keyFile)
    }

    @Test func `root's own vault stays root's, even in another user's directory`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try change(home.data, [.ownerAccountID: 64_344])
        try await home.succeed("rename", "app:1", "One", "--key-file", home.keyFile)
        let attributes = try FileManager.default.attributesOfItem(atPath: home.vault)
        #expect(attributes[.ownerAccountID] as? Int == 0)
    }

    @Test func `a save that would lock the owner out is refused`() async throws {
        let account = try await ServiceAccount(id: 64_345, entries: ["app:1": "FAKEone"])
        let home = account.home
        try change(home.vault, [.ownerAccountID: 64_346, .posixPermissions: 0o644])
        let vault = try home.contents(of: home.vault)
        let refused = try await account.run("rename", "app:1", "One", "--key-file", home.keyFile)
        #expect(refused.status == 74, "\(refused.errors)")
        #expect(refused.errors.contains("cannot change the owner of \(home.vault)"))
        #expect(try home.contents(of: home.vault) == vault)
        #expect(try home.names(in: home.data) == ["vault", "vault.lock"])
    }

    @Test(arguments: ["vault", "vault.lock", "state", "mark", "mark's lock"])
    func `doctor reports files that were given to root, and its remedy gives them back`(
        what: String
    )
        async throws
    {
        let account = try await ServiceAccount(id: 64_347, entries: ["app:1": "FAKEone"])
        let home = account.home
        let names = try home.names(in: home.marks)
        let path =
            switch what {
            case "state": home.marks
            case "mark": "\(home.marks)/\(names[0])"
            case "mark's lock": "\(home.marks)/\(names[1])"
            default: "\(home.data)/\(what)"
            }
        try change(path, [.ownerAccountID: 0])
        let result = try await account.run("doctor", "--offline")
        #expect(result.status == 1)
        let command = "sudo chown 64347 \(path)"
        #expect(result.output.contains("\(path) belongs to root"), "\(result.output)")
        #expect(result.output.contains(command), "\(result.output)")
        if what == "vault.lock" {
            let locked = try await account.run("rename", "app:1", "One", "--key-file", home.keyFile)
            #expect(locked.status == 74)
            #expect(
                locked.errors.hasSuffix("hint: tokenvault doctor --offline\n"), "\(locked.errors)")
        }
        let done = try await home.run(tool: "sh", ["-c", command.replacing("sudo ", with: "")])
        #expect(done.status == 0)
        let after = try await account.run("doctor", "--offline")
        #expect(!after.output.contains("belongs to"), "\(after.output)")
        try await account.succeed("rename", "app:1", "One", "--key-file", home.keyFile)
    }

    @Test(arguments: ["0777", "0177", "0277", "0377", "0000", "0022"])
    func `the umask does not affect the promised modes`(umask: String) async throws {
        let account = try await ServiceAccount(id: 64_348)
        let home = account.home
        let path = "\(home.path)/new/deep/vault"
        let program = "'\(ProgramUnderTest.path)'"
        let options = "--vault '\(path)' --passphrase-file '\(home.passphraseFile)'"
        let outcome = try await account.shell(
            """
            umask \(umask)
            export XDG_STATE_HOME='\(home.path)/new-state'
            echo FAKEone | {
                \(program) init --kdf interactive \(options) &&
                \(program) add app:1 \(options) &&
                \(program) key add web '\(home.path)/web.key' \(options) &&
                \(program) exec --env SECRET=app:1 \(options) -- sh -c 'umask; echo $SECRET'
            }
            """)
        #expect(outcome.status == 0, "\(outcome.errors)")
        // The command of exec gets the user's own umask.
        #expect(outcome.output == "\(umask)\nFAKEone\n")
        let marks = "\(home.path)/new-state/tokenvault"
        let files =
            try home.names(in: marks).map { "\(marks)/\($0)" } + [
                path, "\(path).lock", "\(home.path)/web.key",
            ]
        #expect(files.count == 5)
        for (mode, paths) in [
            (0o600, files),
            (
                0o700,
                ["\(home.path)/new", "\(home.path)/new/deep", "\(home.path)/new-state", marks]
            ),
        ] {
            for path in paths {
                let found = try FileManager.default.attributesOfItem(atPath: path)
                #expect(found[.posixPermissions] as? Int == mode, "\(path)")
            }
        }
    }
}
