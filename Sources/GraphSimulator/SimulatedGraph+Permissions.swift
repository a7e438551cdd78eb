// GET|DELETE /me/permissions, GET|POST /oauth/revoke
extension SimulatedGraph {
    func permissions(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let (token, user) = try owner(call)
        var data: [JSONValue] = token.scopes.map {
            ["permission": .string($0), "status": "granted"]
        }
        for permission in user.permissions where !token.scopes.contains(permission.name) {
            data.append([
                "permission": .string(permission.name), "status": .string(permission.status),
            ])
        }
        return GraphResponse(["data": .array(data)])
    }

    mutating func deletePermissions(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let (token, user) = try owner(call)
        if call.segments.count == 3 {
            decline(call.segments[2], user: user.id, app: token.app)
        } else {
            killTokens(ofUser: user.id, app: token.app, reason: 458)
        }
        return GraphResponse(state.answersBareTrue ? true : ["success": true])
    }

    /// Revokes one token immediately; Meta documents this for tokens of system users.
    mutating func revoke(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let app = try appWithSecret(call)
        let token = try authenticate(call)
        guard let string = call["revoke_token"], !string.isEmpty else {
            throw .missing("revoke_token")
        }
        let revoked = try find(string)
        guard token.app == app.id, revoked.app == app.id else { throw .otherApp(app.id) }
        state.tokens[string]?.dead = 466
        return GraphResponse(["success": "true"])
    }

    /// Returns the token and its user, if that is the user in the path.
    private func owner(_ call: Call) throws(GraphFailure) -> (token: Token, user: User) {
        if call.segments[0] == "me", call.accessToken == nil { throw .activeTokenRequired }
        let token = try authenticate(call)
        if token.kind == .page { throw .unknownField("permissions", of: "Page") }
        let isMe = call.segments[0] == "me"
        // An app may use its own token for its users, but then `me` does not refer to anyone.
        let id = token.kind == .app && !isMe ? call.segments[0] : token.user
        guard let id else { throw .activeTokenRequired }
        guard let user = state.users[id], isMe || call.segments[0] == id else {
            throw .unsupported(method: call.request.method, id: call.segments[0])
        }
        return (token, user)
    }

    private mutating func decline(_ permission: String, user: String, app: String) {
        for (string, token) in state.tokens where token.user == user && token.app == app {
            state.tokens[string]?.scopes.removeAll { $0 == permission }
            state.tokens[string]?.granularScopes.removeAll { $0.scope == permission }
        }
        state.users[user]?.permissions.removeAll { $0.name == permission }
        state.users[user]?.permissions.append(Permission(name: permission, status: "declined"))
    }
}
