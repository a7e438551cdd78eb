import Graph
import Testing

@testable import Graph

/// The classes of Meta's error codes.
@Suite struct ClassificationTests {
    @Test(arguments: Row.documented)
    func `documented codes are in the right class`(row: Row) {
        #expect(row.refusal.classification == row.expected)
    }

    @Test(arguments: [
        Row(102, message: "(#190) This method must be called with a Page Access Token", .request),
        Row(102, sub: 492, .permission),
    ])
    func `a token that fails only for this call is not dead`(row: Row) {
        #expect(row.refusal.classification == row.expected)
    }

    @Test func `each row is the first match for a documented error`() {
        let used = Set(
            Row.documented.compactMap { row in
                RefusalTable.rows.firstIndex { $0.matches(row.refusal) }
            })
        // The rows for 102 are the same as those for 190, so skip them.
        let isCommon = RefusalTable.rows.map {
            $0.codes.upperBound == .max || $0.codes == 102...102
        }
        for (index, row) in RefusalTable.rows.enumerated() where !isCommon[index] {
            #expect(used.contains(index), "\(row)")
        }
    }

    @Test func `an undocumented code is a request error unless it is transient`() {
        #expect(Row(987_654, .request).refusal.classification == .request)
        #expect(Row(987_654, status: 500, .transient).refusal.classification == .transient)
        #expect(Row(987_654, isTransient: true, .transient).refusal.classification == .transient)
    }
}

/// A Graph API error with its expected class.
struct Row: Sendable, CustomTestStringConvertible {
    let refusal: GraphRefusal
    let expected: GraphRefusal.Class

    init(
        _ code: Int, sub subcode: Int? = nil, message: String = "FAKE", status: Int = 400,
        isTransient: Bool = false, oauth: Bool = false, proof: Bool = false,
        byApp: Bool = false, type: String? = nil, _ expected: GraphRefusal.Class
    ) {
        var refusal = GraphRefusal(
            code: code, subcode: subcode, message: message, httpStatus: status)
        refusal.isTransient = isTransient
        refusal.isFromOAuth = oauth
        refusal.carriedProof = proof
        refusal.usedAppToken = byApp
        refusal.type = type
        self.refusal = refusal
        self.expected = expected
    }

    var testDescription: String {
        let number = refusal.subcode.map { "\(refusal.code)/\($0)" } ?? "\(refusal.code)"
        return "\(number) \(refusal.message) HTTP \(refusal.httpStatus)"
    }

    static let documented =
        unknownErrors + apps + names + settings + throttles + tokens + permissions + requests
        + persons

    private static let unknownErrors = [
        Row(1, status: 500, .transient),
        Row(1, status: 500, oauth: true, .transient),
        Row(1, isTransient: true, oauth: true, .transient),
        Row(1, .transient),
        Row(1, oauth: true, .configuration(.unclear)),
        Row(1, sub: 99, oauth: true, .transient),
        Row(
            1,
            message:
                "Please reduce the amount of data you're asking for, then retry your request",
            status: 500, .tooMuchData),
        Row(1, message: "An unknown error has occurred.", oauth: true, .transient),
        Row(1, message: "An unknown error occurred", byApp: true, .transient),
        Row(1, message: "An unexpected error has occurred.", oauth: true, .transient),
        Row(1, message: "Please retry your request later.", oauth: true, .transient),
        Row(1, message: "Please try again later", oauth: true, .transient),
        Row(2, status: 503, .transient),
        Row(2, message: "(#2) Service temporarily unavailable", isTransient: true, .transient),
        Row(960, .transient),
    ]

    private static let apps = [
        Row(200, message: "API access blocked.", .configuration(.blockedApp)),
        Row(200, message: "(#200) API access disabled.", .configuration(.blockedApp)),
        Row(
            200, message: "API access deactivated. To reactivate, go to the app dashboard.",
            status: 403, .configuration(.blockedApp)),
        Row(5, message: "Unauthorized source IP address", .configuration(.address)),
        Row(5, status: 500, byApp: true, .configuration(.address)),
        Row(
            190, message: "Invalid OAuth access token signature.", byApp: true,
            .configuration(.appSecret)),
        Row(102, message: "Session key invalid", byApp: true, .configuration(.appSecret)),
        Row(
            101, message: "Error validating application. Invalid application ID.", byApp: true,
            .configuration(.appSecret)),
        Row(
            1, sub: 33, message: "Error validating client secret.", byApp: true,
            .configuration(.appSecret)),
        // A session belongs to a user, so this is not about the app's token.
        Row(190, sub: 463, byApp: true, .deadToken(.expired)),
        Row(
            190, message: "Error validating application. Application has been deleted.",
            .configuration(.appID)),
    ]

    private static let names = [
        Row(0, type: "invalid_client", .configuration(.appSecret)),
        Row(0, type: "unauthorized_client", .configuration(.unclear)),
        Row(0, type: "invalid_token", .deadToken(.unclear)),
        Row(0, byApp: true, type: "invalid_token", .configuration(.appSecret)),
        Row(0, type: "PLATFORM__INVALID_APP_ID", .configuration(.appID)),
        Row(
            190, sub: 1, message: "Invalid OAuth access token signature.", byApp: true,
            .configuration(.appSecret)),
        Row(
            190, message: "Error validating application. Application has been deleted.",
            byApp: true, .configuration(.appID)),
        Row(0, type: "access_denied", .permission), Row(0, type: "invalid_scope", .permission),
        Row(0, type: "server_error", .transient),
        Row(0, type: "temporarily_unavailable", .transient),
        Row(0, type: "invalid_grant", .request), Row(0, type: "OAuthException", .request),
        Row(400, type: "OAuthAccessTokenException", .deadToken(.unclear)),
        Row(400, type: "OAuthException", .request),
        Row(400, message: "Invalid platform app", .configuration(.appID)),
        Row(400, message: "Invalid client_secret: FAKE", .configuration(.appSecret)),
        Row(400, message: "redirect_uri does not match", .configuration(.redirect)),
        Row(400, message: "Invalid redirect URI", .configuration(.redirect)),
        Row(
            400, message: "Matching code was not found or was already used", .deadCode(.used)),
        Row(400, message: "This authorization code was already used", .deadCode(.used)),
        Row(400, message: "This authorization code has expired", .deadCode(.expired)),
        Row(101, message: "Invalid client_secret: FAKE", .configuration(.appSecret)),
        Row(429, type: "OAuthRateLimitException", .throttled), Row(0, status: 429, .throttled),
    ]

    private static let settings = [
        Row(
            100, message: "(#100) The App_id in the input_token did not match the Viewing App",
            byApp: true, .configuration(.otherApp)),
        Row(
            100,
            message:
                "(#100) You must provide an app access token, or a user access token that is an "
                + "owner or developer of the app", .configuration(.missingSecret)),
        Row(
            100,
            message:
                "(#100) You must provide an app access token, or a user access token that is an "
                + "owner or developer of the app", byApp: true, .request),
        Row(1, message: "Error validating client secret.", oauth: true, .configuration(.appSecret)),
        Row(
            1, sub: 33, message: "Error validating client secret.", oauth: true,
            .configuration(.appSecret)),
        Row(
            1, message: "The access token does not belong to application 1234567890123456",
            oauth: true, .configuration(.otherApp)),
        Row(
            1, message: "fb_exchange_token parameter not specified", oauth: true,
            .configuration(.unclear)),
        Row(
            1, message: "client_secret should not be passed to /oauth/access_token", oauth: true,
            .configuration(.nativeApp)),
        Row(3, .configuration(.capability)),
        Row(
            100, message: "API calls from the server require an appsecret_proof argument",
            .configuration(.missingProof)),
        Row(
            100, message: "Invalid appsecret_proof provided in the API argument", proof: true,
            .configuration(.proof)),
        // Redirect URIs (191, 36008) are part of the app's configuration.
        Row(100, sub: 36_008, oauth: true, .configuration(.redirect)),
        Row(191, oauth: true, .configuration(.redirect)),
        Row(1_349_048, .configuration(.redirect)), Row(1_349_126, .configuration(.redirect)),
        Row(1_349_168, .configuration(.redirect)), Row(1_349_220, .configuration(.redirect)),
        Row(
            101,
            message: "Error validating application. Cannot get application info due to a system "
                + "error.", oauth: true, .configuration(.appID)),
        Row(101, message: "Invalid Client ID", status: 500, oauth: true, .configuration(.appID)),
        Row(104, .configuration(.nativeApp)),
        Row(2500, message: "Unknown path components: /me", .configuration(.version)),
        Row(2635, .configuration(.version)),
    ]

    private static let throttles =
        [
            Row(17, sub: 2_446_079, .throttled), Row(613, sub: 1996, .throttled),
            Row(613, sub: 1_487_742, .throttled), Row(613, sub: 5_044_001, .throttled),
            Row(4, status: 403, isTransient: true, .throttled), Row(368, .blocked),
            Row(368, sub: 1_404_006, .blocked), Row(368, sub: 1_404_078, .blocked),
        ]
        + [
            4, 17, 32, 341, 613, 80_000, 80_001, 80_002, 80_003, 80_004, 80_005, 80_006, 80_008,
            80_009, 80_014,
        ].map { Row($0, .throttled) }

    private static let deaths: [(subcode: Int?, death: GraphRefusal.Death)] =
        [
            (nil, .unclear), (458, .removedApp), (460, .passwordChanged), (463, .expired),
            (467, .loggedOut), (493, .unused),
        ] + [456, 457, 461, 462, 465, 466, 468].map { ($0, .unclear) }

    private static let tokens =
        deaths.flatMap { subcode, death in
            [
                Row(190, sub: subcode, .deadToken(death)),
                Row(102, sub: subcode, .deadToken(death)),
            ]
        } + [
            Row(450, .deadToken(.unclear)), Row(452, .deadToken(.unclear)),
            Row(100, sub: 36_007, oauth: true, .deadCode(.expired)),
            Row(100, sub: 36_009, oauth: true, .deadCode(.used)),
            Row(190, message: "Invalid OAuth access token signature.", .deadToken(.unclear)),
        ]

    private static let permissions =
        [10, 200, 210, 283, 299].map { Row($0, status: 403, .permission) } + [
            Row(100, sub: 33, .permission), Row(190, sub: 492, .permission),
            Row(
                190,
                message: "Any of the pages_show_list permission(s) must be granted before "
                    + "impersonating a user's page.", .permission),
        ]

    private static let requests = [
        Row(100, .request), Row(190, sub: 2_069_032, .request),
        Row(190, message: "(#190) This method must be called with a Page Access Token", .request),
        Row(803, status: 404, .request),
        Row(2500, message: "Syntax error", .request), Row(2642, .request),
        Row(
            2500,
            message: "An active access token must be used to query information about the current "
                + "user.", .request),
    ]

    private static let persons =
        [459, 464, 490].flatMap { subcode in
            [Row(190, sub: subcode, .person), Row(102, sub: subcode, .person)]
        } + [Row(459, .person), Row(483, .person)]
}
