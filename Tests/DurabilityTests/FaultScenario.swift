import Foundation
import Testing

/// A command that is run repeatedly from the same state, with a different fault each time.
struct FaultScenario {
    private let home: Home
    private let arguments: [String]
    private let secret: String
    private let new: [String: String]
    /// The options that unlock the new state; the old state is recognized by its bytes.
    private let newUnlocking: [String]
    private let vault: Data
    private let mark: Data
    private let markName: String

    /// Creates a vault with the entries `old`, which `command` changes to `new`.
    init(
        _ old: [String: String], _ command: [String], secret: String = "",
        new: [String: String]
    ) async throws {
        let home = try await Home.withVault(old)
        try await self.init(
            home, command + ["--key-file", home.keyFile], secret: secret, new: new,
            newUnlocking: ["--key-file", home.keyFile])
    }

    /// Returns a scenario that changes the passphrase of a vault with these entries.
    static func passphraseChange(_ entries: [String: String]) async throws -> FaultScenario {
        let home = try await Home.withVault(entries)
        let file = "\(home.path)/new-passphrase"
        try home.write("FAKE new passphrase", to: file)
        return try await FaultScenario(
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

    /// Returns the system calls of the command, all of them or from taking the lock on.
    func calls(fromLock: Bool = false) async throws -> [SystemCall] {
        let calls = try await SystemCallTrace.calls(in: home, arguments, input: secret)
        try restore()
        guard fromLock else { return calls }
        let lock = try #require(calls.firstIndex { $0.name == "flock" })
        return Array(calls[lock...])
    }

    /// Runs the command with `fault` at one of its system calls.
    func run(_ fault: String, at call: SystemCall) async throws -> Outcome {
        try await SystemCallTrace.run(in: home, arguments, input: secret, fault, at: call)
    }

    /// Checks what a run left behind, and restores the old state.
    func expectOldOrNew(
        after outcome: Outcome, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        func expect(_ condition: Bool, _ problem: String) {
            #expect(condition, "\(what): \(problem)", sourceLocation: sourceLocation)
        }
        let isOld = try home.contents(of: home.vault) == vault
        expect(!(isOld && outcome.status == 0), "it reports success but saved nothing")
        if outcome.status == 74 {
            let first = outcome.errorLines.first { $0.hasPrefix("tokenvault: error: ") }
            expect(first != nil, "no error line in \(outcome.errors)")
        }
        if !isOld {
            expect(try await home.entries() == new, "neither the old nor the new entries")
            let opened = try await home.run(arguments: ["verify"] + newUnlocking)
            expect(opened.status == 0, "the new state does not open: \(opened.errors)")
        }
        let saved = try await home.run(
            "add", "app:9", "--key-file", home.keyFile, input: "FAKEnext")
        expect(saved.status == 0, "the next save: \(saved.errors)")
        // More lines than "stored" are a false alarm about the mark.
        expect(saved.errorLines.count == 1, "the next save: \(saved.errors)")
        let names = try home.names(in: home.data)
        expect(names == ["vault", "vault.lock"], "next to the vault: \(names)")
        let marks = try home.names(in: home.marks)
        expect(marks == [markName, "\(markName).lock"], "next to the mark: \(marks)")
        try restore()
    }

    private func restore() throws {
        try home.replaceVault(with: vault)
        try mark.write(to: URL(filePath: "\(home.marks)/\(markName)"))
    }
}
