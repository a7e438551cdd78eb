import Foundation
import Support
import Testing

/// File systems that cannot sync a directory, and disks that fail after a file was renamed into
/// place.
@Suite(
    .enabled(if: SystemCallTrace.isAvailable, "strace is not installed"), .timeLimit(.minutes(5)))
struct DirectorySyncTests {
    enum Command: String, CaseIterable {
        case add, remove, rename, passphrase, keyAdd, keyRemove

        func arguments(in home: Home) -> [String] {
            let passphrase = ["--passphrase-file", home.passphraseFile]
            return switch self {
            case .add: ["add", "app:2", "--key-file", home.keyFile]
            case .remove: ["remove", "app:1", "--key-file", home.keyFile]
            case .rename: ["rename", "app:1", "One", "--key-file", home.keyFile]
            case .passphrase:
                ["passphrase", "--new-passphrase-file", home.passphraseFile] + passphrase
            case .keyAdd: ["key", "add", "web", "\(home.path)/web.key"] + passphrase
            case .keyRemove: ["key", "remove", "machine"] + passphrase
            }
        }
    }

    /// Returns the calls that sync a directory, in one run of the command.
    private func directorySyncs(_ calls: [SystemCall]) -> [SystemCall] {
        calls.indices.dropFirst().filter {
            calls[$0].name == "fsync" && calls[$0 - 1].line.contains("O_DIRECTORY")
        }.map { calls[$0] }
    }

    /// The vault and its high-water mark before each run, and the system calls of one run.
    private struct Scenario {
        let home: Home
        let vault: Data
        let mark: String
        let markContent: Data
        private(set) var calls: [SystemCall] = []

        init(_ command: Command) async throws {
            home = try await Home.withVault(["app:1": "FAKEone"])
            vault = try home.contents(of: home.vault)
            mark = "\(home.marks)/\(try #require(try home.names(in: home.marks).first))"
            markContent = try home.contents(of: mark)
            calls = try await SystemCallTrace.calls(
                in: home, command.arguments(in: home), input: "FAKEtwo")
            try restore()
        }

        func restore() throws {
            try home.replaceVault(with: vault)
            try markContent.write(to: URL(filePath: mark))
            try? FileManager.default.removeItem(atPath: "\(home.path)/web.key")
        }
    }

    @Test func `a vault is created even if the file system can neither exchange nor link names`()
        async throws
    {
        let home = try Home()
        let outcome = try await home.run(
            tool: "strace",
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat2,link",
                "-e", "inject=renameat2:error=EINVAL", "-e", "inject=link:error=EPERM",
                ProgramUnderTest.path, "init", "--kdf", "interactive",
                "--passphrase-file", home.passphraseFile,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await home.succeed("list", "--passphrase-file", home.passphraseFile)
    }

    @Test(arguments: Command.allCases)
    func `if the file system cannot sync directories, commands succeed silently`(command: Command)
        async throws
    {
        let scenario = try await Scenario(command)
        let (home, vault, calls) = (scenario.home, scenario.vault, scenario.calls)
        let syncs = directorySyncs(calls)
        try #require(syncs.count == (command == .keyAdd ? 2 : 1))
        let expected = try await home.start(command.arguments(in: home), input: "FAKEtwo").outcome()
        for error in ["EINVAL", "ENOSYS", "EOPNOTSUPP"] {
            for sync in syncs {
                try scenario.restore()
                let outcome = try await SystemCallTrace.run(
                    in: home, command.arguments(in: home), input: "FAKEtwo", "error=\(error)",
                    at: sync)
                #expect(outcome == expected, "\(error) at \(sync): \(outcome.errors)")
                #expect(try home.contents(of: home.vault) != vault)
                try await expectUsable(home, after: command)
            }
        }
    }

    @Test(arguments: Command.allCases)
    func `any other failure to sync a directory is a warning, because the change is made`(
        command: Command
    ) async throws {
        let scenario = try await Scenario(command)
        let (home, vault, calls) = (scenario.home, scenario.vault, scenario.calls)
        for error in ["EIO", "ENOSPC", "EDQUOT", "EROFS"] {
            for sync in directorySyncs(calls) {
                try scenario.restore()
                let outcome = try await SystemCallTrace.run(
                    in: home, command.arguments(in: home), input: "FAKEtwo", "error=\(error)",
                    at: sync)
                #expect(outcome.status == 0, "\(error) at \(sync): \(outcome.errors)")
                let warnings = outcome.errorLines.filter { $0.contains("may not be on disk") }
                #expect(warnings.count == 1, "\(outcome.errors)")
                #expect(warnings.allSatisfy { $0.hasPrefix("tokenvault: warning: ") })
                #expect(try home.contents(of: home.vault) != vault)
                try await expectUsable(home, after: command)
            }
        }
    }

    private func expectUsable(_ home: Home, after command: Command) async throws {
        if command == .keyAdd {
            let read = try await home.run("get", "app:1", "--key-file", "\(home.path)/web.key")
            #expect(read.output == "FAKEone\n", "\(read.errors)")
        }
        try await home.succeed("verify", "--passphrase-file", home.passphraseFile)
    }

    @Test func `a vault is created even if a directory cannot be synced`() async throws {
        for (error, lines) in [("EINVAL", 1), ("EIO", 2)] {
            let home = try Home()
            let arguments = [
                "init", "--kdf", "interactive", "--passphrase-file", home.passphraseFile,
            ]
            let calls = try await SystemCallTrace.calls(in: home, arguments)
            try FileManager.default.removeItem(atPath: home.data)
            let sync = try #require(directorySyncs(calls).first)
            let outcome = try await SystemCallTrace.run(
                in: home, arguments, "error=\(error)", at: sync)
            #expect(outcome.status == 0 && outcome.errorLines.count == lines, "\(outcome.errors)")
            try await home.succeed("verify", "--passphrase-file", home.passphraseFile)
        }
    }

    @Test func `a machine key that cannot be written leaves no file behind`() async throws {
        let scenario = try await Scenario(.keyAdd)
        let (home, vault, calls) = (scenario.home, scenario.vault, scenario.calls)
        let arguments = Command.keyAdd.arguments(in: home)
        let made = try #require(
            calls.firstIndex { $0.name == "openat" && $0.line.contains("web.key") })
        for name in ["write", "fsync"] {
            let call = try #require(calls[made...].first { $0.name == name })
            let outcome = try await SystemCallTrace.run(
                in: home, arguments, "error=ENOSPC", at: call)
            #expect(outcome.status == 74, "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(home.path)/web.key"))
            #expect(try home.contents(of: home.vault) == vault)
        }
        try await home.succeed(
            "key", "add", "web", "\(home.path)/web.key", "--passphrase-file", home.passphraseFile)
    }
}
