import ArgumentParser
import Console
import Graph

/// The options that say how to reach the Graph API.
struct GraphOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("graph-version"),
        help: ArgumentHelp(
            """
            The Graph API version, or none for unversioned calls. (TOKENVAULT_GRAPH_VERSION; default: \
            \(GraphEndpoint.defaultVersion))
            """,
            valueName: "vNN.N"))
    var version: String?

    @Option(
        name: .customLong("graph-url"),
        help: ArgumentHelp("The URL of the Graph API. (TOKENVAULT_GRAPH_URL)", valueName: "url"))
    var url: String?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust these certificates instead of the system's. (TOKENVAULT_CA_FILE)",
            valueName: "path"), completion: .file())
    var certificates: String?

    /// Returns the endpoint that the options or variables name.
    func endpoint(in world: World) throws -> GraphEndpoint {
        let url = url ?? world.variable("TOKENVAULT_GRAPH_URL") ?? GraphEndpoint.defaultURL
        let version =
            version ?? world.variable("TOKENVAULT_GRAPH_VERSION") ?? GraphEndpoint.defaultVersion
        if version != "none" { try refuseVersion(in: url) }
        do throws(GraphEndpoint.Unusable) {
            return try GraphEndpoint(url: url, version: version)
        } catch {
            throw ServerMessage.unusable(error)
        }
    }

    /// Returns the versions in use of Meta's APIs; none for unversioned calls.
    func versions(in world: World) throws -> [APIVersion] {
        VersionTable.versions(of: try endpoint(in: world).version)
    }

    /// Returns the endpoint and certificates that the options or variables name.
    func address(in world: World) throws -> GraphAddress {
        GraphAddress(
            endpoint: try endpoint(in: world),
            certificates: certificates ?? world.variable("TOKENVAULT_CA_FILE"))
    }

    /// Reports where secrets are sent and which certificates are trusted, if a variable decides it.
    ///
    /// Someone who can set a program's variables must not get its tokens unnoticed. A command that
    /// prompts for a secret reports this before the prompt.
    func reportVariables(_ output: OutputOptions, in world: World) throws {
        let endpoint = try endpoint(in: world)
        if url == nil, !endpoint.isMeta {
            output.noteUnlessJSON(
                "TOKENVAULT_GRAPH_URL is set: secrets are sent to \(endpoint.host)", in: world)
        }
        if endpoint.isEncrypted, certificates == nil,
            let path = world.variable("TOKENVAULT_CA_FILE")
        {
            output.noteUnlessJSON(
                "TOKENVAULT_CA_FILE is set: servers are verified with the certificates in "
                    + shown(path), in: world)
        }
    }

    /// Throws an error if the URL ends with a version, because requests would then contain two.
    private func refuseVersion(in url: String) throws {
        let address =
            /(https?:\/\/[A-Za-z0-9.:\[\]-]+(?:\/[A-Za-z0-9._~-]+)*?)\/(v[0-9]{1,3}\.[0-9]{1,2})\/*/
            .ignoresCase()
        guard let match = url.wholeMatch(of: address) else { return }
        throw ServerMessage.versionInAddress(
            ServerWord(match.1), version: ServerWord(Substring(match.2.lowercased())))
    }

    /// Calls `work` with a client for the endpoint, and always closes its connections afterward.
    ///
    /// First reports variables that decide where secrets are sent. `output` is `nil` for a command
    /// that sends no secret or has reported them already. In the end, warns if Meta's rate limits are
    /// nearly used up, or if another version than the requested one answered.
    func withClient<Result>(
        in world: World, over network: Network, _ output: OutputOptions?,
        _ work: (GraphClient) async throws -> Result
    ) async throws -> Result {
        let connection = try network.connect(try address(in: world), world)
        if let output { try reportVariables(output, in: world) }
        do {
            let result = try await work(connection.client)
            await connection.close()
            await warnOfSubstitute(connection.client, in: world)
            let alarming = await connection.client.usage.alarming
            if let warning = UsageWarning(alarming) {
                world.warn(warning.text)
            }
            return result
        } catch {
            await connection.close()
            await warnOfSubstitute(connection.client, in: world)
            throw error
        }
    }

    private func warnOfSubstitute(_ client: GraphClient, in world: World) async {
        let version = await client.substitute.version
        guard let version, let requested = client.endpoint.version else { return }
        world.warn(VersionWarning(version, inPlaceOf: requested).text)
    }
}
