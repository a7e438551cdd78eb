import HTTP

/// Information about the Graph API itself, obtained without a token.
public struct GraphProbe: Equatable, Sendable {
    /// The version that served the request (`facebook-api-version`).
    ///
    /// For a retired version, this is a newer one.
    public let servedVersion: String?
    /// The server's time (the `Date` header) in seconds since 1970.
    public let serverTime: Int64?
    /// Whether the requested version exists.
    public let isVersionKnown: Bool
}

extension GraphClient {
    /// Requests `me` without a token; from the refusal it is clear whether the version exists.
    public func probe() async throws(GraphError) -> GraphProbe {
        let request = GraphRequest(method: .get, path: "me", comparesVersion: true)
        return try await send(request) { response throws(GraphError) in
            var isVersionKnown = true
            do throws(GraphError) {
                _ = try response.decoded(as: Identity.self, request: request)
            } catch .refused(let refusal) {
                isVersionKnown = refusal.classification != .configuration(.version)
            }
            return GraphProbe(
                servedVersion: response.servedVersion, serverTime: response.serverTime,
                isVersionKnown: isVersionKnown)
        }
    }
}
