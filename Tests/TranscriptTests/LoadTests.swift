import GraphSimulator
import Testing

// How many calls go out at once, and over how many connections.
struct LoadTests {
    @Test func `tokens are asked about eight at a time over connections that are kept`()
        async throws
    {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withPages(asking: graph)
        // Long enough that all eight are on their way before the first has its answer.
        try graph.setFaults(#"[{"match":"debug_token","kind":"slow","seconds":0.4}]"#)
        #expect(try await home.run("check", "--online").status == 0)
        let load = graph.simulation.load
        #expect(graph.requests(to: "debug_token").count == 27)
        #expect(load.mostInFlight == 8 && load.connections == 8)
    }

    @Test func `a list of pages comes over one connection`() async throws {
        let graph = try await TemporaryGraph.withPages(1_000)
        let home = try await TemporaryHome.withVault(asking: graph)
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        graph.simulation.clearRequests()
        #expect(try await home.run("pages", "-q").status == 0)
        #expect(graph.requests(to: "accounts").count == 10)
        #expect(graph.simulation.load.connections == 1 && graph.simulation.load.mostInFlight == 1)
    }
}
