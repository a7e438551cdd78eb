import Foundation
import Support
import Testing

// Unlock methods that need no user at a terminal.
struct UnlockingTests {
    private static let none = TemporaryHome.locked
    private static let wrong = TemporaryHome.passphrase("FAKE wrong")
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    @Test(arguments: [
        ("FAKE passphrase", 0), ("FAKE passphrase\n", 0), ("FAKE passphrase\r\n", 0),
        ("FAKE passphrase\n\n", 77), ("FAKE passphrase\r", 77), ("FAKE passphrase ", 77),
        (" FAKE passphrase\n", 77), ("FAKE passphrase\n\r\n", 77), ("", 77), ("\n", 77),
    ])
    func `exactly one trailing newline of a passphrase file is removed`(
        _ content: String, _ status: Int
    ) async throws {
        try home.write(content, to: "passphrase")
        let run = try await home.run(
            "get", TemporaryHome.app, "--passphrase-file", "passphrase", environment: Self.wrong)
        #expect(run.status == Int32(status), "\(run.errors)")
        let same = try await home.run(
            "get", TemporaryHome.app,
            environment: [
                "TOKENVAULT_KEY_FILE": nil,
                "TOKENVAULT_PASSPHRASE_FILE": "\(home.path)/passphrase",
            ])
        #expect(same.status == Int32(status))
        let descriptor = try await home.shell(
            "tokenvault get app:1234567890123456 --passphrase-fd 7 7<passphrase",
            environment: Self.wrong)
        #expect(descriptor.status == Int32(status))
    }

    @Test func `a passphrase of 1024 bytes is accepted, and one of 1025 is refused`() async throws {
        let home = try TemporaryHome()
        let longest = String(repeating: "x", count: 1024)
        try home.write(longest + "\r\n", to: "longest")
        try home.write(longest + "x", to: "longer")
        let arguments = ["init", "--kdf", "interactive", "--passphrase-file"]
        let refused = try await home.run(arguments + ["longer"], environment: Self.none)
        #expect(refused.status != 0 && refused.hasFailedProperly)
        #expect(try await home.run(arguments + ["longest"], environment: Self.none).status == 0)
        let good = try await home.run("list", environment: ["TOKENVAULT_PASSPHRASE": longest])
        #expect(good.status == 0)
        let long = try await home.run("list", environment: ["TOKENVAULT_PASSPHRASE": longest + "x"])
        #expect(long.status == 77 && long.hasFailedProperly)
        let longFile = try await home.run(
            "list", "--passphrase-file", "longer", environment: Self.none)
        #expect(longFile.status == 77 && longFile.hasFailedProperly)
    }

    @Test(arguments: [0o644, 0o640, 0o604])
    func `a passphrase file that others can read is refused, with a command that fixes it`(
        _ mode: Int
    ) async throws {
        let path = try home.write(TemporaryHome.passphrase, to: "passphrase", mode: mode)
        let run = try await home.run("list", "--passphrase-file", path)
        #expect(run.status == 77 && run.hasFailedProperly)
        #expect(run.errors.hasSuffix("tokenvault: hint: chmod 600 \(path)\n"))
        #expect(try await home.shell("chmod 600 \(path)").status == 0)
        #expect(try await home.run("list", "--passphrase-file", path).status == 0)
    }

    @Test func `the first unlock method present is used, and if it fails no other is tried`()
        async throws
    {
        try home.write(TemporaryHome.passphrase, to: "right")
        try home.write("FAKE wrong", to: "wrong")
        let right = "\(home.path)/right"
        let wrong = "\(home.path)/wrong"
        // An option comes before every variable.
        #expect(try await status(["--passphrase-file", right], Self.wrong) == 0)
        #expect(try await status(["--passphrase-file", wrong], [:]) == 77)
        #expect(try await status(["--passphrase-file", "nowhere"], [:]) == 77)
        #expect(try await status(["--passphrase-fd", "9"], [:]) == 77)
        // Among the variables, the file comes before the passphrase.
        #expect(try await status([], ["TOKENVAULT_PASSPHRASE_FILE": wrong]) == 77)
        #expect(try await status([], ["TOKENVAULT_KEY_FILE": wrong]) == 77)
        let both: [String: String?] = [
            "TOKENVAULT_PASSPHRASE_FILE": right, "TOKENVAULT_PASSPHRASE": "FAKE wrong",
        ]
        #expect(try await status([], both) == 0)
        // An empty variable counts as not set.
        #expect(try await status([], ["TOKENVAULT_PASSPHRASE_FILE": ""]) == 0)
        #expect(try await status([], ["TOKENVAULT_PASSPHRASE": ""]) == 77)
    }

    private func status(
        _ options: [String], _ environment: [String: String?]
    ) async throws -> Int32 {
        let right = TemporaryHome.passphrase().merging(environment) { $1 }
        let run = try await home.run(["list"] + options, environment: right)
        #expect(run.status == 0 || run.hasFailedProperly, "\(run.errors)")
        return run.status
    }

    @Test func `two unlock options at once are a usage error`() async throws {
        try home.write(TemporaryHome.passphrase, to: "right")
        let pairs = [
            ["--passphrase-file", "right", "--passphrase-fd", "0"],
            ["--passphrase-file", "right", "--key-file", "right"],
        ]
        for options in pairs {
            let run = try await home.run(["list"] + options)
            #expect(run.status == 64 && run.hasFailedProperly)
        }
    }

    @Test func `a systemd credential unlocks, whatever its mode, but variables come first`()
        async throws
    {
        try FileManager.default.createDirectory(
            atPath: "\(home.path)/credentials", withIntermediateDirectories: false)
        try home.write(
            TemporaryHome.passphrase + "\n", to: "credentials/tokenvault-passphrase", mode: 0o444)
        var environment: [String: String?] = [
            "CREDENTIALS_DIRECTORY": "\(home.path)/credentials", "TOKENVAULT_PASSPHRASE": nil,
        ]
        #expect(try await status([], environment) == 0)
        environment["TOKENVAULT_PASSPHRASE"] = "FAKE wrong"
        #expect(try await status([], environment) == 77)
    }

    @Test func `the passphrase is removed from the program's environment`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "add", "page:1", environment: TemporaryHome.passphrase())
        try await terminal.wait(for: "Token for page:1: ")
        // Only root can read it; for anyone else it is empty.
        let variables = FileManager.default.contents(
            atPath: "/proc/\(program.process.id)/environ")
        let text = String(decoding: variables ?? Data(), as: UTF8.self)
        #expect(!text.contains(TemporaryHome.passphrase))
        if getuid() == 0 { #expect(text.contains("TOKENVAULT_FILE=")) }
        try await terminal.type(PseudoTerminal.controlC)
        #expect(try await program.finish().status == 130)
    }

    @Test(arguments: [
        ("cat passphrase; sleep 300 & echo $! >agent", 0), ("cat passphrase; sleep 300 >&2 &", 0),
        ("(sleep 0.5; echo late; sleep 300) & echo $! >agent; cat passphrase", 0),
        ("sleep 300 & echo $! >agent; exit 3", 77), ("sleep 300 & echo $! >agent; kill -9 $$", 77),
        ("sleep 1; cat passphrase", 0), ("cat passphrase; exec >&-; sleep 1", 0),
        ("cat passphrase; exec >&-; sleep 1; exit 4", 77),
        ("(while :; do echo FAKE; done) & echo $! >agent; sleep 1", 77),
    ])
    func `a process that a passphrase command leaves running is not waited for`(
        _ command: String, _ status: Int
    ) async throws {
        try home.write(TemporaryHome.passphrase, to: "passphrase")
        let run = try await home.run(
            "list", "--passphrase-command", command, environment: Self.none)
        #expect(run.status == Int32(status), "\(run.errors)")
        #expect(run.duration < .seconds(40))
        #expect(run.status == 0 || run.hasFailedProperly)
        _ = try await home.shell("[ ! -e agent ] || kill $(cat agent)")
    }

    @Test(arguments: ["key add web key", "key remove web", "passphrase --generate"])
    func `a command that changes keys needs the passphrase, and says so without a terminal`(
        _ command: String
    ) async throws {
        let run = try await home.run(
            command.split(separator: " ").map(String.init), environment: Self.none)
        #expect(run.status == 77 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("requires the passphrase, not"), "\(run.errors)")
        #expect(!run.errors.contains("tokenvault unlock"), "\(run.errors)")
    }

    @Test func `a passphrase command works even if SIGCHLD is ignored`() async throws {
        try home.write(TemporaryHome.passphrase, to: "passphrase")
        let ignoring = "perl -e '$SIG{CHLD} = \"IGNORE\"; exec @ARGV' tokenvault"
        let run = try await home.shell(
            "\(ignoring) list --passphrase-command 'cat passphrase'", environment: Self.none)
        #expect(run.status == 0, "\(run.errors)")
        let failed = try await home.shell(
            "\(ignoring) list --passphrase-command 'exit 3'", environment: Self.none)
        #expect(failed.status == 77 && failed.errors.contains("status 3"), "\(failed.errors)")
        // The command that exec runs ignores SIGCHLD again: signal 17 in the mask.
        let mask = try await home.shell(
            "\(ignoring) exec --env T=\(TemporaryHome.app) --passphrase-file passphrase -- "
                + "sed -n 's/^SigIgn:.*\\(.....\\)$/\\1/p' /proc/self/status",
            environment: Self.none)
        #expect(mask.text == "10000\n", "\(mask.text)\(mask.errors)")
    }

    @Test func `stdin belongs to the command, not to the passphrase`() async throws {
        let run = try await home.run(
            "list", input: TemporaryHome.passphrase, environment: Self.none)
        #expect(run.status == 77 && run.hasFailedProperly)
    }

    @Test func `init --generate prints a passphrase that unlocks the vault`() async throws {
        let home = try TemporaryHome()
        let made = try await home.run(
            "init", "--generate", "--kdf", "interactive", environment: Self.none)
        #expect(made.status == 0 && made.lines.count == 1)
        let passphrase = made.text.dropLast()
        #expect(passphrase.count >= 20 && !made.errors.contains(passphrase))
        let run = try await home.run(
            "list", environment: ["TOKENVAULT_PASSPHRASE": String(passphrase)])
        #expect(run.status == 0)
    }
}
