import HTTP
public import Sodium

extension GraphClient {
    /// Requests an app access token, which shows whether the Graph API accepts the app secret.
    ///
    /// This is `POST oauth/access_token` with `grant_type=client_credentials`.
    @discardableResult
    public func appToken(of app: AppCredentials) async throws(GraphError) -> SharedSecret {
        let request = GraphRequest(
            method: .post, path: "oauth/access_token",
            parameters: [
                ("grant_type", .text("client_credentials")),
                ("client_id", .text(app.id)),
                ("client_secret", .secret(app.secret)),
            ])
        return try await send(request) { response throws(GraphError) in
            let decoded = try response.decoded(as: AppTokenResponse.self, request: request)
            guard let token = decoded.accessToken.secret else {
                throw .invalidResponse(.shape("access_token"), status: response.status)
            }
            return token
        }
    }
}

private struct AppTokenResponse: Decodable {
    let accessToken: SecretText

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
    }
}
