import HTTP
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
    /// What it may do; nil when not said.
    public var scopes: [String]?
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
    /// The id of the app whose secret it was asked with; nil if the token was asked about itself.
    public var askedBy: String?
}

extension GraphClient {
    /// Asks what a token is: `GET debug_token`.
    ///
    /// `app` is the app that the token is thought to belong to; without its secret the token is asked
    /// about itself. The token stands in the URL, because Meta documents the call only so.
    public func inspect(
        _ token: SharedSecret, app: AppCredentials?
    ) async throws(GraphError) -> TokenInspection {
        do throws(GraphError) {
            return try await inspection(of: token, askedBy: app)
        } catch {
            // An app is told nothing of another app's token, but the token itself may be.
            guard app != nil, case .refused(let refusal) = error,
                refusal.classification == .configuration(.otherApp),
                var own = try? await inspection(of: token, askedBy: nil), own.appID != nil
            else { throw error }
            own.askedBy = app?.id
            return own
        }
    }

    private func inspection(
        of token: SharedSecret, askedBy app: AppCredentials?
    ) async throws(GraphError) -> TokenInspection {
        let request = GraphRequest(
            method: .get, path: "debug_token", parameters: [("input_token", .secret(token))],
            token: app?.appToken ?? token, isAskedByApp: app != nil,
            alsoKnown: app.map { [$0.secret] } ?? [])
        return try await ask(request) { answer throws(GraphError) in
            let data = try answer.decoded(as: InspectionAnswer.self, request: request).data
            var inspection = try data.inspection(httpStatus: answer.status, request: request)
            inspection.askedBy = app?.id
            return inspection
        }
    }
}

private struct InspectionAnswer: Decodable {
    let data: Inspected
}

private struct Inspected: Decodable {
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
    var error: Fault?

    struct GranularScope: Decodable {
        let scope: String
        let targetIDs: ReadableElements<Lenient<String>>?

        private enum CodingKeys: String, CodingKey {
            case scope
            case targetIDs = "target_ids"
        }
    }

    /// Not the usual error object: the subcode has another name here.
    struct Fault: Decodable {
        var code: Int?
        var subcode: Int?
        var message: String?

        var saysNothing: Bool {
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

    /// Whatever is of another type than usual counts as not said.
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
        // An empty id, or 0, is not somebody else's.
        func id(_ key: CodingKeys) -> String? { text(key).flatMap { GraphID.isID($0) ? $0 : nil } }
        appID = id(.appID)
        application = text(.application)
        userID = id(.userID)
        profileID = id(.profileID)
        // A list that is not read to its end would seem to lack scopes.
        let scopes = try? container.decode([String].self, forKey: .scopes)
        self.scopes = scopes?.cappedNames
        granularScopes = try? container.decode(
            ReadableElements<GranularScope>.self, forKey: .granularScopes
        ).elements
        expiresAt = number(.expiresAt)
        dataAccessExpiresAt = number(.dataAccessExpiresAt)
        issuedAt = number(.issuedAt)
        do {
            error = try container.decode(Fault.self, forKey: .error)
        } catch let broken as BrokenText {
            throw broken
        } catch {
            self.error = nil
        }
    }

    /// What is said of the token; throws if that is nothing.
    func inspection(
        httpStatus: Int, request: GraphRequest
    ) throws(GraphError) -> TokenInspection {
        let refusal = error.flatMap { error in
            error.saysNothing
                ? nil
                : GraphRefusal(
                    code: error.code ?? 0, subcode: error.subcode,
                    message: Redactor(secrets: request.secrets).redacted(error.message ?? ""),
                    httpStatus: httpStatus)
        }
        // An error without a code is a verdict only next to is_valid.
        guard isValid != nil || refusal.map({ $0.code != 0 }) == true else {
            throw .invalidResponse(.shape("is_valid"), status: httpStatus)
        }
        // That Meta cannot say, or that the app is blocked, is nothing against the token.
        if isValid != true, let refusal {
            switch refusal.classification {
            case .transient, .throttled, .blocked, .configuration, .tooMuchData:
                throw .refused(refusal)
            case .deadToken, .deadCode, .person, .permission, .request: break
            }
        }
        let limited = (granularScopes ?? []).prefix(Self.mostScopes).filter { $0.targetIDs != nil }
        return TokenInspection(
            isValid: isValid ?? false, type: type.map(request.redactedName), appID: appID,
            appName: application.map(request.redactedName), userID: userID, profileID: profileID,
            scopes: scopes.map { $0.map(request.redactedName) },
            granularScopes: Dictionary(
                limited.map { limit in
                    let ids = (limit.targetIDs?.elements ?? []).map(\.value)
                    let scope = request.redactedName(limit.scope.prefix(bytes: 128))
                    return (scope, ids.filter(GraphID.isID))
                },
                uniquingKeysWith: +),
            expiresAt: Self.time(expiresAt), dataAccessExpiresAt: Self.time(dataAccessExpiresAt),
            issuedAt: Self.time(issuedAt), refusal: refusal)
    }

    private static let mostScopes = 200

    /// A Unix time, as long as it is one: what is before 1970 or after the year 9999 says nothing.
    private static func time(_ seconds: Int64?) -> Int64? {
        seconds.flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
    }
}

extension TokenInspection {
    /// What is known of a token that Graph called neither valid nor dead.
    public static let unclear = TokenInspection(isValid: false, granularScopes: [:])

    /// What is known of a token that Graph refused to hear.
    public init(deadBecause refusal: GraphRefusal) {
        self.init(isValid: false, granularScopes: [:], refusal: refusal)
    }
}
