import Foundation
import GraphSimulator
import Support
import Testing

/// The home directory of a fictional user, removed together with this object.
final class TemporaryHome: Sendable {
    static let passphrase = "FAKE passphrase"
    static let app = "app:1234567890123456"
    static let appSecret = "FAKEsecret0001"
    static let shortToken = "EAAFAKEshort0001"

    /// The path of the home, which is also the working directory of its programs.
    let path: String
    /// The path of the vault, whether it exists yet or not.
    var vault: String { path + "/vault" }
    /// The path of the folder around the home, for the tests' own files.
    var parent: String { folder.path }
    private let folder: TemporaryFolder
    private let programs: String
    private let graph: TemporaryGraph?

    /// Creates a home whose programs use `graph` as Meta's server, or cannot connect without one.
    init(using graph: TemporaryGraph? = nil) throws {
        self.graph = graph
        folder = try TemporaryFolder(permissions: 0o700)
        path = folder.path + "/home"
        programs = folder.path + "/bin"
        for path in [path, programs] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        }
        try FileManager.default.createSymbolicLink(
            atPath: programs + "/tokenvault", withDestinationPath: ProgramUnderTest.path)
    }

    /// Returns a home with a vault that contains the sample app's secret.
    ///
    /// A passphrase or a machine key unlocks it. Unless a test says otherwise, programs find the
    /// machine key in their environment, since unlocking with it takes no time.
    static func withVault(using graph: TemporaryGraph? = nil) async throws -> TemporaryHome {
        try await prepared(using: graph, vault: \.vault)
    }

    /// Returns a home like that of ``withVault(using:)`` after an exchange of the short-lived token.
    static func withUserToken(using graph: TemporaryGraph) async throws -> TemporaryHome {
        let home = try await withVault(using: graph)
        try await home.succeed("exchange", input: shortToken)
        graph.simulation.clearRequests()
        return home
    }

    /// Returns a home like that of ``withUserToken(using:)`` that also has one page's token.
    static func withPage(using graph: TemporaryGraph) async throws -> TemporaryHome {
        let home = try await withUserToken(using: graph)
        try await home.succeed("pages", "1020000000000001")
        graph.simulation.clearRequests()
        return home
    }

    /// Returns a home like that of ``withUserToken(using:)`` whose token expires in ten days, and whose
    /// `graph` extends tokens that are exchanged again.
    static func withExpiringToken(using graph: TemporaryGraph) async throws -> TemporaryHome {
        let home = try await withUserToken(using: graph)
        try graph.simulation.merge(
            state: #"""
                {"reexchange":"extend","tokens":[{"token":"EAAFAKElong0001","issued_at":"-50d",
                  "expires_at":"+10d"}]}
                """#)
        try #require(try await home.run("check", "--online").status == 1)
        graph.simulation.clearRequests()
        return home
    }

    /// Returns a home like that of ``withUserToken(using:)`` that also has the sample user's pages.
    static func withPages(using graph: TemporaryGraph) async throws -> TemporaryHome {
        try graph.simulation.merge(state: try await preparation.value.tokens)
        return try await prepared(using: graph, vault: \.vaultWithPages)
    }

    private static func prepared(
        using graph: TemporaryGraph?, vault: KeyPath<Prepared, Data>
    ) async throws -> TemporaryHome {
        let home = try TemporaryHome(using: graph)
        try home.write(try await preparation.value[keyPath: vault], to: "vault")
        try home.write(try await preparation.value.key, to: "../machine.key")
        return home
    }

    private struct Prepared {
        let vault: Data
        let key: Data
        let vaultWithPages: Data
        /// The tokens in `vaultWithPages`, as state for the simulator.
        let tokens: String
    }

    /// Vaults that are created once for all tests.
    private static let preparation = Task {
        let home = try TemporaryHome(using: try await TemporaryGraph())
        try await home.succeed("init", "--kdf", "interactive")
        try await home.succeed("add", app, input: appSecret)
        try await home.succeed("key", "add", "tests", "../machine.key")
        let (vault, key) = (try home.contents("vault"), try home.contents("../machine.key"))
        try await home.succeed("exchange", input: shortToken)
        try await home.succeed("pages")
        return Prepared(
            vault: vault, key: key, vaultWithPages: try home.contents("vault"),
            tokens: try await home.tokensForSimulator())
    }

    private func succeed(_ arguments: String..., input: String? = nil) async throws {
        let run = try await run(arguments, input: input)
        try #require(run.status == 0, "\(arguments): \(run.errors)")
    }

    private func tokensForSimulator() async throws -> String {
        let common =
            #""app":"1234567890123456","user":"10200000000000009","#
            + #""scopes":["pages_show_list","pages_manage_posts","business_management","#
            + #""public_profile"]"#
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

    /// Changes to the environment that leave nothing in it to unlock a vault with.
    static let locked: [String: String?] = [
        "TOKENVAULT_PASSPHRASE": nil, "TOKENVAULT_KEY_FILE": nil,
    ]

    /// Returns changes to the environment that leave only this passphrase to unlock a vault with.
    static func passphrase(_ passphrase: String = passphrase) -> [String: String?] {
        ["TOKENVAULT_PASSPHRASE": passphrase, "TOKENVAULT_KEY_FILE": nil]
    }

    /// Returns the environment of programs, which has nothing of the developer's own but PATH.
    func environment(_ changes: [String: String?] = [:]) -> [String: String] {
        let outer = ProcessInfo.processInfo.environment
        let server = graph?.url ?? "http://127.0.0.1:1"
        var variables = [
            "PATH": "\(programs):\(outer["PATH"] ?? "/usr/bin:/bin")", "HOME": path,
            "XDG_DATA_HOME": path + "/data", "XDG_STATE_HOME": path + "/state",
            "TOKENVAULT_FILE": vault, "TOKENVAULT_PASSPHRASE": Self.passphrase, "TZ": "UTC",
            "LANG": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1",
            // Nothing listens on port 1, so no test ever sends a request to Meta.
            "TOKENVAULT_GRAPH_URL": server, "TOKENVAULT_INSTAGRAM_URL": "\(server)/instagram",
            "TOKENVAULT_THREADS_URL": "\(server)/threads",
        ]
        let key = "\(parent)/machine.key"
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
        _ arguments: [String], input: String? = nil, environment: [String: String?] = [:],
        launcher: [String] = []
    ) async throws -> ProgramRun {
        var streams = RunningProgram.Streams()
        if let input { streams.input = try write(Data(input.utf8), to: UUID().uuidString) }
        defer { if input != nil { try? FileManager.default.removeItem(atPath: streams.input) } }
        return try await start(
            arguments, environment: environment, launcher: launcher, streams
        ).finish()
    }

    /// Starts the program, with the words of `launcher` before it.
    func start(
        _ arguments: [String], environment: [String: String?] = [:], launcher: [String] = [],
        _ streams: RunningProgram.Streams = RunningProgram.Streams()
    ) throws -> RunningProgram {
        let words = launcher + [programs + "/tokenvault"] + arguments
        return try RunningProgram(
            words[0], Array(words.dropFirst()), environment: self.environment(environment),
            directory: path, folder: parent, streams: streams)
    }

    /// Starts the program with a terminal as its only unlock method and its standard input.
    func startAtTerminal(
        _ arguments: String..., environment: [String: String?] = TemporaryHome.locked
    ) throws -> (PseudoTerminal, RunningProgram) {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(terminal: terminal, inputIsTerminal: true)
        return (terminal, try start(arguments, environment: environment, streams))
    }

    /// Starts a bash script, which finds the program first in PATH.
    func startShell(
        _ script: String, environment: [String: String?] = [:], launcher: [String] = [],
        _ streams: RunningProgram.Streams = RunningProgram.Streams()
    ) throws -> RunningProgram {
        let words = launcher + ["/bin/bash", "-c", script]
        return try RunningProgram(
            words[0], Array(words.dropFirst()), environment: self.environment(environment),
            directory: path, folder: parent, streams: streams)
    }

    /// Runs a bash script to its end, without a terminal.
    func shell(
        _ script: String, environment: [String: String?] = [:], launcher: [String] = [],
        within timeout: Duration = PseudoTerminal.timeout
    ) async throws -> ProgramRun {
        try await startShell(script, environment: environment, launcher: launcher)
            .finish(within: timeout)
    }

    /// Writes a file in this home, and returns its path.
    @discardableResult
    func write(_ data: Data, to name: String, mode: Int = 0o600) throws -> String {
        let path = "\(path)/\(name)"
        try data.write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// Writes a file in this home, and returns its path.
    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try write(Data(text.utf8), to: name, mode: mode)
    }

    /// Returns the contents of a file in this home.
    func contents(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
    }

    /// Returns the paths of everything in this home, relative to it.
    func allFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }
}
