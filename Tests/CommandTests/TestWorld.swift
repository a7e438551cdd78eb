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

/// A world of its own for one test: a vault in a temporary directory, a clock that stands still, a
/// simulated Graph, and streams that are kept.
///
/// An effect that a test did not ask for is a failure: a question at the terminal, a look at standard
/// input, and, unless `graph` says otherwise, a call to Graph.
final class TestWorld: Sendable {
    /// Who answers calls to Graph.
    enum GraphAccess {
        case forbidden
        case simulation
        /// Stands between the program and the simulation.
        case intercepted(@Sendable (HTTPRequest) async throws(GraphError) -> HTTPResponse)
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
        var hasTerminal = true
        var passphrase: String?
        var arguments: [[UInt8]] = []
    }

    /// Friday, 20 November 2026, 18:15:02 UTC.
    static let morning = Timestamp(1_795_198_502)

    let simulation: Simulation
    let directory: String
    var vaultPath: String { "\(directory)/vault" }
    private let state = Mutex(State())

    /// A world whose vault, where `hasVault`, is empty and opened by a machine key, which takes no time.
    init(state: String = Simulation.sampleState, hasVault: Bool = true) throws {
        simulation = try Simulation(
            state: state, clock: .stopped(at: Int(Self.morning.seconds)))
        directory = "/tmp/tokenvault-tests-\(UUID().uuidString)"
        try Directory.create(directory)
        self.state.withLock { state in
            state.environment = [
                "TOKENVAULT_FILE": "\(directory)/vault", "HOME": "\(directory)/home",
            ]
        }
        guard hasVault else { return }
        for (name, place) in [("good-key.vault", "vault"), ("alone.key", "key")] {
            try FileManager.default.copyItem(
                atPath: Self.vectors.appending(path: name).path, toPath: "\(directory)/\(place)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: "\(directory)/\(place)")
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

    // MARK: What a test arranges

    func set(_ variable: String, _ value: String?) {
        state.withLock { $0.environment[variable] = value }
    }

    /// Standard input is a pipe that holds `text`.
    func pipe(_ text: String) {
        state.withLock { $0.input = text }
    }

    /// Standard input is a terminal, and the person there types these answers.
    func type(_ answers: String...) {
        state.withLock { state in
            state.input = nil
            state.answers = answers
        }
    }

    /// Lets time pass.
    func wait(_ seconds: Int) { simulation.advance(by: seconds) }

    /// Makes things go wrong at Meta.
    func fail(_ faults: Fault...) { simulation.setFaults(faults) }

    /// What `TOKENVAULT_PASSPHRASE` held.
    func setPassphrase(_ passphrase: String?) { state.withLock { $0.passphrase = passphrase } }

    /// What the program was called with.
    func setArguments(_ arguments: [String]) {
        state.withLock { $0.arguments = arguments.map { Array($0.utf8) } }
    }

    func removeTerminal() { state.withLock { $0.hasTerminal = false } }
    func setColumns(_ columns: Int?) { state.withLock { $0.columns = columns } }
    func allow(_ network: GraphAccess) { state.withLock { $0.network = network } }

    // MARK: What a test sees

    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var errors: String { state.withLock { $0.errors } }
    var questions: [String] { state.withLock { $0.questions } }
    var now: Timestamp { Timestamp(Int64(simulation.now)) }

    /// The vault, opened past the program.
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

    // MARK: What the program sees

    var world: World {
        let terminal = Terminal(
            ask: { question, limit in try self.answer(question, limit: limit) },
            askOpenly: { question in try self.answer(question, limit: 64).plainText },
            readInput: { limit in try self.read(limit: limit) },
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
                keep: { _, _, _ in Issue.record("no session was to be kept") },
                end: { _ in false }, endAll: { 0 }),
            now: { self.now }, offsetFromUTC: { _ in 0 })
    }

    var network: Network {
        Network(
            connect: { address, _ in self.connect(address) },
            listen: { _, _, _ in
                Issue.record("no browser was to be waited for")
                return .nowhere
            },
            openBrowser: { _, _ in
                Issue.record("no browser was to be opened")
                return false
            })
    }

    private func answer(_ question: String, limit: Int) throws -> SharedSecret {
        let (answer, hasTerminal) = state.withLock { state in
            state.questions.append(question)
            return (state.answers.isEmpty ? nil : state.answers.removeFirst(), state.hasTerminal)
        }
        guard hasTerminal else { throw TerminalPrompt.Failure.noTerminal }
        guard let answer else {
            Issue.record("nobody was to be asked: \(question)")
            throw TerminalPrompt.Failure.noTerminal
        }
        guard answer.utf8.count <= limit else { throw TerminalPrompt.Failure.tooLong(limit: limit) }
        return SharedSecret(Secret(copying: Array(answer.utf8).span))
    }

    private func read(limit: Int) throws -> SharedSecret? {
        guard let input = state.withLock({ $0.input }) else {
            Issue.record("standard input was not to be read")
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
            Issue.record("Graph was not to be asked")
            transport = { _ throws(GraphError) in throw .unreachable(.noConnection) }
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

    /// What the simulation answers, without any sockets.
    func simulated(_ request: HTTPRequest) throws(GraphError) -> HTTPResponse {
        let host = "https://graph.facebook.com"
        guard request.url.hasPrefix(host) else { throw .unreachable(.unknownHost) }
        let answer = simulation.answer(
            SimulatedRequest(
                request.method, String(request.url.dropFirst(host.count)),
                headers: Dictionary(request.headers.map { ($0.name, $0.value) }) { $1 },
                form: String(decoding: request.body, as: UTF8.self)))
        guard answer.delivery == .whole || answer.delivery == .chunked else {
            throw .unreachable(.connectionClosed)
        }
        guard answer.body.count <= HTTPTransport.responseLimit else {
            throw .invalidResponse(.tooLarge, status: answer.status)
        }
        return HTTPResponse(
            status: answer.status,
            headers: answer.headers.map { ($0.name.lowercased(), $0.value) }, body: answer.body)
    }
}
