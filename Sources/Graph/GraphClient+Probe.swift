import HTTP

/// What an answer without a token tells of Graph itself.
public struct GraphProbe: Equatable, Sendable {
    /// The version that answered (`facebook-api-version`): a newer one in the place of a retired one.
    public let servedVersion: String?
    /// Graph's clock (the `Date` header), in seconds since 1970.
    public let serverTime: Int64?
    /// Whether the version asked for exists.
    public let isVersionKnown: Bool
}

extension GraphClient {
    /// Asks for `me` without a token, which Graph refuses in a way that tells whether the version is
    /// alive.
    public func probe() async throws(GraphError) -> GraphProbe {
        let request = GraphRequest(method: .get, path: "me")
        return try await ask(request) { answer throws(GraphError) in
            var isVersionKnown = true
            do throws(GraphError) {
                _ = try answer.decoded(as: Identity.self, request: request)
            } catch .refused(let refusal) {
                isVersionKnown = refusal.classification != .configuration(.version)
            }
            return GraphProbe(
                servedVersion: answer.header("facebook-api-version")?.cappedName,
                serverTime: answer.serverTime,
                isVersionKnown: isVersionKnown)
        }
    }
}
