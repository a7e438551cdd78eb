// GET /debug_token
extension SimulatedGraph {
    func debugToken(_ call: Call) throws(GraphFailure) -> Answer {
        let viewer = try authenticate(call)
        let isDeveloper = viewer.user.flatMap { state.users[$0]?.isDeveloper } ?? true
        guard viewer.kind != .page, isDeveloper else { throw .notADeveloper }
        guard let input = call["input_token"], !input.isEmpty else {
            throw .missing("input_token")
        }
        let token: Token
        do throws(GraphFailure) {
            token = try find(input)
        } catch {
            return answer(error)
        }
        guard token.kind != .client else { return answer(.unparseable) }
        guard token.app == viewer.app else { throw .appsDiffer }
        return Answer(["data": .object(data(of: token, at: call.now))])
    }

    private func answer(_ failure: GraphFailure) -> Answer {
        Answer([
            "data": [
                "error": .object(debugError(failure)), "is_valid": false, "scopes": [],
            ]
        ])
    }

    private func data(of token: Token, at now: Int) -> JSONObject {
        var data: JSONObject = [
            "app_id": .string(token.app), "type": .string(token.kind.rawValue),
            "application": .string(state.apps[token.app]?.name ?? ""),
        ]
        guard token.kind != .app else {
            data["is_valid"] = true
            data["scopes"] = []
            return data
        }
        data["data_access_expires_at"] = .integer(token.dataAccessExpiresAt)
        let reason = reasonOfDeath(token, at: now)
        if let reason {
            data["error"] = .object(debugError(.dead(token, reason: reason, at: now)))
        }
        data["expires_at"] = .integer(token.expiresAt)
        data["is_valid"] = .bool(reason == nil)
        // Recorded answers name the time of issue for long-lived tokens and for dead ones.
        if !token.isShortLived || reason != nil { data["issued_at"] = .integer(token.issuedAt) }
        if !token.metadata.isEmpty {
            var metadata: JSONObject = [:]
            for (key, value) in token.metadata { metadata[key] = .string(value) }
            data["metadata"] = .object(metadata)
        }
        if let page = token.page { data["profile_id"] = .string(page) }
        data["scopes"] = .array(token.scopes.map { .string($0) })
        if !token.granularScopes.isEmpty {
            data["granular_scopes"] = .array(token.granularScopes.map { .object($0.members) })
        }
        if let user = token.user { data["user_id"] = .string(user) }
        return data
    }

    /// The key is `subcode` here, `error_subcode` everywhere else.
    private func debugError(_ failure: GraphFailure) -> JSONObject {
        var error: JSONObject = [
            "code": .integer(failure.code), "message": .string(failure.message),
        ]
        if let subcode = failure.subcode { error["subcode"] = .integer(subcode) }
        return error
    }
}

extension GranularScope {
    fileprivate var members: JSONObject {
        var members: JSONObject = ["scope": .string(scope)]
        if let targetIDs { members["target_ids"] = .array(targetIDs.map { .string($0) }) }
        return members
    }
}
