import HTTP
public import Sodium

/// A token that the Graph API has just issued.
public struct IssuedToken: Sendable {
    /// The token.
    public let token: SharedSecret
    /// The remaining lifetime in seconds, or `nil` if the response does not contain one.
    ///
    /// `nil` implies neither 60 days nor forever; use `debug_token` to find out.
    public let lifetime: Int64?

    /// Returns the same token with `seconds` as its lifetime, if the response does not contain one.
    func assuming(seconds: Int64) -> IssuedToken {
        lifetime == nil ? IssuedToken(token, seconds: seconds) : self
    }

    /// The maximum lifetime of a short-lived token in seconds.
    public static let shortLife: Int64 = 2 * 3_600

    /// Creates an issued token; ignores a lifetime that is not positive or exceeds a century.
    init(_ token: SharedSecret, seconds: Int64?) {
        self.token = token
        lifetime = seconds.flatMap { (1...3_155_760_000).contains($0) ? $0 : nil }
    }
}

extension GraphClient {
    /// Exchanges a short-lived user token for a long-lived one.
    ///
    /// This is `POST oauth/access_token` with `grant_type=fb_exchange_token`. With
    /// `renewingSystemUser`, the same call renews the token of a system user for 60 days from now.
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
        return try await send(sent) { response throws(GraphError) in
            try response.issuedToken(request: sent)
        }
    }
}

struct TokenResponse: Decodable {
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
        // An invalid lifetime must not lose the token.
        expiresIn = try? container.decode(Lenient<Int64>.self, forKey: .expiresIn)
        expires = try? container.decode(Lenient<Int64>.self, forKey: .expires)
    }
}

extension HTTPResponse {
    /// Returns the token in a response from `oauth/access_token`, for any grant type.
    func issuedToken(request: GraphRequest) throws(GraphError) -> IssuedToken {
        if let issued = try formEncodedToken() { return issued }
        let response = try decoded(as: TokenResponse.self, request: request)
        guard let token = response.accessToken.secret else {
            throw .invalidResponse(.shape("access_token"), status: status)
        }
        return IssuedToken(token, seconds: response.expiresIn?.value ?? response.expires?.value)
    }

    /// Returns the token in a form-encoded response, or `nil` for any other body.
    ///
    /// Versions of the Graph API before v2.3 sent `access_token=…&expires=…`, until 2017.
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
