import Foundation
import Graph
import GraphSimulator
import HTTP
import JSON
import Platform
import Sodium
import Synchronization
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// The world of one test: a vault in a temporary directory, a stopped clock, a simulated Graph API,
/// and streams that are recorded.
///
/// An effect that the test did not arrange fails the test: a prompt on the terminal, a read from
/// standard input, a hook and, unless the test calls `allow(_:)`, a request to the Graph API.
final class TestWorld: Sendable {
    /// What responds to requests to the Graph API.
    enum GraphAccess {
        case forbidden
        case simulation
        /// The closure receives each request, and may pass it on to the simulation.
        case intercepted(@Sendable (HTTPRequest) async throws(GraphError) -> HTTPResponse)
    }

    /// A command of `--on-change` or `--on-problem` that ran.
    struct HookRun {
        let command: String
        let document: [UInt8]
    }

    private struct State {
        var output: [UInt8] = []
        var errors = ""
        var answers: [String] = []
        var questions: [String] = []
        var input: String?
        var network = GraphAccess.forbidden
        var environment: [String: String] = [:]
        var columns: Int?
        var waits: [Duration] = []
        var hookEnd: ChildProcess.HookEnd?
        var hookRuns: [HookRun] = []
        var hasTerminal = true
        var passphrase: String?
        var arguments: [[UInt8]] = []
    }

    /// The time at the start of a test: Friday, November 20, 2026, 18:15:02 UTC.
    static let startTime = Timestamp(1_795_198_502)

    let simulation: Simulation
    let directory: String
    var vaultPath: String { "\(directory)/vault" }
    private let state = Mutex(State())

    /// Creates a world, with an empty vault if `hasVault` is true.
    ///
    /// A machine key opens the vault, because that takes no time.
    init(state: String = Simulation.sampleState, hasVault: Bool = true) throws {
        simulation = try Simulation(
            state: state, clock: .stopped(at: Int(Self.startTime.seconds)))
        directory = "/tmp/tokenvault-tests-\(UUID().uuidString)"
        try Directory.create(directory)
        self.state.withLock { state in
            state.environment = [
                "TOKENVAULT_FILE": "\(directory)/vault", "HOME": "\(directory)/home",
            ]
        }
        guard hasVault else { return }
        for (vector, name) in [("good-key.vault", "vault"), ("alone.key", "key")] {
            try FileManager.default.copyItem(
                atPath: Self.vectors.appending(path: vector).path, toPath: "\(directory)/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: "\(directory)/\(name)")
        }
        set("TOKENVAULT_KEY_FILE", "\(directory)/key")
        try vault().change { _ in
            ["app:1", "page:2"].compactMap { Reference(text: $0) }
                .map { EntryChange($0) { _ in .remove } }
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static let vectors = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")

    // MARK: Setup

    func set(_ variable: String, _ value: String?) {
        state.withLock { $0.environment[variable] = value }
    }

    /// Makes standard input a pipe that contains `text`.
    func pipe(_ text: String) {
        state.withLock { $0.input = text }
    }

    /// Makes standard input a terminal on which the user types these answers.
    func type(_ answers: String...) {
        state.withLock { state in
            state.input = nil
            state.answers = answers
        }
    }

    /// Advances the clock.
    func wait(_ seconds: Int) { simulation.advance(by: seconds) }

    /// Makes the simulation fail in these ways.
    func fail(_ faults: Fault...) { simulation.setFaults(faults) }

    /// Sets the passphrase that was in `TOKENVAULT_PASSPHRASE`.
    func setPassphrase(_ passphrase: String?) { state.withLock { $0.passphrase = passphrase } }

    /// Sets the program's arguments.
    func setArguments(_ arguments: [String]) {
        state.withLock { $0.arguments = arguments.map { Array($0.utf8) } }
    }

    func removeTerminal() { state.withLock { $0.hasTerminal = false } }
    func setColumns(_ columns: Int?) { state.withLock { $0.columns = columns } }
    func allow(_ network: GraphAccess) { state.withLock { $0.network = network } }

    /// Makes hooks end in this way.
    func endHooks(_ end: ChildProcess.HookEnd) { state.withLock { $0.hookEnd = end } }

    // MARK: Results

    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var errors: String { state.withLock { $0.errors } }
    var questions: [String] { state.withLock { $0.questions } }
    /// The hooks that ran since this was called last.
    func takeHookRuns() -> [HookRun] {
        state.withLock { state in
            defer { state.hookRuns = [] }
            return state.hookRuns
        }
    }
    var now: Timestamp { Timestamp(Int64(simulation.now)) }

    /// Opens the vault without running the program.
    func vault() throws -> UnlockedVault {
        guard let file = try File(reading: "\(directory)/key").readSecret(limit: 4096) else {
            throw VaultError.wrongMachineKey(.malformedKeyFile)
        }
        return try UnlockedVault(path: vaultPath, key: .machineKey(MachineKey(file: file)))
    }

    func clearStreams() {
        state.withLock { state in
            state.output = []
            state.errors = ""
            state.questions = []
        }
    }

    // MARK: The world of the program

    var world: World {
        let terminal = Terminal(
            ask: { question, limit in try self.answer(question, limit: limit) },
            askOpenly: { question in try self.answer(question, limit: 64).plainText },
            readInput: { limit in try self.read(limit: limit) },
            readInputInParts: { limit, body in
                guard let input = try self.read(limit: limit) else { return false }
                // Parts of different sizes, as a pipe may deliver them.
                var offset = 0
                while offset < input.count {
                    let end = min(input.count, 2 * offset + 1)
                    input.withBytes { body($0.extracting(offset..<end)) }
                    offset = end
                }
                return true
            },
            askUntil: { question, limit, _ in try self.answer(question, limit: limit) },
            readInputUntil: { limit, _ in try self.read(limit: limit) },
            inheritsDescriptor: { _ in true },
            readDescriptor: { number, limit in
                guard let secret = try StandardStream(descriptor: number).readSecret(limit: limit)
                else { return nil }
                return SharedSecret(secret)
            },
            inputIsTerminal: { self.state.withLock { $0.input == nil } },
            errorIsTerminal: { false },
            outputColumns: { self.state.withLock { $0.columns } },
            writeOutput: { bytes in
                let copy = bytes.indices.map { bytes[$0] }
                self.state.withLock { $0.output += copy }
            },
            synchronizeOutput: {},
            writeError: { text in self.state.withLock { $0.errors += text } })
        let passphrase = state.withLock { $0.passphrase }.map { passphrase in
            SharedSecret(Secret(copying: Array(passphrase.utf8).span))
        }
        return World(
            environmentVariable: { name in self.state.withLock { $0.environment[name] } },
            environment: { self.state.withLock { $0.environment } },
            environmentBlock: { EnvironmentBlock(self.state.withLock { $0.environment }) },
            unreadableVariables: { [] }, arguments: state.withLock { $0.arguments },
            passphrase: HeldPassphrase(passphrase),
            terminal: terminal,
            session: Session(
                key: { _ in nil },
                keep: { _, _, _ in Issue.record("unexpected session") },
                end: { _ in false }, endAll: { 0 }),
            now: { self.now }, offsetFromUTC: { _ in 0 })
    }

    var network: Network {
        Network(
            connect: { address, _ in self.connect(address) },
            listen: { _, _, _ in
                Issue.record("unexpected wait for a browser")
                return .nowhere
            },
            openBrowser: { _, _ in
                Issue.record("unexpected browser")
                return false
            },
            runHook: { command, document, _, _ in
                self.state.withLock { state in
                    state.hookRuns.append(HookRun(command: command, document: document))
                    if state.hookEnd == nil { Issue.record("unexpected hook: \(command)") }
                    return state.hookEnd ?? .notStarted(reason: "unexpected")
                }
            })
    }

    private func answer(_ question: String, limit: Int) throws -> SharedSecret {
        let (answer, hasTerminal) = state.withLock { state in
            state.questions.append(question)
            return (state.answers.isEmpty ? nil : state.answers.removeFirst(), state.hasTerminal)
        }
        guard hasTerminal else { throw TerminalPrompt.Failure.noTerminal }
        guard let answer else {
            Issue.record("unexpected prompt: \(question)")
            throw TerminalPrompt.Failure.noTerminal
        }
        guard answer.utf8.count <= limit else { throw TerminalPrompt.Failure.tooLong(limit: limit) }
        return SharedSecret(Secret(copying: Array(answer.utf8).span))
    }

    private func read(limit: Int) throws -> SharedSecret? {
        guard let input = state.withLock({ $0.input }) else {
            Issue.record("unexpected read from standard input")
            return nil
        }
        let bytes = Array(input.utf8)
        return bytes.count > limit ? nil : SharedSecret(Secret(copying: bytes.span))
    }

    private func connect(_ address: GraphAddress) -> GraphConnection {
        let network = state.withLock { $0.network }
        let transport: GraphClient.Transport
        switch network {
        case .forbidden:
            transport = { request throws(GraphError) in
                Issue.record("unexpected request: \(request.method) \(request.url)")
                throw .unreachable(.noConnection)
            }
        case .simulation:
            transport = { request throws(GraphError) in try self.simulated(request) }
        case .intercepted(let intercept):
            transport = intercept
        }
        return GraphConnection(
            client: GraphClient(
                endpoint: address.endpoint, transport: transport,
                pause: { wait in self.state.withLock { $0.waits.append(wait) } }),
            close: {})
    }

    /// Meta's servers, and whose API the simulation answers with there.
    private static let servers: [(url: String, platform: SimulatedPlatform)] = [
        ("https://graph.facebook.com", .facebook), ("https://graph.instagram.com", .instagram),
        ("https://api.instagram.com", .instagram), ("https://graph.threads.net", .threads),
    ]

    /// Returns the simulation's response, without any sockets.
    func simulated(_ request: HTTPRequest) throws(GraphError) -> HTTPResponse {
        let server = Self.servers.first { request.url.hasPrefix("\($0.url)/") }
        guard let server else { throw .unreachable(.unknownHost) }
        let path = server.platform.basePath + request.url.dropFirst(server.url.count)
        var simulated = SimulatedRequest(
            request.method, path,
            headers: Dictionary(request.headers.map { ($0.name, $0.value) }) { $1 })
        simulated.body = request.body
        let response = simulation.answer(simulated)
        guard response.delivery == .whole || response.delivery == .chunked else {
            throw .unreachable(.connectionClosed)
        }
        guard response.body.count <= HTTPTransport.responseLimit else {
            throw .invalidResponse(.tooLarge, status: response.status)
        }
        return HTTPResponse(
            status: response.status,
            headers: response.headers.map { ($0.name.lowercased(), $0.value) }, body: response.body)
    }
}
