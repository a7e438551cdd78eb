import HTTP
public import Sodium

/// A token that Graph has just made.
public struct IssuedToken: Sendable {
    /// The token.
    public let token: SharedSecret
    /// Seconds that it lives from now on; nil when Graph did not say, which means neither 60 days nor
    /// forever: `debug_token` knows.
    public let lifetime: Int64?

    /// The most seconds that Meta gives to what it calls a short-lived token.
    public static let shortLife: Int64 = 2 * 3_600

    /// Zero and less stand for "not said", and so does what is longer than a century.
    init(_ token: SharedSecret, seconds: Int64?) {
        self.token = token
        lifetime = seconds.flatMap { (1...3_155_760_000).contains($0) ? $0 : nil }
    }
}

extension GraphClient {
    /// Exchanges a short-lived user token for a long-lived one: `POST oauth/access_token` with
    /// `grant_type=fb_exchange_token`.
    ///
    /// The same call renews a system user's token, for 60 days from now, when `renewingSystemUser`.
    public func exchange(
        _ token: SharedSecret, app: AppCredentials, renewingSystemUser: Bool = false
    ) async throws(GraphError) -> IssuedToken {
        var request = GraphRequest(
            method: .post, path: "oauth/access_token",
            parameters: [
                ("grant_type", .text("fb_exchange_token")),
                ("client_id", .text(app.id)),
                ("client_secret", .secret(app.secret)),
                ("fb_exchange_token", .secret(token)),
            ])
        if renewingSystemUser {
            request.parameters.append(("set_token_expires_in_60_days", .text("true")))
        }
        let sent = request
        return try await ask(sent) { answer throws(GraphError) in
            try answer.issuedToken(request: sent)
        }
    }
}

private struct TokenAnswer: Decodable {
    let accessToken: SecretText
    let expiresIn: Lenient<Int64>?
    let expires: Lenient<Int64>?

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
        case expires
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = try container.decode(SecretText.self, forKey: .accessToken)
        // A lifetime that cannot be read is no reason to lose the token.
        expiresIn = try? container.decode(Lenient<Int64>.self, forKey: .expiresIn)
        expires = try? container.decode(Lenient<Int64>.self, forKey: .expires)
    }
}

extension HTTPResponse {
    /// The token that `oauth/access_token` gave, whatever was exchanged for it.
    func issuedToken(request: GraphRequest) throws(GraphError) -> IssuedToken {
        if let issued = try formEncodedToken() { return issued }
        let answered = try decoded(as: TokenAnswer.self, request: request)
        guard let token = answered.accessToken.secret else {
            throw .invalidResponse(.shape("access_token"), status: status)
        }
        return IssuedToken(token, seconds: answered.expiresIn?.value ?? answered.expires?.value)
    }

    /// The token of an answer in the form that Graph had before v2.3 and until 2017:
    /// `access_token=…&expires=…`.
    ///
    /// Nil for any other body.
    fileprivate func formEncodedToken() throws(GraphError) -> IssuedToken? {
        guard status == 200, let first = body.first(where: { $0 > 0x20 }),
            (0x61...0x7A).contains(Int(first | 0x20)),
            let text = String(validating: body, as: UTF8.self), text.contains("access_token=")
        else { return nil }
        var values: [Substring: Substring] = [:]
        for item in text.split(whereSeparator: { $0 == "&" || $0.isNewline }) {
            guard let equals = item.firstIndex(of: "=") else { continue }
            values[item[..<equals]] = item[item.index(after: equals)...]
        }
        guard let token = values["access_token"].flatMap({ percentDecoded($0) }),
            let secret = SecretText(token).secret
        else {
            throw .invalidResponse(.shape("access_token"), status: status)
        }
        return IssuedToken(secret, seconds: values["expires"].flatMap { Int64($0) })
    }
}
