// GET /debug_token
extension SimulatedGraph {
    func debugToken(_ call: Call) throws(GraphFailure) -> GraphResponse {
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
            return response(for: error)
        }
        guard token.kind != .client else { return response(for: .unparseable) }
        guard token.app == viewer.app else { throw .appsDiffer }
        return GraphResponse(["data": .object(data(of: token, at: call.now))])
    }

    private func response(for failure: GraphFailure) -> GraphResponse {
        GraphResponse([
            "data": [
                "error": .object(failure.debugMembers), "is_valid": false, "scopes": [],
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
        let reason = failureReason(token, at: now)
        if let reason {
            let failure = GraphFailure.dead(token, reason: reason, at: now)
            data["error"] = .object(failure.debugMembers)
        }
        data["expires_at"] = .integer(token.expiresAt)
        data["is_valid"] = .bool(reason == nil)
        // Recorded responses contain the time of issue for long-lived and for dead tokens.
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
}

extension GranularScope {
    fileprivate var members: JSONObject {
        var members: JSONObject = ["scope": .string(scope)]
        if let targetIDs { members["target_ids"] = .array(targetIDs.map { .string($0) }) }
        return members
    }
}
