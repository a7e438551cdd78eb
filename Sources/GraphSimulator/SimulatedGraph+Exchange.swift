import FoundationEssentials

// GET|POST /oauth/access_token
extension SimulatedGraph {
    mutating func exchange(_ call: Call) throws(GraphFailure) -> GraphResponse {
        switch call["grant_type"] {
        case "fb_exchange_token": return try exchangeToken(call)
        case "client_credentials": return try appToken(call)
        case "fb_attenuate_token": return try sessionInfoToken(call)
        default: return try redeemCode(call)
        }
    }

    private mutating func exchangeToken(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let app = try appWithSecret(call)
        let token = try exchangeable(call, app: app)
        switch token.kind {
        case .systemUser: return renewSystemUserToken(token, call)
        case .user where token.isShortLived: return lengthen(token, call)
        default: return exchangeAgain(token, call)
        }
    }

    /// Returns the token to exchange, if it is valid and belongs to this app.
    private func exchangeable(_ call: Call, app: App) throws(GraphFailure) -> Token {
        guard let string = call["fb_exchange_token"], !string.isEmpty else {
            throw .missingExchangeToken
        }
        let token = try find(string)
        guard token.app == app.id else { throw .otherApp(app.id) }
        guard token.kind != .app, token.kind != .client else { throw .unparseable }
        if let reason = failureReason(token, at: call.now) {
            throw .dead(token, reason: reason, at: call.now)
        }
        return token
    }

    /// Issues a long-lived token, which expires sixty days after the login, not after the exchange.
    private mutating func lengthen(_ token: Token, _ call: Call) -> GraphResponse {
        var long = copy(of: token, named: "EAAFAKElong")
        let neverExpires = state.apps[token.app]?.tokensNeverExpire ?? false
        long.expiresAt = neverExpires ? 0 : token.issuedAt + Lifetime.longLived
        state.tokens[long.string] = long
        return response(with: long, call)
    }

    private mutating func exchangeAgain(_ token: Token, _ call: Call) -> GraphResponse {
        guard token.kind == .user, token.expiresAt != 0 else { return response(with: token, call) }
        let canExtend = state.reexchange == .extend && call.now - token.issuedAt >= 86400
        guard state.reexchange == .newToken || canExtend else { return response(with: token, call) }
        var next = copy(of: token, named: "EAAFAKElong")
        if canExtend {
            next.issuedAt = call.now
            next.expiresAt = call.now + Lifetime.longLived
            // Meta extends a token if the person was active, and this starts the 90 days again.
            next.dataAccessExpiresAt = call.now + Lifetime.dataAccess
        }
        state.tokens[next.string] = next
        return response(with: next, call)
    }

    private mutating func renewSystemUserToken(_ token: Token, _ call: Call) -> GraphResponse {
        var next = copy(of: token, named: "EAAFAKEsystem")
        next.issuedAt = call.now
        let expires = call["set_token_expires_in_60_days"] == "true"
        next.expiresAt = expires ? call.now + Lifetime.longLived : 0
        state.tokens[next.string] = next
        return response(with: next, call)
    }

    private mutating func copy(of token: Token, named prefix: String) -> Token {
        var copy = token
        copy.string = state.mint(prefix)
        copy.pageTokens = [:]
        return copy
    }

    private func response(with token: Token, _ call: Call) -> GraphResponse {
        var object: JSONObject = [
            "access_token": .string(token.string), "token_type": "bearer",
        ]
        if token.expiresAt != 0 { object["expires_in"] = .integer(token.expiresAt - call.now) }
        return GraphResponse(.object(object))
    }

    private mutating func appToken(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let app = try appWithSecret(call)
        let token = state.mint("\(app.id)|FAKEappTokenTail_")
        state.apps[app.id]?.mintedTokens.insert(token)
        return GraphResponse(["access_token": .string(token), "token_type": "bearer"])
    }

    private mutating func sessionInfoToken(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let token = try exchangeable(call, app: app(call))
        let copy = copy(of: token, named: "XAAFAKEsession")
        state.tokens[copy.string] = copy
        return response(with: copy, call)
    }

    private mutating func redeemCode(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let app = try app(call)
        guard let string = call["code"], !string.isEmpty else { throw .missing("code") }
        let known = state.codes[string]
        // Only a code from oauth/client_code can be redeemed without the secret, by the device.
        if known?.origin != .clientCode || call["client_secret"] != nil {
            _ = try appWithSecret(call)
        }
        guard let redirectURI = call["redirect_uri"] else { throw .missing("redirect_uri") }
        guard app.allows(redirectURI) else { throw .redirectNotAllowed }
        guard var code = known, code.app == app.id else { throw .garbageCode }
        if code.isUsed { throw .codeUsed }
        if call.now - code.issuedAt >= Lifetime.code { throw .codeExpired }
        guard code.redirectURI == redirectURI else { throw .redirectDiffers }
        guard code.isProven(by: call["code_verifier"]) else { throw .wrongVerifier }
        code.isUsed = true
        state.codes[string] = code
        let token = token(for: code, at: call.now)
        guard code.origin == .clientCode else { return response(with: token, call) }
        return GraphResponse([
            "access_token": .string(token.string),
            "expires_in": .integer(Lifetime.longLived),
            "machine_id": .string(call["machine_id"] ?? state.mint("FAKE-machine-id-")),
        ])
    }

    /// Issues the token for a code.
    mutating func token(for code: Code, at now: Int) -> Token {
        if let configuration = code.configuration, let user = configuration.systemUser {
            return systemUserToken(of: user, for: configuration, at: now)
        }
        let isClient = code.origin == .clientCode
        var token = Token(
            string: state.mint(isClient ? "EAAFAKEclient" : "EAAFAKElogin"), app: code.app,
            kind: .user, user: code.user)
        token.issuedAt = now
        // Short-lived tokens expire on the hour.
        token.expiresAt = isClient ? now + Lifetime.longLived : (now / 3600 + 2) * 3600
        token.dataAccessExpiresAt = now + Lifetime.dataAccess
        token.scopes = code.scopes
        token.granularScopes = GranularScope.all(of: code.scopes)
        state.tokens[token.string] = token
        return token
    }

    /// Issues the token of a system user, which is long-lived from the start.
    private mutating func systemUserToken(
        of user: String, for configuration: LoginConfiguration, at now: Int
    ) -> Token {
        var token = Token(
            string: state.mint("EAAFAKEsystem"), app: configuration.app, kind: .systemUser,
            user: user)
        token.issuedAt = now
        token.expiresAt = configuration.neverExpires ? 0 : now + Lifetime.longLived
        token.scopes = configuration.scopes
        token.granularScopes = GranularScope.all(of: configuration.scopes)
        state.tokens[token.string] = token
        return token
    }
}

extension Code {
    /// Returns whether the verifier matches the challenge, if there is one (RFC 7636).
    fileprivate func isProven(by verifier: String?) -> Bool {
        guard let challenge else { return true }
        let hash = Data(SHA256.digest(Array((verifier ?? "").utf8))).base64EncodedString()
        return challenge
            == hash.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension App {
    func allows(_ redirectURI: String) -> Bool { redirectURIs?.contains(redirectURI) ?? true }
}
