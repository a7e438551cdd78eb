import Console
import Entries
import Graph
import Tokens

/// The endpoints of Instagram and Threads, which have no options: variables exist for tests.
extension GraphOptions {
    /// Returns the endpoint of a platform that its variable names, or else the platform's own.
    func endpoint(
        of platform: AccountPlatform, in world: World
    ) throws -> PlatformEndpoint {
        let variable = platform.urlVariable
        do throws(GraphEndpoint.Unusable) {
            return try PlatformEndpoint(platform, url: world.variable(variable.rawValue))
        } catch {
            throw PlatformURLMessage(error, in: variable, of: platform)
        }
    }

    /// The file of the certificates to trust, or `nil` for the system's.
    func certificates(in world: World) -> String? {
        certificates ?? world.variable("TOKENVAULT_CA_FILE")
    }

    /// Reports where secrets for the platforms are sent, and which certificates are trusted there,
    /// if a variable decides it.
    ///
    /// Someone who can set a program's variables must not get its tokens unnoticed. A command that
    /// prompts for a secret reports this before the prompt.
    func reportVariables(
        _ output: OutputOptions, for platforms: Set<MetaPlatform>, in world: World
    ) throws {
        var isEncrypted = false
        if platforms.contains(.facebook) {
            let endpoint = try endpoint(in: world)
            isEncrypted = endpoint.isEncrypted
            if url == nil, !endpoint.isMeta {
                output.noteUnlessJSON(
                    "TOKENVAULT_GRAPH_URL is set: secrets are sent to \(endpoint.host)", in: world)
            }
        }
        for platform in AccountPlatform.allCases where platforms.contains(platform.platform) {
            let endpoint = try endpoint(of: platform, in: world).main
            isEncrypted = isEncrypted || endpoint.isEncrypted
            if !endpoint.isMeta {
                output.noteUnlessJSON(
                    "\(platform.urlVariable.rawValue) is set: secrets are sent to \(endpoint.host)",
                    in: world)
            }
        }
        if isEncrypted, certificates == nil, let path = world.variable("TOKENVAULT_CA_FILE") {
            output.noteUnlessJSON(
                "TOKENVAULT_CA_FILE is set: servers are verified with the certificates in "
                    + shown(path), in: world)
        }
    }
}
