import HTTP
public import Sodium

/// The information that `debug_token` returns about a token.
public struct TokenInspection: Equatable, Sendable {
    /// Whether the token is currently valid.
    public var isValid: Bool
    /// `USER`, `PAGE`, `APP` or `SYSTEM_USER`; `nil` for a token that the Graph API cannot read.
    public var type: String?
    /// The ID of the app to which the token was issued.
    public var appID: String?
    /// The name of that app.
    public var appName: String?
    /// The ID of the user; for a page token, of the user it was issued for.
    public var userID: String?
    /// The ID of the page of a page token.
    public var profileID: String?
    /// The scopes of the token, or `nil` if unknown.
    public var scopes: [String]?
    /// The scopes that are limited to certain pages, with the IDs of those pages.
    public var granularScopes: [String: [String]]
    /// The expiry as Unix time; 0 for never, `nil` if unknown.
    public var expiresAt: Int64?
    /// The Unix time at which access to the user's data ends; 0 for never, `nil` if unknown.
    public var dataAccessExpiresAt: Int64?
    /// The Unix time of issue, which the Graph API reports only for long-lived tokens.
    public var issuedAt: Int64?
    /// The reason why the token is not valid.
    public var refusal: GraphRefusal?
    /// The ID of the app whose app token was used; `nil` if the token inspected itself.
    public var viewingAppID: String?
}

extension GraphClient {
    /// Requests information about a token: `GET debug_token`.
    ///
    /// `app` is the app to which the token is expected to belong; without it, the token inspects
    /// itself. The token is in the URL because that is the only form of the call that Meta
    /// documents.
    public func inspect(
        _ token: SharedSecret, app: AppCredentials?
    ) async throws(GraphError) -> TokenInspection {
        do throws(GraphError) {
            return try await inspection(of: token, viewedBy: app)
        } catch {
            // An app cannot inspect another app's token, but perhaps the token can inspect itself.
            guard app != nil, case .refused(let refusal) = error,
                refusal.classification == .configuration(.otherApp),
                var own = try? await inspection(of: token, viewedBy: nil), own.appID != nil
            else { throw error }
            own.viewingAppID = app?.id
            return own
        }
    }

    private func inspection(
        of token: SharedSecret, viewedBy app: AppCredentials?
    ) async throws(GraphError) -> TokenInspection {
        let request = GraphRequest(
            method: .get, path: "debug_token", parameters: [("input_token", .secret(token))],
            token: app?.appToken ?? token, usesAppToken: app != nil,
            alsoKnown: app.map { [$0.secret] } ?? [])
        return try await send(request) { response throws(GraphError) in
            let data = try response.decoded(as: InspectionResponse.self, request: request).data
            var inspection = try data.inspection(httpStatus: response.status, request: request)
            inspection.viewingAppID = app?.id
            return inspection
        }
    }
}

struct InspectionResponse: Decodable {
    let data: Inspected
}

struct Inspected: Decodable {
    var isValid: Bool?
    var type: String?
    var appID: String?
    var application: String?
    var userID: String?
    var profileID: String?
    var scopes: [String]?
    var granularScopes: [GranularScope]?
    var expiresAt: Int64?
    var dataAccessExpiresAt: Int64?
    var issuedAt: Int64?
    var error: TokenError?

    struct GranularScope: Decodable {
        let scope: String
        let targetIDs: ReadableElements<Lenient<String>>?

        private enum CodingKeys: String, CodingKey {
            case scope
            case targetIDs = "target_ids"
        }
    }

    /// The error in `data`, which unlike the usual error object calls the subcode `subcode`.
    struct TokenError: Decodable {
        var code: Int?
        var subcode: Int?
        var message: String?

        var isEmpty: Bool {
            (code ?? 0) == 0 && subcode == nil && (message ?? "").isEmpty
        }

        private enum CodingKeys: CodingKey {
            case code
            case subcode
            case message
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            code = try? container.decode(Lenient<Int>.self, forKey: .code).value
            subcode = try? container.decode(Lenient<Int>.self, forKey: .subcode).value
            message = try container.text(forKey: .message, isRepaired: decoder.isRepaired)
        }
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

    /// Decodes the members, ignoring those of an unexpected type.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? {
            (try? container.decode(Lenient<String>.self, forKey: key))?.value.cappedName
        }
        func number(_ key: CodingKeys) -> Int64? {
            try? container.decode(Lenient<Int64>.self, forKey: key).value
        }
        isValid =
            (try? container.decode(Bool.self, forKey: .isValid))
            ?? text(.isValid).flatMap { ["true": true, "1": true, "false": false, "0": false][$0] }
        type = text(.type)
        // An empty ID or 0 means that there is no ID; it does not contradict the expected ID.
        func id(_ key: CodingKeys) -> String? { text(key).flatMap { GraphID.isID($0) ? $0 : nil } }
        appID = id(.appID)
        application = text(.application)
        userID = id(.userID)
        profileID = id(.profileID)
        // Decode all scopes or none: in a partial list, some would seem to be missing.
        let scopes = try? container.decode([String].self, forKey: .scopes)
        self.scopes = scopes?.cappedNames
        granularScopes = try? container.decode(
            ReadableElements<GranularScope>.self, forKey: .granularScopes
        ).elements
        expiresAt = number(.expiresAt)
        dataAccessExpiresAt = number(.dataAccessExpiresAt)
        issuedAt = number(.issuedAt)
        do {
            error = try container.decode(TokenError.self, forKey: .error)
        } catch let broken as BrokenText {
            throw broken
        } catch {
            self.error = nil
        }
    }

    /// Returns the inspection; throws if the response does not say whether the token is valid.
    func inspection(
        httpStatus: Int, request: GraphRequest
    ) throws(GraphError) -> TokenInspection {
        let refusal = error.flatMap { error in
            error.isEmpty
                ? nil
                : GraphRefusal(
                    code: error.code ?? 0, subcode: error.subcode,
                    message: Redactor(secrets: request.secrets).redacted(error.message ?? ""),
                    httpStatus: httpStatus)
        }
        // An error without a code counts only together with `is_valid`.
        guard isValid != nil || refusal.map({ $0.code != 0 }) == true else {
            throw .invalidResponse(.shape("is_valid"), status: httpStatus)
        }
        // A temporary problem or a blocked app does not make the token invalid.
        if isValid != true, let refusal {
            switch refusal.classification {
            case .transient, .throttled, .blocked, .configuration, .tooMuchData:
                throw .refused(refusal)
            case .deadToken, .deadCode, .person, .permission, .request: break
            }
        }
        let names = NameRedactor(request)
        let limited = (granularScopes ?? []).prefix(Self.maxScopes).filter { $0.targetIDs != nil }
        return TokenInspection(
            isValid: isValid ?? false, type: type.map(names.redacted), appID: appID,
            appName: application.map(names.redacted), userID: userID, profileID: profileID,
            scopes: scopes.map { $0.map(names.redacted) },
            granularScopes: Dictionary(
                limited.map { limit in
                    let ids = (limit.targetIDs?.elements ?? []).map(\.value)
                    let scope = names.redacted(limit.scope.prefix(bytes: 128))
                    return (scope, ids.filter(GraphID.isID))
                },
                uniquingKeysWith: +),
            expiresAt: Self.time(expiresAt), dataAccessExpiresAt: Self.time(dataAccessExpiresAt),
            issuedAt: Self.time(issuedAt), refusal: refusal)
    }

    private static let maxScopes = 200

    /// Returns the Unix time, or `nil` if it is before 1970 or after the year 9999.
    private static func time(_ seconds: Int64?) -> Int64? {
        seconds.flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
    }
}

extension TokenInspection {
    /// The inspection of a token that the Graph API reports as neither valid nor dead.
    public static let unclear = TokenInspection(isValid: false, granularScopes: [:])

    /// Creates the inspection of a token that the Graph API refused to accept.
    public init(deadBecause refusal: GraphRefusal) {
        self.init(isValid: false, granularScopes: [:], refusal: refusal)
    }
}
