import Foundation
import Support
import Testing

/// Marks of the newest state seen that are there and do not say what was seen.
@Suite(.timeLimit(.minutes(3)))
struct MarkTests {
    private static let isRoot = geteuid() == 0

    /// What somebody leaves in the mark's place; the shell's `$1` is the mark.
    enum Fault: String, CaseIterable {
        case empty = ": >\"$1\""
        case zeros = "head -c 169 /dev/zero >\"$1\""
        case cut = "truncate -s -1 \"$1\""
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

    private func spoil(_ home: Home, _ fault: Fault) async throws {
        let script = try await home.run(
            tool: "sh", ["-c", fault.rawValue, "-", try mark(of: home)])
        try #require(script.status == 0, "\(script.errors)")
    }

    @Test(arguments: Fault.allCases)
    func `it is refused as a rollback, and accepting the vault repairs it`(fault: Fault)
        async throws
    {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        try await spoil(home, fault)
        let key = ["--key-file", home.keyFile]
        for command in [["get", "app:1"], ["list"], ["verify"], ["remove", "app:1"]] {
            let refused = try await home.run(arguments: command + key)
            #expect(refused.status == 65 && refused.output.isEmpty, "\(command): \(refused.errors)")
            #expect(refused.errors.contains("already seen on this machine: the high-water mark"))
        }
        let refused = try await home.run(
            "get", "app:1", "--passphrase-file", home.passphraseFile, "--vault", home.vault)
        #expect(refused.complaints.count == 2, "\(refused.errors)")
        let hint = try #require(refused.complaints.last).dropFirst("tokenvault: hint: ".count)
        if fault.isDirectory {
            let mark = try mark(of: home)
            #expect(hint == "mv \(mark) \(mark).old")
            #expect(try await home.run(tool: "sh", ["-c", String(hint)]).status == 0)
            let read = try await home.run(arguments: ["get", "app:1"] + key)
            #expect(read == Outcome(status: 0, output: "FAKEone\n", errors: ""))
            return
        }
        #expect(hint == "tokenvault verify --accept-rollback --vault \(home.vault)")
        let typed = hint.replacing(
            "tokenvault", with: "'\(ProgramUnderTest.path)'", maxReplacements: 1)
        let accepted = try await home.run(
            tool: "sh", ["-c", "\(typed) --key-file '\(home.keyFile)'"])
        #expect(accepted.status == 0 && accepted.errors.isEmpty, "\(accepted.errors)")
        let again = try await home.run(arguments: ["get", "app:1"] + key)
        #expect(again == Outcome(status: 0, output: "FAKEone\n", errors: ""))
    }

    @Test func `until then an older copy is not taken for the newest`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEold"])
        let old = try home.contents(of: home.vault)
        let key = ["--key-file", home.keyFile]
        try await home.succeed(
            "add", "app:1", "--replace", "--key-file", home.keyFile, input: "FAKEnew")
        try await spoil(home, .empty)
        try home.replaceVault(with: old)
        let refused = try await home.run(arguments: ["get", "app:1"] + key)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        let stored = try await home.start(["add", "app:2"] + key, input: "FAKEtwo").outcome()
        #expect(stored.status == 65)
        #expect(try home.contents(of: home.vault) == old)
    }

    @Test func `doctor says what every command would`() async throws {
        let home = try await Home.withVault()
        try await spoil(home, .otherText)
        let outcome = try await home.run("doctor", "--offline")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("was not written by tokenvault"), "\(outcome.output)")
        #expect(outcome.output.contains("tokenvault verify --accept-rollback"))
    }

    @Test(.enabled(if: isRoot, "giving a file away takes root"))
    func `another user's mark is not believed`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let mark = try mark(of: home)
        try FileManager.default.setAttributes([.ownerAccountID: 64_321], ofItemAtPath: mark)
        let refused = try await home.run("get", "app:1", "--key-file", home.keyFile)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
        #expect(refused.errors.contains("another user (64321)"), "\(refused.errors)")
        try await home.succeed("verify", "--accept-rollback", "--key-file", home.keyFile)
        #expect(try await home.succeed("get", "app:1", "--key-file", home.keyFile) == "FAKEone\n")
    }

    /// To root no mode forbids anything.
    @Test(.enabled(if: isRoot, "becoming another user takes root"), arguments: [0o000, 0o200])
    func `a mark that may not be read is refused`(mode: Int) async throws {
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

    @Test(.enabled(if: isRoot, "becoming another user takes root"))
    func `nor is one in a directory that may not be searched, and the hint opens that`()
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

    @Test(.enabled(if: isRoot, "becoming another user takes root"))
    func `where none can be, all works with one line about it`() async throws {
        let account = try await ServiceAccount(id: 64_324, entries: ["app:1": "FAKEone"])
        let closed = "\(account.home.path)/closed"
        try FileManager.default.createDirectory(
            atPath: "\(closed)/state", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let nobody = "\(account.home.path)/nobodys"
        try FileManager.default.createDirectory(
            atPath: nobody, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        for place in [closed, "\(closed)/state", nobody, "/proc", "/dev/null"] {
            let outcome = try await account.run(
                "get", "app:1", "--key-file", account.home.keyFile,
                variables: ["XDG_STATE_HOME": place])
            #expect(
                outcome.status == 0 && outcome.output == "FAKEone\n", "\(place): \(outcome.errors)")
            #expect(outcome.complaints.count == 1, "\(place): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix("tokenvault: cannot save the high-water mark, "))
        }
    }

    @Test(.enabled(if: SystemCallTrace.isAvailable, "strace is not installed"))
    func `it is on the disk before it takes the place of the last one`() async throws {
        let home = try await Home.withVault(["app:1": "FAKEone"])
        let calls = try await SystemCallTrace.calls(
            in: home, ["add", "app:2", "--key-file", home.keyFile], input: "FAKEtwo")
        let placed = try #require(
            calls.firstIndex { $0.name == "rename" && $0.line.contains(home.marks) })
        #expect(
            calls[..<placed].suffix(3).map(\.name).contains("fsync"),
            "\(calls[..<placed].suffix(3))")
        let written = try #require(calls[..<placed].lastIndex { $0.name == "write" })
        #expect(calls[written...placed].contains { $0.name == "fsync" })
    }
}
