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
            certificates: certificates(in: world))
    }

    /// Throws an error if the URL ends with a version, because requests would then contain two.
    private func refuseVersion(in url: String) throws {
        let last = url.split(separator: "/" as Character).last?.lowercased() ?? ""
        guard GraphVersion.isName(last) else { return }
        let address =
            /(https?:\/\/[A-Za-z0-9.:\[\]-]+(?:\/[A-Za-z0-9._~-]+)*?)\/(v[0-9]{1,3}\.[0-9]{1,2})\/*/
            .ignoresCase()
        guard let match = url.wholeMatch(of: address) else { return }
        throw ServerMessage.versionInAddress(
            ServerWord(match.1), version: ServerWord(Substring(match.2.lowercased())))
    }
}
