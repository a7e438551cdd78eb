extension SimulatedGraph {
    /// Returns the token of a call, if the token and its proof are valid.
    func authenticate(_ call: Call) throws(GraphFailure) -> Token {
        guard let string = call.accessToken else { throw .tokenRequired }
        let token = try find(string)
        guard token.kind != .client else { throw .tokenRequired }
        if let reason = failureReason(token, at: call.now) {
            throw .dead(token, reason: reason, at: call.now)
        }
        // `debug_token` still reports such a token as valid, but it no longer gives access to data.
        if token.dataAccessExpiresAt != 0, token.dataAccessExpiresAt <= call.now {
            throw .dead(token, reason: 493, at: call.now)
        }
        try checkProof(of: token, call)
        return token
    }

    /// Returns the token for a string, whether or not it is valid.
    func find(_ string: String) throws(GraphFailure) -> Token {
        if let token = state.tokens[string] { return token }
        if let bar = string.firstIndex(of: "|") {
            let id = String(string[..<bar])
            let tail = String(string[string.index(after: bar)...])
            guard let app = state.apps[id] else { throw .unknownApp }
            if tail == app.clientToken { return Token(string: string, app: id, kind: .client) }
            guard tail == app.secret || app.mintedTokens.contains(string) else {
                throw .badSignature
            }
            // The app token of an app whose secret is embedded in the client is not accepted.
            return Token(string: string, app: id, kind: app.isNative ? .client : .app)
        }
        if string.hasPrefix("EEAA") { throw .malformed(string) }
        throw string.hasPrefix("EAA") ? .badSignature : .unparseable
    }

    /// Returns the subcode with which a token fails, or `nil` if it is valid.
    func failureReason(_ token: Token, at now: Int) -> Int? {
        if let reason = token.dead { return reason }
        guard let user = token.user.flatMap({ state.users[$0] }) else { return nil }
        if let reason = user.dead { return reason }
        if token.expiresAt != 0, token.expiresAt <= now { return 463 }
        if let page = token.page, !user.roles.contains(where: { $0.page == page && $0.givesToken })
        {
            return 492
        }
        return nil
    }

    /// Returns the app in `client_id`.
    func app(_ call: Call) throws(GraphFailure) -> App {
        guard let id = call["client_id"], !id.isEmpty else { throw .missingClientID }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard id.utf8.allSatisfy({ digits.contains($0) }) else { throw .malformedClientID }
        guard let app = state.apps[id] else { throw .unknownApp }
        return app
    }

    /// Returns the app in `client_id`, if `client_secret` is its secret.
    func appWithSecret(_ call: Call) throws(GraphFailure) -> App {
        let app = try app(call)
        if app.isNative, call["client_secret"] != nil { throw .secretOfNativeApp }
        guard call["client_secret"] == app.secret else { throw .wrongSecret }
        return app
    }

    private func checkProof(of token: Token, _ call: Call) throws(GraphFailure) {
        guard let app = state.apps[token.app] else { return }
        guard let proof = call["appsecret_proof"] else {
            if app.requiresProof, token.kind != .app { throw .proofRequired }
            return
        }
        var message = token.string
        if let time = call["appsecret_time"] {
            message += "|\(time)"
            guard let time = Int(time), abs(call.now - time) <= Lifetime.proof else {
                throw .wrongProof
            }
        }
        guard proof == AppSecretProof.proof(of: message, secret: app.secret) else {
            throw .wrongProof
        }
    }

    /// Returns the page token that belongs to a user token.
    ///
    /// It expires with a short-lived user token, and never with a long-lived one.
    mutating func pageToken(for token: Token, page: String) -> String {
        if let known = state.tokens[token.string]?.pageTokens[page] { return known }
        let string = state.mint("EAAFAKEpage")
        var minted = Token(
            string: string, app: token.app, kind: .page, user: token.user, page: page)
        minted.issuedAt = token.issuedAt
        minted.expiresAt = token.isShortLived ? token.expiresAt : 0
        minted.dataAccessExpiresAt = token.dataAccessExpiresAt
        minted.scopes = token.scopes
        minted.granularScopes = token.granularScopes.map { granular in
            let isOfPages = granular.scope.hasPrefix("pages_")
            return isOfPages ? GranularScope(scope: granular.scope, targetIDs: [page]) : granular
        }
        state.tokens[string] = minted
        state.tokens[token.string]?.pageTokens[page] = string
        return string
    }

    /// Invalidates all tokens of a user for an app, including page tokens.
    mutating func killTokens(ofUser user: String, app: String, reason: Int) {
        for (string, token) in state.tokens where token.user == user && token.app == app {
            state.tokens[string]?.dead = reason
        }
    }
}
