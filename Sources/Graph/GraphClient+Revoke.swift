import HTTP
public import Sodium

extension GraphClient {
    /// Takes the app's permissions away from it, which ends all tokens of the person for the app, those
    /// of pages too: `DELETE {user-id}/permissions`.
    ///
    /// `token` is one of the person's own or the app's.
    public func revokePermissions(
        ofUser id: String, token: SharedSecret, appSecret: SharedSecret?,
        isAskedByApp: Bool = false
    ) async throws(GraphError) {
        var request = GraphRequest(
            method: .delete, path: "\(id)/permissions", token: token, isAskedByApp: isAskedByApp)
        request.addProof(appSecret: appSecret)
        try await confirm(request)
    }

    /// Ends one token: `GET oauth/revoke`, which Meta documents for those of system users.
    ///
    /// Token and app secret stand in the URL, because Meta documents the call only so.
    public func revoke(
        _ token: SharedSecret, app: AppCredentials
    ) async throws(GraphError) {
        var request = GraphRequest(
            method: .get, path: "oauth/revoke",
            parameters: [
                ("client_id", .text(app.id)), ("client_secret", .secret(app.secret)),
                ("revoke_token", .secret(token)),
            ],
            token: token)
        request.addProof(appSecret: app.secret)
        try await confirm(request)
    }

    private func confirm(_ request: GraphRequest) async throws(GraphError) {
        let isDone = try await ask(request, as: Confirmation.self).isDone
        guard isDone else { throw .invalidResponse(.shape("success"), status: 200) }
    }
}

/// `true`, `{"success":true}` or `{"success":"true"}`: Meta documents the first and sends all three.
private struct Confirmation: Decodable {
    let isDone: Bool

    private enum CodingKeys: CodingKey {
        case success
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer(),
            let bare = try? container.decode(Bool.self)
        {
            isDone = bare
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let flag = try? container.decode(Bool.self, forKey: .success) {
            isDone = flag
        } else {
            isDone = try container.decode(String.self, forKey: .success) == "true"
        }
    }
}
