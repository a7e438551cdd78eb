import Foundation
import Testing

/// A home of a person who has never existed, gone when the test is over.
final class TemporaryHome: Sendable {
    static let passphrase = "FAKE passphrase"
    static let app = "app:1234567890123456"
    static let appSecret = "FAKEsecret0001"
    static let shortToken = "EAAFAKEshort0001"

    /// The home's path; also where its programs start.
    let path: String
    /// Where the vault is, or will be.
    var vault: String { path + "/vault" }
    /// The folder around the home, where tests keep what is not the person's.
    var session: String { folder }
    private let folder: String
    private let programs: String
    private let graph: TemporaryGraph?

    /// A home whose programs take `graph` for Meta's; without one they find nobody there.
    init(asking graph: TemporaryGraph? = nil) throws {
        self.graph = graph
        folder =
            FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "tokenvault-\(UUID().uuidString)").path
        path = folder + "/home"
        programs = folder + "/bin"
        for path in [path, programs] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        try FileManager.default.createSymbolicLink(
            atPath: programs + "/tokenvault", withDestinationPath: ProgramRun.program)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A home with a vault that holds the sample app's secret.
    static func withVault(asking graph: TemporaryGraph? = nil) async throws -> TemporaryHome {
        let home = try TemporaryHome(asking: graph)
        try home.write(try await made.value, to: "vault")
        return home
    }

    /// Made once: a passphrase's cost is the most of what a run takes.
    private static let made = Task {
        let home = try TemporaryHome()
        let new = try await home.run("init", "--kdf", "interactive")
        try #require(new.status == 0, "\(new.errors)")
        let added = try await home.run("add", app, input: appSecret)
        try #require(added.status == 0, "\(added.errors)")
        return try home.contents("vault")
    }

    /// What programs find in their environment; nothing of the developer's own.
    func environment(_ changes: [String: String?] = [:]) -> [String: String] {
        let outer = ProcessInfo.processInfo.environment
        var variables = [
            "PATH": "\(programs):\(outer["PATH"] ?? "/usr/bin:/bin")", "HOME": path,
            "XDG_DATA_HOME": path + "/data", "XDG_STATE_HOME": path + "/state",
            "TOKENVAULT_FILE": vault, "TOKENVAULT_PASSPHRASE": Self.passphrase, "TZ": "UTC",
            "LANG": "C.UTF-8", "TERM": "xterm",
            // Nothing listens on port 1, so that no test ever asks Meta.
            "TOKENVAULT_GRAPH_URL": graph?.url ?? "http://127.0.0.1:1",
        ]
        variables["LD_LIBRARY_PATH"] = outer["LD_LIBRARY_PATH"]
        for (name, value) in changes { variables[name] = value }
        return variables
    }

    /// Runs the program to its end, without a terminal.
    func run(
        _ arguments: String..., input: String? = nil, environment: [String: String?] = [:]
    ) async throws -> ProgramRun {
        try await run(arguments, input: input, environment: environment)
    }

    /// Runs the program to its end, without a terminal.
    func run(
        _ arguments: [String], input: String? = nil, environment: [String: String?] = [:]
    ) async throws -> ProgramRun {
        var setting = RunningProgram.Setting()
        if let input { setting.input = try write(Data(input.utf8), to: UUID().uuidString) }
        defer { if input != nil { try? FileManager.default.removeItem(atPath: setting.input) } }
        return try await start(arguments, environment: environment, setting).finish()
    }

    /// Starts the program.
    func start(
        _ arguments: [String], environment: [String: String?] = [:],
        _ setting: RunningProgram.Setting = RunningProgram.Setting()
    ) throws -> RunningProgram {
        try RunningProgram(
            programs + "/tokenvault", arguments, environment: self.environment(environment),
            directory: path, folder: folder, setting: setting)
    }

    /// Starts the program at a terminal, with no passphrase in its environment; its results go
    /// elsewhere.
    func startAtTerminal(
        _ arguments: String..., environment: [String: String?] = ["TOKENVAULT_PASSPHRASE": nil]
    ) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let setting = RunningProgram.Setting(terminal: terminal, inputIsTerminal: true)
        return (terminal, try start(arguments, environment: environment, setting))
    }

    /// Starts a script of bash, which finds the program first in its path.
    func startShell(
        _ script: String, environment: [String: String?] = [:],
        _ setting: RunningProgram.Setting = RunningProgram.Setting()
    ) throws -> RunningProgram {
        try RunningProgram(
            "/bin/bash", ["-c", script], environment: self.environment(environment),
            directory: path, folder: folder, setting: setting)
    }

    /// Runs a script of bash to its end, without a terminal.
    func shell(
        _ script: String, environment: [String: String?] = [:]
    ) async throws -> ProgramRun {
        try await startShell(script, environment: environment).finish()
    }

    /// Writes a file of this home; returns its path.
    @discardableResult
    func write(_ data: Data, to name: String, mode: Int = 0o600) throws -> String {
        let path = "\(path)/\(name)"
        try data.write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// Writes a file of this home; returns its path.
    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try write(Data(text.utf8), to: name, mode: mode)
    }

    /// What a file of this home holds.
    func contents(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
    }

    /// The paths of all that lies in this home.
    func allFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }
}
