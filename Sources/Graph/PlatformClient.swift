internal import HTTP
public import Sodium

/// A client for the API of Instagram or Threads.
///
/// Its calls have no `appsecret_proof`. Neither the Graph API's version nor its URL applies to them.
public struct PlatformClient: Sendable {
    /// The platform.
    public let platform: AccountPlatform
    /// The host to which requests with a token go, for messages.
    public var host: String { main.endpoint.host }
    /// The clients that record the usage of Meta's limits.
    public var meters: [UsageMeter] { [main.usage, codes.usage] }
    /// Sends calls that the user chose to the platform.
    public var caller: GraphCaller {
        GraphCaller(client: main, prefix: platform.versionedPath)
    }
    /// Secrets of earlier calls, which a response must not repeat either.
    public var alsoKnown: [SharedSecret] = []
    private let main: GraphClient
    private let codes: GraphClient

    /// Creates a client that exchanges codes with `codes`, and sends everything else with `main`.
    public init(_ platform: AccountPlatform, main: GraphClient, codes: GraphClient) {
        self.platform = platform
        self.main = main
        self.codes = codes
    }

    /// The path of the exchange of a short-lived token.
    static let exchangePath = "access_token"
    /// The lifetime of a token in exchange for a code, which the response does not contain.
    private static let codeTokenLifetime: Int64 = 3_600
    /// The lifetime of a long-lived token in seconds.
    public static let longLife: Int64 = 60 * 86_400
    /// The age in seconds from which a long-lived token can be refreshed.
    public static let refreshableAge: Int64 = 86_400

    /// Exchanges the code from a login for a short-lived token: `POST oauth/access_token`.
    ///
    /// The call is never retried, because a code is valid for a single call.
    public func redeem(
        _ code: SharedSecret, of dialog: LoginDialog, app: AppCredentials
    ) async throws(GraphError) -> IssuedToken {
        var request = GraphRequest(
            method: .post, path: "oauth/access_token",
            parameters: [
                ("client_id", .text(app.id)), ("client_secret", .secret(app.secret)),
                ("grant_type", .text("authorization_code")),
                ("redirect_uri", .text(dialog.redirect.text)), ("code", .secret(code)),
            ])
        request.isRepeatable = false
        return try await issue(request, from: codes).assuming(seconds: Self.codeTokenLifetime)
    }

    /// Exchanges a short-lived token for one that lasts 60 days: `GET access_token`.
    ///
    /// The token and the app secret are in the URL because that is the only form of the call that
    /// Meta documents.
    public func exchange(
        _ token: SharedSecret, appSecret: SharedSecret
    ) async throws(GraphError) -> IssuedToken {
        try await issue(
            GraphRequest(
                method: .get, path: Self.exchangePath,
                parameters: [
                    ("grant_type", .text("\(platform.grantPrefix)_exchange_token")),
                    ("client_secret", .secret(appSecret)), ("access_token", .secret(token)),
                ]), from: main)
    }

    /// Renews a long-lived token for 60 days from now: `GET refresh_access_token`.
    ///
    /// The result may be the same token with a later expiry. The token is in the URL because that is
    /// the only form of the call that Meta documents.
    public func refresh(_ token: SharedSecret) async throws(GraphError) -> IssuedToken {
        try await issue(
            GraphRequest(
                method: .get, path: "refresh_access_token",
                parameters: [
                    ("grant_type", .text("\(platform.grantPrefix)_refresh_token")),
                    ("access_token", .secret(token)),
                ]), from: main)
    }

    private func issue(
        _ request: GraphRequest, from client: GraphClient
    ) async throws(GraphError) -> IssuedToken {
        try await client.send(request) { response throws(GraphError) in
            let issued = try response.decoded(
                as: WrappedResponse<TokenResponse>.self, request: request
            ).value
            guard let token = issued.accessToken.secret else {
                throw .invalidResponse(.shape("access_token"), status: response.status)
            }
            return IssuedToken(
                token, seconds: issued.expiresIn?.value ?? issued.expires?.value)
        }
    }

    /// Requests the account of a token: `GET me`.
    public func account(of token: SharedSecret) async throws(GraphError) -> PlatformAccount {
        let id = platform == .instagram ? "user_id" : "id"
        let request = GraphRequest(
            method: .get, path: "\(platform.versionedPath)me",
            parameters: [("fields", .text("\(id),username"))], token: token,
            alsoKnown: alsoKnown)
        return try await main.send(request) { response throws(GraphError) in
            let profile = try response.decoded(
                as: WrappedResponse<ProfileResponse>.self, request: request
            ).value
            let found = platform == .instagram ? profile.userID : profile.id
            guard let found, GraphID.isID(found) else {
                throw .invalidResponse(.shape(id), status: response.status)
            }
            return PlatformAccount(
                id: found, username: profile.username.map(NameRedactor(request).redacted))
        }
    }

    /// Requests information about a token of Threads, which inspects itself: `GET debug_token`.
    ///
    /// The token is in the URL because that is the only form of the call that Meta documents.
    func inspection(of token: SharedSecret) async throws(GraphError) -> TokenInspection {
        let request = GraphRequest(
            method: .get, path: "\(platform.versionedPath)debug_token",
            parameters: [("input_token", .secret(token))], token: token, alsoKnown: alsoKnown)
        return try await main.send(request) { response throws(GraphError) in
            let data = try response.decoded(as: InspectionResponse.self, request: request).data
            return try data.inspection(httpStatus: response.status, request: request)
        }
    }
}

/// The account of a token of Instagram or Threads.
public struct PlatformAccount: Equatable, Sendable {
    /// The ID of the account, not the one that is valid for a single app.
    public let id: String
    /// The username, if the response contains it.
    public let username: String?
}

private struct ProfileResponse: Decodable {
    let id: String?
    let userID: String?
    let username: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case userID = "user_id"
        case username
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = (try? container.decode(Lenient<String>.self, forKey: .id))?.value
        userID = (try? container.decode(Lenient<String>.self, forKey: .userID))?.value
        username = try container.text(forKey: .username, isRepaired: decoder.isRepaired)?.cappedName
    }
}
