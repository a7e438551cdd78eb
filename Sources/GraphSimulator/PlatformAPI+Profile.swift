// GET /me, /{user-id} and, on Threads, /debug_token
extension PlatformAPI {
    func profile(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let token = try authenticate(call)
        let id = call.segments[0]
        guard let user = state.users[token.user], id == "me" || id == user.id else {
            throw .unsupported(method: "GET", id: id)
        }
        var object: JSONObject = [:]
        for field in (call.fields ?? []) + ["id"] {
            guard let value = value(of: field, user) else {
                throw .unknownField(field, of: "User")
            }
            if object[field] == nil { object[field] = value }
        }
        return GraphResponse(state.quirks.meResponse.shaped(object))
    }

    private func value(of field: String, _ user: PlatformUser) -> JSONValue? {
        let areNumbers = state.quirks.ids == .numbers
        switch field {
        case "id":
            let id = platform == .instagram ? user.appScopedID : user.id
            return identifier(id, asNumber: areNumbers)
        case "user_id" where platform == .instagram:
            return identifier(user.id, asNumber: areNumbers)
        case "account_type" where platform == .instagram: return "BUSINESS"
        case "username": return .string(user.username)
        case "name": return .string(user.name)
        default: return nil
        }
    }

    /// Returns what a token of the same app is; unlike Facebook's, the response names no app ID.
    func debugToken(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let viewer = try authenticate(call)
        guard state.users[viewer.user]?.isTester == true else { throw .notADeveloper }
        guard let input = call.query["input_token"], !input.isEmpty else {
            throw .missing("input_token")
        }
        let token: PlatformToken
        do throws(GraphFailure) {
            token = try find(input)
        } catch {
            return GraphResponse([
                "data": ["error": .object(error.debugMembers), "is_valid": false, "scopes": []]
            ])
        }
        guard token.app == viewer.app else { throw .appsDiffer }
        let failure = failure(of: token, at: call.now)
        var data: JSONObject = [
            "type": "USER", "application": .string(state.apps[token.app]?.name ?? ""),
            "data_access_expires_at": .integer(token.grantedAt + Lifetime.dataAccess),
        ]
        if let failure { data["error"] = .object(failure.debugMembers) }
        data["expires_at"] = .integer(token.expiresAt)
        data["is_valid"] = .bool(failure == nil)
        data["issued_at"] = .integer(token.issuedAt)
        data["scopes"] = .array(token.scopes.map { .string($0) })
        data["user_id"] = identifier(token.user, asNumber: state.quirks.ids == .numbers)
        return GraphResponse(["data": .object(data)])
    }
}
