import Foundation
import Support
import Testing

/// A home directory for one test, in which to run the built program.
///
/// It is removed with this object, and its session ends.
final class Home: Sendable {
    static let passphrase = "FAKE passphrase"

    var path: String { folder.path }
    private let folder: TemporaryFolder
    /// The environment of every program started here; only PATH comes from the test's own.
    let environment: [String: String]

    var data: String { "\(path)/data" }
    var vault: String { "\(path)/data/vault" }
    var marks: String { "\(path)/state/tokenvault" }
    var scratch: String { "\(path)/scratch" }
    var passphraseFile: String { "\(path)/passphrase" }
    var keyFile: String { "\(path)/machine.key" }

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.path
        environment = [
            "HOME": path,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "XDG_DATA_HOME": "\(path)/data",
            "XDG_STATE_HOME": "\(path)/state",
            "TOKENVAULT_FILE": "\(path)/data/vault",
        ]
        try FileManager.default.createDirectory(
            atPath: "\(path)/scratch", withIntermediateDirectories: false)
        try write(Self.passphrase, to: passphraseFile)
    }

    /// Returns a home whose vault has these entries, and opens with `passphraseFile` or `keyFile`.
    static func withVault(_ entries: [String: String] = [:]) async throws -> Home {
        let home = try Home()
        try await home.succeed(
            "init", "--kdf", "interactive", "--passphrase-file", home.passphraseFile)
        try await home.succeed(
            "key", "add", "machine", home.keyFile, "--passphrase-file", home.passphraseFile)
        for (reference, secret) in entries.sorted(by: { $0.key < $1.key }) {
            try await home.succeed("add", reference, "--key-file", home.keyFile, input: secret)
        }
        return home
    }

    deinit {
        if FileManager.default.fileExists(atPath: vault) {
            let lock = Process()
            lock.executableURL = URL(filePath: ProgramUnderTest.path)
            lock.arguments = ["lock", "--quiet"]
            lock.environment = environment
            lock.standardError = FileHandle.nullDevice
            if (try? lock.run()) != nil { lock.waitUntilExit() }
        }
    }

    /// Starts the program.
    func start(
        _ arguments: [String], input: String = "", variables: [String: String] = [:]
    ) throws -> Child {
        try Child(
            ProgramUnderTest.path, arguments, environment: environment.merging(variables) { $1 },
            input: input, scratch: scratch)
    }

    /// Runs the program and waits for it to end.
    func run(arguments: [String]) async throws -> Outcome {
        try await start(arguments).outcome()
    }

    /// Runs the program and waits for it to end.
    func run(
        _ arguments: String..., input: String = "", variables: [String: String] = [:]
    ) async throws -> Outcome {
        try await start(arguments, input: input, variables: variables).outcome()
    }

    /// Runs the program, which must succeed, and returns what it printed.
    @discardableResult
    func succeed(
        _ arguments: String..., input: String = "", variables: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let outcome = try await start(arguments, input: input, variables: variables).outcome()
        try #require(
            outcome.status == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
        return outcome.output
    }

    /// Runs another program in the same environment.
    func run(
        tool: String, _ arguments: [String], variables: [String: String] = [:]
    ) async throws -> Outcome {
        try await Child(
            "/usr/bin/env", [tool] + arguments, environment: environment.merging(variables) { $1 },
            scratch: scratch
        ).outcome()
    }

    /// Writes a file with mode 0600.
    func write(_ text: String, to path: String) throws {
        let isCreated = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        try #require(isCreated, "\(path) cannot be created")
    }

    func contents(of path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: path))
    }

    /// Returns the names in a directory, sorted.
    func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    /// Replaces the vault without taking its lock.
    func replaceVault(with contents: Data) throws {
        try FileManager.default.removeItem(atPath: vault)
        try write(String(), to: vault)
        try contents.write(to: URL(filePath: vault))
    }

    /// Returns the vault's references and secrets, as the second implementation reads them.
    func entries() async throws -> [String: String] {
        let printed = try await reference(
            """
            vault = vaults.read(contents(vault_path), key_file=contents(key_path))
            print(json.dumps({one.reference.decode(): one.secret.decode() for one in vault.records}))
            """)
        return try JSONDecoder().decode([String: String].self, from: Data(printed.utf8))
    }

    /// Runs Python code that can use Tests/Reference, the second implementation of the format.
    @discardableResult
    func reference(
        _ script: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let prelude = """
            import dataclasses, json, os, sys
            import sodium, vault_format as vaults, vault_writer as writer
            vault_path, key_path, passphrase = os.environ["TOKENVAULT_FILE"], "\(keyFile)", b"\(Self.passphrase)"
            def contents(path):
                with open(path, "rb") as file: return file.read()
            def put(path, written):
                with open(path, "wb") as file: file.write(written)
            def record(reference, secret): return vaults.Record(reference, secret, b"{}")

            """
        let outcome = try await run(
            tool: "python3", ["-B", "-c", prelude + script] + arguments,
            variables: ["PYTHONPATH": "\(ProgramUnderTest.repository)/Tests/Reference"])
        try #require(outcome.status == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        return outcome.output
    }
}
