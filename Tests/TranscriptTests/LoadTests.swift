import GraphSimulator
import Testing

// How many requests are in flight at once, and over how many connections.
struct LoadTests {
    @Test func `tokens are checked eight at a time over connections that are reused`() async throws
    {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withPages(using: graph)
        // Slow enough that all eight are in flight before the first response.
        try graph.setFaults(#"[{"match":"debug_token","kind":"slow","seconds":0.4}]"#)
        #expect(try await home.run("check", "--online").status == 0)
        let load = graph.simulation.load
        #expect(graph.requests(to: "debug_token").count == 27)
        #expect(load.mostInFlight == 8 && load.connections == 8)
    }

    @Test func `a list of pages is fetched over one connection`() async throws {
        let graph = try await TemporaryGraph.withPages(1_000)
        let home = try await TemporaryHome.withUserToken(using: graph)
        #expect(try await home.run("pages", "-q").status == 0)
        // 100, 200, 400 and the rest.
        #expect(graph.requests(to: "accounts").count == 4)
        #expect(graph.simulation.load.connections == 1 && graph.simulation.load.mostInFlight == 1)
    }
}

// The progress line while a long list is fetched.
struct ProgressTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    /// A list that takes long enough for a progress line.
    init() async throws {
        graph = try await TemporaryGraph.withPages(1_000)
        home = try await TemporaryHome.withUserToken(using: graph)
        try graph.setFaults(#"[{"match":"accounts","kind":"slow","seconds":0.5}]"#)
    }

    @Test func `at a terminal the progress line counts pages, and is erased`() async throws {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(terminal: terminal, errorIsTerminal: true)
        let run = try await home.start(["pages"], streams).finish()
        #expect(run.status == 0 && run.lines.count == 1_001)
        #expect(terminal.text.contains(/\u{1B}\[K[1-9]00 pages/), "\(terminal.text)")
        let rest = terminal.text.split(separator: "\u{1B}[K").last
        #expect(rest?.hasPrefix("tokenvault: no Instagram account") == true, "\(terminal.text)")
        #expect(try await home.run("list").lines.count == 1_003)
    }

    @Test func `without a terminal or with --quiet there is no progress line`() async throws {
        let piped = try await home.run("pages")
        #expect(piped.status == 0 && piped.errorLines.count == 1)
        #expect(piped.errors.hasPrefix("tokenvault: no Instagram account"), "\(piped.errors)")
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(terminal: terminal, errorIsTerminal: true)
        let quiet = try await home.start(["pages", "--quiet"], streams).finish()
        #expect(quiet.status == 0 && terminal.text.isEmpty)
    }
}
