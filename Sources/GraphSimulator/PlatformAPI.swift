/// The rules of the Instagram API with Instagram Login or of the Threads API, without I/O.
struct PlatformAPI: Sendable {
    let platform: SimulatedPlatform
    var state = PlatformState()

    init(_ platform: SimulatedPlatform) { self.platform = platform }

    /// Returns the response to a call whose path is relative to the platform's base path.
    mutating func respond(to call: Call, trace: String) -> GraphResponse {
        do throws(GraphFailure) {
            return try route(call)
        } catch {
            // api.instagram.com, which redeems codes, has its own error format.
            let isCode = call.segments == ["oauth", "access_token"]
            return platform == .instagram && isCode
                ? GraphResponse(legacy: error) : GraphResponse(error, trace: trace)
        }
    }

    private mutating func route(_ call: Call) throws(GraphFailure) -> GraphResponse {
        guard call.version != nil else { throw .unknownPath(call.segments) }
        let method = call.request.method
        switch (method, call.segments.joined(separator: "/")) {
        case ("GET", "oauth/authorize"), ("POST", "oauth/authorize"): return dialog(call)
        case ("POST", "oauth/access_token"): return try redeemCode(call)
        case ("GET", "access_token"): return try exchange(call)
        case ("GET", "refresh_access_token"): return try refresh(call)
        case ("GET", "debug_token") where platform == .threads: return try debugToken(call)
        case ("GET", "me"): return try profile(call)
        case ("GET", let id) where state.users[id] != nil: return try profile(call)
        case (_, "oauth/access_token"), (_, "access_token"), (_, "refresh_access_token"),
            (_, "debug_token"), (_, "me"):
            throw unsupported(method)
        default: throw .unknownPath(call.segments)
        }
    }

    /// Returns the error for a call that a platform does not support, or not with this method.
    ///
    /// Instagram also returns it for tokens that cannot be refreshed.
    func unsupported(_ method: String) -> GraphFailure {
        GraphFailure(
            message: "Unsupported request - method type: \(method.lowercased())",
            type: platform.errorType, code: 100)
    }
}

// Tokens.
extension PlatformAPI {
    /// Returns the token of a call, if it is valid.
    func authenticate(_ call: Call) throws(GraphFailure) -> PlatformToken {
        guard let string = call.accessToken else { throw .tokenRequired }
        return try validToken(string, at: call.now)
    }

    /// Returns the token in the query, if it is valid.
    ///
    /// Where Meta documents the token as a parameter only, the header is not accepted either.
    func tokenInQuery(_ call: Call) throws(GraphFailure) -> PlatformToken {
        guard let string = call.query["access_token"], !string.isEmpty else {
            throw .tokenRequired
        }
        return try validToken(string, at: call.now)
    }

    private func validToken(_ string: String, at now: Int) throws(GraphFailure) -> PlatformToken {
        let token = try find(string)
        if let failure = failure(of: token, at: now) { throw failure }
        return token
    }

    /// Returns the token for a string, whether or not it is valid.
    func find(_ string: String) throws(GraphFailure) -> PlatformToken {
        if let token = state.tokens[string] { return token }
        let isOurs = platform.tokenPrefixes.contains { string.hasPrefix($0) }
        throw isOurs ? .badSignature : .unparseable
    }

    /// Returns the error that a token causes, or `nil` if it is valid.
    func failure(of token: PlatformToken, at now: Int) -> GraphFailure? {
        let reason = token.dead ?? state.users[token.user]?.dead
        guard let reason = reason ?? (token.expiresAt <= now ? 463 : nil) else { return nil }
        var failure = GraphFailure.dead(
            app: token.app, expiresAt: token.expiresAt, reason: reason, at: now)
        if reason == 463 { failure.subcode = state.quirks.expiredSubcode }
        return failure
    }

    /// Returns a new string for a token, such as `IGAAFAKElong0001`.
    mutating func mintToken(_ name: String) -> String {
        let prefix = state.quirks.tokenPrefix ?? platform.tokenPrefixes[0]
        return state.mint("\(prefix)FAKE\(name)")
    }

    /// Returns an ID as a string or, if it is one, a number.
    func identifier(_ id: String, asNumber: Bool) -> JSONValue {
        asNumber ? Int(id).map { .integer($0) } ?? .string(id) : .string(id)
    }
}
