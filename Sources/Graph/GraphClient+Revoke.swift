import HTTP
public import Sodium

extension GraphClient {
    /// Revokes all permissions that a user granted to the app: `DELETE {user-id}/permissions`.
    ///
    /// This invalidates all of the user's tokens for the app, including page tokens. `token` is a
    /// token of the user or of the app.
    public func revokePermissions(
        ofUser id: String, token: SharedSecret, appSecret: SharedSecret?,
        usesAppToken: Bool = false
    ) async throws(GraphError) {
        var request = GraphRequest(
            method: .delete, path: "\(id)/permissions", token: token, usesAppToken: usesAppToken)
        request.addProof(appSecret: appSecret)
        try await confirm(request)
    }

    /// Revokes one token: `GET oauth/revoke`, which Meta documents for tokens of system users.
    ///
    /// The token and the app secret are in the URL because that is the only form of the call that
    /// Meta documents.
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
        let isDone = try await send(request, as: Confirmation.self).isDone
        guard isDone else { throw .invalidResponse(.shape("success"), status: 200) }
    }
}

/// The response to a revocation: `true`, `{"success":true}` or `{"success":"true"}`.
///
/// Meta documents the first and sends all three.
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
