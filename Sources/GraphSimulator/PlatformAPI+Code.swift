// POST /oauth/access_token
extension PlatformAPI {
    /// Redeems an authorization code for a short-lived token.
    ///
    /// The parameters, with the app secret among them, must be in the form.
    mutating func redeemCode(_ call: Call) throws(GraphFailure) -> GraphResponse {
        guard call.form["grant_type"] == "authorization_code" else {
            throw .missing("grant_type")
        }
        guard let id = call.form["client_id"], let app = state.apps[id] else {
            throw platform == .instagram ? .invalidPlatformApp : .unknownApp
        }
        let secret = call.form["client_secret"] ?? ""
        guard secret == app.secret else { throw .invalidClientSecret(secret) }
        guard let redirectURI = call.form["redirect_uri"] else { throw .missing("redirect_uri") }
        guard var code = state.codes[call.form["code"] ?? ""], code.app == app.id else {
            throw platform == .instagram ? .noMatchingCode : .garbageCode
        }
        guard code.redirectURI == redirectURI else { throw .redirectDiffers }
        if code.isUsed { throw platform == .instagram ? .noMatchingCode : .codeUsed }
        guard call.now - code.issuedAt < Lifetime.platformCode else {
            throw platform == .instagram ? .noMatchingCode : .codeExpired
        }
        code.isUsed = true
        state.codes[code.string] = code
        let token = PlatformToken(
            string: mintToken("login"), app: app.id, user: code.user, issuedAt: call.now,
            expiresAt: call.now + Lifetime.shortLived, grantedAt: code.issuedAt,
            scopes: code.scopes, isShortLived: true)
        state.tokens[token.string] = token
        return response(with: token)
    }

    /// Returns the response to a code, which contains no expiry.
    private func response(with token: PlatformToken) -> GraphResponse {
        let user = state.users[token.user]
        let usesScopedID = platform == .instagram && state.quirks.codeUser == .appScoped
        let id = (usesScopedID ? user?.appScopedID : nil) ?? token.user
        var object: JSONObject = [
            "access_token": .string(token.string),
            "user_id": identifier(id, asNumber: state.quirks.ids != .strings),
        ]
        if platform == .instagram {
            object["permissions"] =
                state.quirks.permissions == .array
                ? .array(token.scopes.map { .string($0) })
                : .string(token.scopes.joined(separator: ","))
        }
        return GraphResponse(state.quirks.codeResponse.shaped(object))
    }
}

extension PlatformQuirks.Shape {
    /// Returns the object in this shape.
    func shaped(_ object: JSONObject) -> JSONValue {
        self == .flat ? .object(object) : ["data": [.object(object)]]
    }
}
