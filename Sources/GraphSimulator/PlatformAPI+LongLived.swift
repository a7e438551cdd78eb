// GET /access_token and GET /refresh_access_token
extension PlatformAPI {
    /// Exchanges a short-lived token for one that lasts 60 days from now.
    ///
    /// The call names no app: a secret that is not that of the token's app is the wrong one.
    mutating func exchange(_ call: Call) throws(GraphFailure) -> GraphResponse {
        try checkGrant(call, "exchange_token")
        guard let secret = call.query["client_secret"], !secret.isEmpty else {
            throw .missing("client_secret")
        }
        let token = try tokenInQuery(call)
        guard state.apps[token.app]?.secret == secret else { throw .invalidClientSecret(secret) }
        guard token.isShortLived else { throw .sessionKeyInvalid }
        return response(with: renewed(token, at: call.now), at: call.now)
    }

    /// Refreshes a long-lived token that is at least 24 hours old; no secret is required.
    mutating func refresh(_ call: Call) throws(GraphFailure) -> GraphResponse {
        try checkGrant(call, "refresh_token")
        let token = try tokenInQuery(call)
        guard !token.isShortLived, token.scopes.contains(platform.basicScope) else {
            throw unsupported("GET")
        }
        if call.now - token.issuedAt < Lifetime.day {
            switch state.quirks.tooYoung {
            case .unsupported: throw unsupported("GET")
            case .explained: throw .tooYoung
            case .refreshed: break
            }
        }
        guard state.quirks.refresh == .sameToken else {
            let next = renewed(token, at: call.now)
            if state.quirks.refresh == .newTokenOnly { state.tokens[token.string]?.dead = 190 }
            return response(with: next, at: call.now)
        }
        let same = renewed(token, as: token.string, at: call.now)
        return response(with: same, at: call.now)
    }

    private func checkGrant(_ call: Call, _ name: String) throws(GraphFailure) {
        let expected = "\(platform.grantPrefix)_\(name)"
        guard call.query["grant_type"] == expected else { throw .wrongGrantType }
    }

    /// Stores and returns a long-lived token with the grant of another one.
    private mutating func renewed(
        _ token: PlatformToken, as string: String? = nil, at now: Int
    ) -> PlatformToken {
        var next = token
        next.string = string ?? mintToken("long")
        next.isShortLived = false
        next.issuedAt = now
        next.expiresAt = now + Lifetime.longLived
        if state.users[token.user]?.isPrivate == true {
            next.expiresAt = min(next.expiresAt, token.grantedAt + Lifetime.dataAccess)
        }
        state.tokens[next.string] = next
        return next
    }

    private func response(with token: PlatformToken, at now: Int) -> GraphResponse {
        GraphResponse([
            "access_token": .string(token.string), "token_type": "bearer",
            "expires_in": .integer(token.expiresAt - now),
        ])
    }
}
