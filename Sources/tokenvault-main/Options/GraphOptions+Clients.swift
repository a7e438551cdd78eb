import Console
import Entries
import Graph
import Tokens

extension GraphOptions {
    /// Calls `work` with a client for the Graph API, and always closes its connections afterward.
    ///
    /// See ``withClients(for:in:over:_:_:)``.
    func withClient<Result>(
        in world: World, over network: Network, _ output: OutputOptions?,
        _ work: (GraphClient) async throws -> Result
    ) async throws -> Result {
        try await withClients(for: [.facebook], in: world, over: network, output) { clients in
            try await work(clients.graph)
        }
    }

    /// Calls `work` with a client for Instagram or Threads, and closes its connections afterward.
    ///
    /// See ``withClients(for:in:over:_:_:)``.
    func withClient<Result>(
        of platform: AccountPlatform, in world: World, over network: Network,
        _ output: OutputOptions?, _ work: (PlatformClient) async throws -> Result
    ) async throws -> Result {
        if let output { try reportVariables(output, for: [platform.platform], in: world) }
        let connection = try connect(to: platform, in: world, over: network)
        let result: Swift.Result<Result, any Error>
        do {
            let value = try await work(connection.client)
            result = .success(value)
        } catch {
            result = .failure(error)
        }
        await connection.close()
        if case .success = result { await warnOfUsage(connection.client.meters, in: world) }
        return try result.get()
    }

    /// Calls `work` with clients for the platforms, and always closes their connections afterward.
    ///
    /// First reports variables that decide where secrets are sent. `output` is `nil` for a command
    /// that sends no secret or has reported them already. In the end, warns if Meta's rate limits are
    /// nearly used up, or if another version of the Graph API than the requested one answered.
    func withClients<Result>(
        for platforms: Set<MetaPlatform>, in world: World, over network: Network,
        _ output: OutputOptions?, _ work: (MetaClients) async throws -> Result
    ) async throws -> Result {
        let graph = try network.connect(try address(in: world), world)
        var others: [PlatformConnection] = []
        let result: Swift.Result<Result, any Error>
        do {
            for platform in AccountPlatform.allCases where platforms.contains(platform.platform) {
                others.append(try connect(to: platform, in: world, over: network))
            }
            if let output { try reportVariables(output, for: platforms, in: world) }
            let clients = MetaClients(graph: graph.client, platforms: others.map(\.client))
            let value = try await work(clients)
            result = .success(value)
        } catch {
            result = .failure(error)
        }
        await graph.close()
        for connection in others { await connection.close() }
        await warnOfSubstitute(graph.client, in: world)
        if case .success = result {
            await warnOfUsage(
                [graph.client.usage] + others.flatMap { $0.client.meters }, in: world)
        }
        return try result.get()
    }

    /// A client of a platform, and a function that closes its connections.
    private struct PlatformConnection {
        let client: PlatformClient
        let close: () async -> Void
    }

    private func connect(
        to platform: AccountPlatform, in world: World, over network: Network
    ) throws -> PlatformConnection {
        let endpoint = try endpoint(of: platform, in: world)
        let certificates = certificates(in: world)
        let main = try network.connect(
            GraphAddress(endpoint: endpoint.main, certificates: certificates), world)
        let codes = try network.connect(
            GraphAddress(endpoint: endpoint.codes, certificates: certificates), world)
        return PlatformConnection(
            client: PlatformClient(platform, main: main.client, codes: codes.client),
            close: {
                await main.close()
                await codes.close()
            })
    }

    private func warnOfSubstitute(_ client: GraphClient, in world: World) async {
        let version = await client.substitute.version
        guard let version, let requested = client.endpoint.version else { return }
        world.warn(VersionWarning(version, inPlaceOf: requested).text)
    }

    private func warnOfUsage(_ meters: [UsageMeter], in world: World) async {
        for meter in meters {
            let alarming = await meter.alarming
            if let warning = UsageWarning(alarming) { world.warn(warning.text) }
        }
    }
}
