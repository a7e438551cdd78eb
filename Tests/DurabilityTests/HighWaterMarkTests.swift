import Foundation
import Support
import Testing

/// High-water marks that exist but do not say what the newest state seen was.
@Suite(.timeLimit(.minutes(3)))
struct HighWaterMarkTests {
    private static let isRoot = geteuid() == 0

    /// Shell scripts that damage or replace the mark, whose path is `$1`.
    enum Fault: String, CaseIterable {
        case empty = ": >\"$1\""
        case zeros = "head -c 169 /dev/zero >\"$1\""
        case truncated = "truncate -s -1 \"$1\""
        case longer = "echo >>\"$1\""
        case muchLonger = "head -c 100000 /dev/zero >>\"$1\""
        case twoLines = "cat \"$1\" \"$1\" >\"$1.2\" && mv \"$1.2\" \"$1\""
        case leadingZero = "sed -i 's/^/0/' \"$1\""
        case plus = "sed -i 's/^/+/' \"$1\""
        case upperCase = "tr a-f A-F <\"$1\" >\"$1.2\" && mv \"$1.2\" \"$1\""
        case twoSpaces = "sed -i 's/ /  /' \"$1\""
        case otherText = "echo 'no mark' >\"$1\""
        case hugeNumber = "sed -i 's/^[0-9]*/99999999999999999999999/' \"$1\""
        case directory = "rm \"$1\" && mkdir \"$1\""
        case fullDirectory = "rm \"$1\" && mkdir \"$1\" && : >\"$1/x\""
        case zeroNumbers = "sed -i 's/^[0-9]* [0-9]*/0 0/' \"$1\""
        case zeroEpoch = "sed -i 's/^[0-9]*/0/' \"$1\""
        case numberTooLarge = "sed -i 's/ [0-9]* / 9223372036854775808 /' \"$1\""
        case pipe = "rm \"$1\" && mkfifo \"$1\""
        case linkToNowhere = "ln -sf nowhere \"$1\""
        case linkToItself = "rm \"$1\" && ln -s \"$1\" \"$1\""
        case device = "ln -sf /dev/zero \"$1\""

        var isDirectory: Bool { self == .directory || self == .fullDirectory }
    }

    private func mark(of home: Home) throws -> String {
        let name = try #require(try home.names(in: home.marks).first { !$0.hasSuffix(".lock") })
        return "\(home.marks)/\(name)"
    }

    private func damage(_ home: Home, _ fault: Fault) async throws {
        let script = try await home.run(
            tool: "sh", ["-c", fault.rawValue, "-", try mark(of: home)])
        try #require(script.status == 0, "\(script.errors)")
    }

    @Test(arguments: Fault.allCases)
    func `a damaged mark is refused as a rollback, and accepting the vault repairs it`(fault: Fault)
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await damage(home, fault)
        let key = ["--key-file", home.keyFile]
        for command in [["get", "app:1"], ["list"], ["verify"], ["remove", "app:1"]] {
            let refused = try await home.run(arguments: command + key)
            #expect(refused.status == 65 && refused.output.isEmpty, "\(command): \(refused.errors)")
            #expect(refused.errors.contains("already seen on this machine: the high-water mark"))
        }
        let refused = try await home.run(
            "get", "app:1", "--passphrase-file", home.passphraseFile, "--vault", home.vault)
        #expect(refused.errorLines.count == 2, "\(refused.errors)")
        let hint = try #require(refused.errorLines.last).dropFirst("tokenvault: hint: ".count)
        if fault.isDirectory {
            let mark = try mark(of: home)
            #expect(hint == "mv \(mark) \(mark).old")
            #expect(try await home.run(tool: "sh", ["-c", String(hint)]).status == 0)
            let read = try await home.run(arguments: ["get", "app:1"] + key)
            #expect(read == Outcome(status: 0, output: "FAKEone\n", errors: ""))
            return
        }
        #expect(hint == "tokenvault verify --accept-rollback --vault \(home.vault)")
        let command = hint.replacing(
            "tokenvault", with: "'\(ProgramUnderTest.path)'", maxReplacements: 1)
        let accepted = try await home.run(
            tool: "sh", ["-c", "\(command) --key-file '\(home.keyFile)'"])
        #expect(accepted.status == 0 && accepted.errors.isEmpty, "\(accepted.errors)")
        let again = try await home.run(arguments: ["get", "app:1"] + key)
        #expect(again == Outcome(status: 0, output: "FAKEone\n", errors: ""))
    }

    @Test func `with a damaged mark, an older copy is not accepted as the newest`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEold"])
        let old = try home.contents(of: home.vault)
        let key = ["--key-file", home.keyFile]
        try await home.succeed(
            "add", "app:1", "--replace", "--key-file", home.keyFile, input: "FAKEnew")
        try await damage(home, .empty)
        try home.replaceVault(with: old)
        let refused = try await home.run(arguments: ["get", "app:1"] + key)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        let stored = try await home.start(["add", "app:2"] + key, input: "FAKEtwo").outcome()
        #expect(stored.status == 65)
        #expect(try home.contents(of: home.vault) == old)
    }

    @Test func `doctor reports a damaged mark as other commands do`() async throws {
        let home = try await Home.withVault()
        try await damage(home, .otherText)
        let outcome = try await home.run("doctor", "--offline")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("was not written by tokenvault"), "\(outcome.output)")
        #expect(outcome.output.contains("tokenvault verify --accept-rollback"))
    }

    @Test(.enabled(if: isRoot, "changing a file's owner requires root"))
    func `another user's mark is not trusted`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let mark = try mark(of: home)
        try FileManager.default.setAttributes([.ownerAccountID: 64_321], ofItemAtPath: mark)
        let refused = try await home.run("get", "app:1", "--key-file", home.keyFile)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        #expect(refused.errors.contains("another user (64321)"), "\(refused.errors)")
        try await home.succeed("verify", "--accept-rollback", "--key-file", home.keyFile)
        #expect(try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
    }

    /// Runs as another user, because root can read files of any mode.
    @Test(.enabled(if: isRoot, "running as another user requires root"), arguments: [0o000, 0o200])
    func `a mark that cannot be read is refused`(mode: Int) async throws {
        let account = try await ServiceAccount(id: 64_322, entries: ["app:1": "FAKEone"])
        let mark = try mark(of: account.home)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: mark)
        let refused = try await account.run("get", "app:1", "--key-file", account.home.keyFile)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        #expect(refused.errors.contains("Permission denied"), "\(refused.errors)")
        try await account.succeed(
            "verify", "--accept-rollback", "--key-file", account.home.keyFile)
        try await account.succeed("get", "app:1", "--key-file", account.home.keyFile)
    }

    @Test(.enabled(if: isRoot, "running as another user requires root"))
    func `a directory of marks that cannot be searched is refused, and the hint fixes it`()
        async throws
    {
        let account = try await ServiceAccount(id: 64_323, entries: ["app:1": "FAKEone"])
        let marks = account.home.marks
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: marks)
        let key = ["--key-file", account.home.keyFile]
        let refused = try await account.run(arguments: ["get", "app:1"] + key)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        #expect(
            refused.errors.hasSuffix("tokenvault: hint: chmod 700 \(marks)\n"), "\(refused.errors)")
        let opened = try await account.home.run(tool: "chmod", ["700", marks])
        #expect(opened.status == 0)
        let read = try await account.run(arguments: ["get", "app:1"] + key)
        #expect(read == Outcome(status: 0, output: "FAKEone\n", errors: ""))
    }

    @Test(.enabled(if: isRoot, "running as another user requires root"))
    func `if no mark can be kept, everything works, with a line that says so`() async throws {
        let account = try await ServiceAccount(id: 64_324, entries: ["app:1": "FAKEone"])
        let closed = "\(account.home.path)/closed"
        try FileManager.default.createDirectory(
            atPath: "\(closed)/state", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let unwritable = "\(account.home.path)/unwritable"
        try FileManager.default.createDirectory(
            atPath: unwritable, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        for directory in [closed, "\(closed)/state", unwritable, "/proc", "/dev/null"] {
            let outcome = try await account.run(
                "get", "app:1", "--key-file", account.home.keyFile,
                variables: ["XDG_STATE_HOME": directory])
            #expect(
                outcome.status == 0 && outcome.output == "FAKEone\n",
                "\(directory): \(outcome.errors)")
            #expect(outcome.errorLines.count == 1, "\(directory): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("tokenvault: cannot save the high-water mark, "))
        }
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `a new mark is synced before it replaces the last one`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let calls = try await SystemCallTrace.calls(
            in: home, ["add", "app:2", "--key-file", home.keyFile], input: "FAKEtwo")
        let renamed = try #require(
            calls.firstIndex { $0.name == "rename" && $0.line.contains(home.marks) })
        #expect(
            calls[..<renamed].suffix(3).map(\.name).contains("fsync"),
            "\(calls[..<renamed].suffix(3))")
        let written = try #require(calls[..<renamed].lastIndex { $0.name == "write" })
        #expect(calls[written...renamed].contains { $0.name == "fsync" })
    }
}
