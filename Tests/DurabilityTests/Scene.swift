import Foundation
import Testing

/// One command, run again and again from the same state with something going wrong each time.
struct Scene {
    private let home: Home
    private let arguments: [String]
    private let secret: String
    private let new: [String: String]
    /// What opens the new state; the old one is known by its bytes.
    private let newUnlocking: [String]
    private let vault: Data
    private let mark: Data
    private let markName: String

    /// A vault with `old` in it; `command` makes `new` of that.
    init(
        _ old: [String: String], _ command: [String], secret: String = "",
        new: [String: String]
    ) async throws {
        let home = try await Home.withVault(old)
        try await self.init(
            home, command + ["--key-file", home.keyFile], secret: secret, new: new,
            newUnlocking: ["--key-file", home.keyFile])
    }

    /// A vault with `entries` in it, whose passphrase is changed.
    static func passphraseChange(_ entries: [String: String]) async throws -> Scene {
        let home = try await Home.withVault(entries)
        let file = "\(home.path)/new-passphrase"
        try home.write("FAKE new passphrase", to: file)
        return try await Scene(
            home,
            [
                "passphrase", "--passphrase-file", home.passphraseFile, "--new-passphrase-file",
                file,
            ],
            new: entries, newUnlocking: ["--passphrase-file", file])
    }

    private init(
        _ home: Home, _ arguments: [String], secret: String = "", new: [String: String],
        newUnlocking: [String]
    ) async throws {
        self.home = home
        self.arguments = arguments + ["--no-input"]
        self.secret = secret
        self.new = new
        self.newUnlocking = newUnlocking
        markName = try #require(try home.names(in: home.marks).first { !$0.hasSuffix(".lock") })
        vault = try home.contents(of: home.vault)
        mark = try home.contents(of: "\(home.marks)/\(markName)")
    }

    /// The calls that the command makes, all of them or from the opening of the lock on.
    func calls(fromLock: Bool = false) async throws -> [SystemCall] {
        let calls = try await SystemCallTrace.calls(in: home, arguments, input: secret)
        try restore()
        guard fromLock else { return calls }
        let lock = try #require(calls.firstIndex { $0.name == "flock" })
        return Array(calls[lock...])
    }

    /// Runs the command with `fault` at one of its calls.
    func run(_ fault: String, at call: SystemCall) async throws -> Outcome {
        try await SystemCallTrace.run(in: home, arguments, input: secret, fault, at: call)
    }

    /// Looks at what a run left, and goes back to the old state.
    func expectOldOrNew(
        after outcome: Outcome, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        func expect(_ condition: Bool, _ words: String) {
            #expect(condition, "\(what): \(words)", sourceLocation: sourceLocation)
        }
        let isOld = try home.contents(of: home.vault) == vault
        expect(!(isOld && outcome.status == 0), "it reports success and saved nothing")
        if outcome.status == 74 {
            let first = outcome.complaints.first { $0.hasPrefix("tokenvault: error: ") }
            expect(first != nil, "no error line in \(outcome.errors)")
        }
        if !isOld {
            expect(try await home.entries() == new, "neither the old nor the new entries")
            let opened = try await home.run(arguments: ["verify"] + newUnlocking)
            expect(opened.status == 0, "what is to open it does not: \(opened.errors)")
        }
        let saved = try await home.run(
            "add", "app:9", "--key-file", home.keyFile, input: "FAKEnext")
        expect(saved.status == 0, "the next save: \(saved.errors)")
        // More than "stored": a false alarm of the mark.
        expect(saved.complaints.count == 1, "the next save: \(saved.errors)")
        let beside = try home.names(in: home.data)
        expect(beside == ["vault", "vault.lock"], "beside the vault: \(beside)")
        let marks = try home.names(in: home.marks)
        expect(marks == [markName, "\(markName).lock"], "beside the mark: \(marks)")
        try restore()
    }

    private func restore() throws {
        try home.replaceVault(with: vault)
        try mark.write(to: URL(filePath: "\(home.marks)/\(markName)"))
    }
}
