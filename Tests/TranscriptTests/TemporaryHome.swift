import Foundation
import GraphSimulator
import Support
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
            atPath: programs + "/tokenvault", withDestinationPath: ProgramUnderTest.path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A home with a vault that holds the sample app's secret.
    ///
    /// It opens with a passphrase, and without one by a machine key, which costs nothing: programs
    /// find the key in their environment unless a test says otherwise.
    static func withVault(asking graph: TemporaryGraph? = nil) async throws -> TemporaryHome {
        try await prepared(asking: graph, vault: \.vault)
    }

    /// As ``withVault``, but after an exchange, and with the pages of the sample user stored.
    static func withPages(asking graph: TemporaryGraph) async throws -> TemporaryHome {
        try graph.simulation.merge(state: try await made.value.tokens)
        return try await prepared(asking: graph, vault: \.vaultWithPages)
    }

    private static func prepared(
        asking graph: TemporaryGraph?, vault: KeyPath<Prepared, Data>
    ) async throws -> TemporaryHome {
        let home = try TemporaryHome(asking: graph)
        try home.write(try await made.value[keyPath: vault], to: "vault")
        try home.write(try await made.value.key, to: "../machine.key")
        return home
    }

    private struct Prepared {
        let vault: Data
        let key: Data
        let vaultWithPages: Data
        /// The tokens of that vault, as a state of the simulator.
        let tokens: String
    }

    /// Made once for all tests.
    private static let made = Task {
        let home = try TemporaryHome(asking: try await TemporaryGraph())
        try await home.make("init", "--kdf", "interactive")
        try await home.make("add", app, input: appSecret)
        try await home.make("key", "add", "tests", "../machine.key")
        let (vault, key) = (try home.contents("vault"), try home.contents("../machine.key"))
        try await home.make("exchange", input: shortToken)
        try await home.make("pages")
        return Prepared(
            vault: vault, key: key, vaultWithPages: try home.contents("vault"),
            tokens: try await home.tokensForSimulator())
    }

    private func make(_ arguments: String..., input: String? = nil) async throws {
        let run = try await run(arguments, input: input)
        try #require(run.status == 0, "\(arguments): \(run.errors)")
    }

    private func tokensForSimulator() async throws -> String {
        let common =
            #""app":"1234567890123456","user":"10200000000000009","#
            + #""scopes":["pages_show_list","business_management","public_profile"]"#
        let list = try await run("list", "--kind", "page", "--json").json([EntryDocument].self)
        var tokens = [
            #"{"token":"EAAFAKElong0001","type":"USER","expires_at":"+60d",\#(common)}"#
        ]
        for entry in list {
            let token = try await run("get", "-n", entry.ref).text
            let page = entry.ref.dropFirst("page:".count)
            tokens.append(
                #"{"token":"\#(token)","type":"PAGE","page":"\#(page)","expires_at":0,\#(common)}"#)
        }
        return #"{"tokens":[\#(tokens.joined(separator: ","))]}"#
    }

    /// Changes to the environment by which nothing opens a vault.
    static let locked: [String: String?] = [
        "TOKENVAULT_PASSPHRASE": nil, "TOKENVAULT_KEY_FILE": nil,
    ]

    /// Changes to the environment by which a passphrase, the right one or another, opens a vault.
    static func passphrase(_ passphrase: String = passphrase) -> [String: String?] {
        ["TOKENVAULT_PASSPHRASE": passphrase, "TOKENVAULT_KEY_FILE": nil]
    }

    /// What programs find in their environment; nothing of the developer's own.
    func environment(_ changes: [String: String?] = [:]) -> [String: String] {
        let outer = ProcessInfo.processInfo.environment
        var variables = [
            "PATH": "\(programs):\(outer["PATH"] ?? "/usr/bin:/bin")", "HOME": path,
            "XDG_DATA_HOME": path + "/data", "XDG_STATE_HOME": path + "/state",
            "TOKENVAULT_FILE": vault, "TOKENVAULT_PASSPHRASE": Self.passphrase, "TZ": "UTC",
            "LANG": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1",
            // Nothing listens on port 1, so that no test ever asks Meta.
            "TOKENVAULT_GRAPH_URL": graph?.url ?? "http://127.0.0.1:1",
        ]
        let key = "\(folder)/machine.key"
        if FileManager.default.fileExists(atPath: key) { variables["TOKENVAULT_KEY_FILE"] = key }
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

    /// Starts the program at a terminal, with nothing else that opens a vault; its results go
    /// elsewhere.
    func startAtTerminal(
        _ arguments: String..., environment: [String: String?] = TemporaryHome.locked
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
        _ script: String, environment: [String: String?] = [:],
        within patience: Duration = PseudoTerminal.patience
    ) async throws -> ProgramRun {
        try await startShell(script, environment: environment).finish(within: patience)
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
