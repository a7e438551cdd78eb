import HTTP
public import Sodium

extension GraphClient {
    /// Asks for an app access token, which tells whether Graph accepts the app secret:
    /// `POST oauth/access_token` with `grant_type=client_credentials`.
    @discardableResult
    public func appToken(of app: AppCredentials) async throws(GraphError) -> SharedSecret {
        let request = GraphRequest(
            method: .post, path: "oauth/access_token",
            parameters: [
                ("grant_type", .text("client_credentials")),
                ("client_id", .text(app.id)),
                ("client_secret", .secret(app.secret)),
            ])
        return try await ask(request) { answer throws(GraphError) in
            let answered = try answer.decoded(as: AppTokenAnswer.self, request: request)
            guard let token = answered.accessToken.secret else {
                throw .invalidResponse(.shape("access_token"), status: answer.status)
            }
            return token
        }
    }
}

private struct AppTokenAnswer: Decodable {
    let accessToken: SecretText

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
    }
}
