public import Sodium

/// What `debug_token` says of a token.
public struct TokenInspection: Equatable, Sendable {
    /// Whether it works now.
    public var isValid: Bool
    /// `USER`, `PAGE`, `APP`, `SYSTEM_USER`; nil for a token that Graph cannot read.
    public var type: String?
    /// The app that it was issued to.
    public var appID: String?
    /// What that app is called.
    public var appName: String?
    /// The user, or the page's user.
    public var userID: String?
    /// The page of a page token.
    public var profileID: String?
    /// What it may do.
    public var scopes: [String]
    /// Scopes that hold for certain pages only, with these pages' ids.
    public var granularScopes: [String: [String]]
    /// Unix time of its end; 0 for never; nil when not said.
    public var expiresAt: Int64?
    /// Unix time from which Meta gives out no more data of the user; 0 for never.
    public var dataAccessExpiresAt: Int64?
    /// Unix time at which it was made; said of long-lived tokens only.
    public var issuedAt: Int64?
    /// Why it is not valid.
    public var refusal: GraphRefusal?
}

extension GraphClient {
    /// Asks what a token is: `GET debug_token`.
    ///
    /// `app` is the app that the token is thought to belong to; without its secret the token is asked
    /// about itself. The token stands in the URL, because Meta documents the call only so.
    public func inspect(
        _ token: SharedSecret, app: AppCredentials?
    ) async throws(GraphError) -> TokenInspection {
        let request = GraphRequest(
            method: .get, path: "debug_token", parameters: [("input_token", .secret(token))],
            token: app?.appToken ?? token, alsoKnown: app.map { [$0.secret] } ?? [])
        return try await ask(request) { answer throws(GraphError) in
            let data = try answer.decoded(as: InspectionAnswer.self, request: request).data
            return data.inspection(httpStatus: answer.status, request: request)
        }
    }
}

private struct InspectionAnswer: Decodable {
    let data: Inspected
}

private struct Inspected: Decodable {
    var isValid: Bool?
    var type: String?
    var appID: Lenient<String>?
    var application: String?
    var userID: Lenient<String>?
    var profileID: Lenient<String>?
    var scopes: [String]?
    var granularScopes: [GranularScope]?
    var expiresAt: Lenient<Int64>?
    var dataAccessExpiresAt: Lenient<Int64>?
    var issuedAt: Lenient<Int64>?
    var error: Fault?

    struct GranularScope: Decodable {
        let scope: String
        let targetIDs: [Lenient<String>]?

        private enum CodingKeys: String, CodingKey {
            case scope
            case targetIDs = "target_ids"
        }
    }

    /// Not the usual error object: the subcode has another name here.
    struct Fault: Decodable {
        let code: Lenient<Int>?
        let subcode: Lenient<Int>?
        let message: String?
    }

    private enum CodingKeys: String, CodingKey {
        case isValid = "is_valid"
        case type
        case appID = "app_id"
        case application
        case userID = "user_id"
        case profileID = "profile_id"
        case scopes
        case granularScopes = "granular_scopes"
        case expiresAt = "expires_at"
        case dataAccessExpiresAt = "data_access_expires_at"
        case issuedAt = "issued_at"
        case error
    }

    func inspection(httpStatus: Int, request: GraphRequest) -> TokenInspection {
        let refusal = error.map { error in
            GraphRefusal(
                code: error.code?.value ?? 190, subcode: error.subcode?.value,
                message: Redactor(secrets: request.secrets).redacted(error.message ?? ""),
                httpStatus: httpStatus)
        }
        let limited = (granularScopes ?? []).filter { $0.targetIDs != nil }
        return TokenInspection(
            isValid: isValid ?? (error == nil), type: type?.cappedName,
            appID: appID?.value.cappedName, appName: application?.cappedName,
            userID: userID?.value.cappedName, profileID: profileID?.value.cappedName,
            scopes: (scopes ?? []).cappedNames,
            granularScopes: Dictionary(
                limited.map { ($0.scope.cappedName, ($0.targetIDs ?? []).map(\.value.cappedName)) },
                uniquingKeysWith: +),
            expiresAt: Self.time(expiresAt), dataAccessExpiresAt: Self.time(dataAccessExpiresAt),
            issuedAt: Self.time(issuedAt), refusal: refusal)
    }

    /// A Unix time, as long as it is one: what lies before 1970 or after the year 9999 says nothing.
    private static func time(_ seconds: Lenient<Int64>?) -> Int64? {
        seconds.flatMap { (0...253_402_300_799).contains($0.value) ? $0.value : nil }
    }
}

extension TokenInspection {
    /// What is known of a token that Graph refused to hear.
    public init(deadBecause refusal: GraphRefusal) {
        self.init(
            isValid: false, scopes: [], granularScopes: [:], refusal: refusal)
    }
}
