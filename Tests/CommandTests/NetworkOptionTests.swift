import Graph
import GraphSimulator
import Sodium
import Testing

@testable import Console
@testable import tokenvault_main

/// The URL of the Graph API, and how to connect to it.
@Suite struct NetworkOptionTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    /// Returns the options of a command line.
    private func options(_ arguments: String...) throws -> GraphOptions {
        guard
            case .network(let command) = try CommandLineParsing.command(for: ["check"] + arguments),
            let check = command as? Check
        else { throw ProgramFault.noReference }
        return check.graph
    }

    @Test func `options take precedence over variables, and variables over Meta's own address`()
        throws
    {
        #expect(try options().endpoint(in: world.world).host == "graph.facebook.com")
        #expect(try options().endpoint(in: world.world).version == "v26.0")
        world.set("TOKENVAULT_GRAPH_URL", "https://variable.example")
        world.set("TOKENVAULT_GRAPH_VERSION", "none")
        #expect(try options().endpoint(in: world.world).host == "variable.example")
        #expect(try options().endpoint(in: world.world).version == nil)
        let both = try options("--graph-url", "https://option.example", "--graph-version", "v25.0")
        #expect(try both.endpoint(in: world.world).host == "option.example")
        #expect(try both.endpoint(in: world.world).version == "v25.0")
    }

    @Test func `missing certificates and invalid proxies are refused`() async throws {
        let missing = try options("--ca-file", "\(world.directory)/none")
        #expect(
            failure { try missing.address(in: world.world).connection(in: world.world) }?.status
                == .inputOutput)
        world.set("HTTPS_PROXY", "socks5://proxy.example")
        let proxied = try options()
        #expect(
            failure { try proxied.address(in: world.world).connection(in: world.world) }?.status
                == .usage)
    }

    @Test func `plain HTTP to this machine never goes through a proxy`() async throws {
        let proxy = try await SimulatorServer(Simulation())
        let target = try await SimulatorServer(Simulation())
        world.set("HTTPS_PROXY", proxy.baseURL)
        world.set("TOKENVAULT_GRAPH_URL", target.baseURL)
        let connection = try options().address(in: world.world).connection(in: world.world)
        let token = SharedSecret(Secret(copying: Array("EAAFAKEshort0001".utf8).span))
        _ = try? await connection.client.identity(of: token, appSecret: nil)
        await connection.close()
        #expect(proxy.simulation.requests.isEmpty)
        #expect(target.simulation.requests.count == 1)
        await proxy.stop()
        await target.stop()
    }

    private func failure(_ body: () throws -> GraphConnection) -> Failure? {
        do {
            _ = try body()
            return nil
        } catch {
            return Failure(error)
        }
    }
}
