/// A row of the table: which refusals it matches, and their class.
struct RefusalRow: Sendable {
    /// A condition on a refusal in addition to its code and subcode.
    enum Condition: Sendable {
        /// Meta's message contains these words, because Meta has no separate code for this error.
        case saying(String)
        /// Meta marked the error as transient, or its server failed.
        case transientByItself
        /// The call was a request for a token.
        case fromOAuth
        /// The call had an `appsecret_proof`.
        case withProof
        /// The call was made with the app's token.
        case withAppToken
        /// The call was made with the inspected token itself.
        case withoutAppToken
        /// There is no subcode.
        case withoutSubcode
        /// The error has this name, as its type or instead of a code.
        case named(String)
        /// The response had this HTTP status.
        case status(Int)
    }

    let codes: ClosedRange<Int>
    /// The subcode, or `nil` to match any or none.
    let subcode: Int?
    let conditions: [Condition]
    let classification: GraphRefusal.Class

    init(
        _ codes: ClosedRange<Int>, _ subcode: Int?, _ conditions: Condition...,
        is classification: GraphRefusal.Class
    ) {
        self.codes = codes
        self.subcode = subcode
        self.conditions = conditions
        self.classification = classification
    }

    init(
        _ code: Int, _ subcode: Int? = nil, _ conditions: Condition...,
        is classification: GraphRefusal.Class
    ) {
        codes = code...code
        self.subcode = subcode
        self.conditions = conditions
        self.classification = classification
    }

    /// Returns whether the row matches `refusal`.
    func matches(_ refusal: GraphRefusal) -> Bool {
        codes.contains(refusal.code) && (subcode == nil || subcode == refusal.subcode)
            && conditions.allSatisfy { condition in
                switch condition {
                case .saying(let words): refusal.message.lowercased().contains(words)
                case .transientByItself: refusal.isTransient || refusal.httpStatus >= 500
                case .fromOAuth: refusal.isFromOAuth
                case .withProof: refusal.carriedProof
                case .withAppToken: refusal.usedAppToken
                case .withoutAppToken: !refusal.usedAppToken
                case .withoutSubcode: refusal.subcode == nil
                case .named(let name): refusal.type?.lowercased() == name
                case .status(let status): refusal.httpStatus == status
                }
            }
    }
}

/// Meta's error codes in numerical order, each with its class; the first matching row applies.
///
/// The consequences of a class are defined in two places: `GraphRefusal.Class.repetition` for
/// retries, and the program's messages with their exit status and advice. Codes and subcodes decide
/// wherever Meta has them. Codes 1, 100, 190 and 2500 cover quite different errors, which can only
/// be distinguished by the message: see the rows with `.saying`. If Meta changes its wording, these
/// errors fall through to the general row of their code.
enum RefusalTable {
    static let rows = apps + names + general + limits + parameters + sessions + permissions + rest

    // Problems with the app as a whole, which imply nothing about a token.
    private static let apps =
        ["api access blocked", "api access deactivated", "api access disabled"].map { words in
            RefusalRow(1...299, nil, .saying(words), is: .configuration(.blockedApp))
        } + [
            // The app's server IP allowlist.
            RefusalRow(5, is: .configuration(.address)),
            // With the app's token, also "Invalid OAuth access token signature.": the app's token
            // consists of its ID and secret.
            RefusalRow(
                190, nil, .saying("error validating application"), is: .configuration(.appID)),
            RefusalRow(
                101...102, nil, .withAppToken, .withoutSubcode, is: .configuration(.appSecret)),
            RefusalRow(190, nil, .withAppToken, .withoutSubcode, is: .configuration(.appSecret)),
            RefusalRow(
                190, nil, .withAppToken, .saying("access token signature"),
                is: .configuration(.appSecret)),
        ]

    // Errors without a Graph API code: OAuth errors (RFC 6749, section 5.2), and older Instagram
    // errors, which use the HTTP status as their code.
    private static let names = [
        RefusalRow(0, nil, .named("invalid_client"), is: .configuration(.appSecret)),
        RefusalRow(0, nil, .named("unauthorized_client"), is: .configuration(.unclear)),
        RefusalRow(0, nil, .named("invalid_token"), .withAppToken, is: .configuration(.appSecret)),
        RefusalRow(0, nil, .named("invalid_token"), is: .deadToken(.unclear)),
        RefusalRow(0, nil, .named("access_denied"), is: .permission),
        RefusalRow(0, nil, .named("invalid_scope"), is: .permission),
        // From the login dialog.
        RefusalRow(0, nil, .named("platform__invalid_app_id"), is: .configuration(.appID)),
        RefusalRow(0, nil, .named("server_error"), is: .transient),
        RefusalRow(0, nil, .named("temporarily_unavailable"), is: .transient),
        RefusalRow(400...401, nil, .named("oauthaccesstokenexception"), is: .deadToken(.unclear)),
        RefusalRow(400, nil, .saying("invalid platform app"), is: .configuration(.appID)),
        RefusalRow(400, nil, .saying("client_secret"), is: .configuration(.appSecret)),
        RefusalRow(400, nil, .saying("redirect_uri"), is: .configuration(.redirect)),
        RefusalRow(400, nil, .saying("redirect uri"), is: .configuration(.redirect)),
        RefusalRow(400, nil, .saying("matching code was not found"), is: .deadCode(.used)),
        RefusalRow(400, nil, .saying("already used"), is: .deadCode(.used)),
        RefusalRow(400, nil, .saying("expired"), is: .deadCode(.expired)),
        RefusalRow(429, is: .throttled),
    ]

    private static let general = [
        // "An unknown error occurred", possibly temporary; from oauth/access_token also any problem
        // with the app's settings.
        RefusalRow(1, 33, is: .configuration(.appSecret)),
        RefusalRow(1, 99, is: .transient),
        RefusalRow(1, nil, .saying("reduce the amount of data"), is: .tooMuchData),
        RefusalRow(1, nil, .saying("client secret"), is: .configuration(.appSecret)),
        RefusalRow(
            1, nil, .saying("does not belong to application"), is: .configuration(.otherApp)),
        RefusalRow(1, nil, .saying("client_secret"), is: .configuration(.nativeApp)),
        RefusalRow(1, nil, .saying("parameter not specified"), is: .configuration(.unclear)),
        RefusalRow(1, nil, .transientByItself, is: .transient),
        // "An unknown error has occurred.", also from oauth/access_token.
        RefusalRow(1, nil, .saying("unknown error"), is: .transient),
        RefusalRow(1, nil, .saying("unexpected error"), is: .transient),
        RefusalRow(1, nil, .saying("try again"), is: .transient),
        RefusalRow(1, nil, .saying("retry your request"), is: .transient),
        RefusalRow(1, nil, .fromOAuth, is: .configuration(.unclear)),
        RefusalRow(1, is: .transient),
        // Service temporarily unavailable.
        RefusalRow(2, is: .transient),
        // The app lacks a capability.
        RefusalRow(3, is: .configuration(.capability)),
    ]

    private static let limits = [
        // 4, 17 and 32 are the rate limits of the app, the user and the page.
        RefusalRow(4, is: .throttled),
        RefusalRow(10, is: .permission),
        RefusalRow(17, is: .throttled),
        RefusalRow(32, is: .throttled),
    ]

    private static let parameters = [
        // Invalid parameter. The subcodes about codes and redirect URIs come from the login.
        RefusalRow(100, 33, is: .permission),
        RefusalRow(100, 36_007, is: .deadCode(.expired)),
        RefusalRow(100, 36_008, is: .configuration(.redirect)),
        RefusalRow(100, 36_009, is: .deadCode(.used)),
        // The message names the parameter; the call determines whether it is missing or wrong.
        RefusalRow(
            100, nil, .saying("appsecret_proof"), .withProof, is: .configuration(.proof)),
        RefusalRow(100, nil, .saying("appsecret_proof"), is: .configuration(.missingProof)),
        // debug_token with the token of another app.
        RefusalRow(
            100, nil, .saying("did not match the viewing app"), is: .configuration(.otherApp)),
        // debug_token: page tokens and most user tokens cannot inspect themselves.
        RefusalRow(
            100, nil, .saying("must provide an app access token"), .withoutAppToken,
            is: .configuration(.missingSecret)),
        RefusalRow(100, is: .request),
        // Instagram and Threads: the secret is not that of the token's app.
        RefusalRow(101, nil, .saying("client_secret"), is: .configuration(.appSecret)),
        // Invalid app ID; with "due to a system error", it is just as permanent.
        RefusalRow(101, is: .configuration(.appID)),
        // A token is required: the Graph API does not accept the app token of a native app.
        RefusalRow(104, is: .configuration(.nativeApp)),
    ]

    // 102 is the old code for 190; the subcodes are the same.
    private static let sessions =
        sessionRows(102) + sessionRows(190) + [
            // The redirect URI is not registered for the app.
            RefusalRow(191, is: .configuration(.redirect)),
            // This and similar errors from the login dialog.
            RefusalRow(1_349_048, is: .configuration(.redirect)),
            RefusalRow(1_349_126, is: .configuration(.redirect)),
            RefusalRow(1_349_168, is: .configuration(.redirect)),
            RefusalRow(1_349_220, is: .configuration(.redirect)),
        ]

    private static func sessionRows(_ code: Int) -> [RefusalRow] {
        [
            // The user removed the app.
            RefusalRow(code, 458, is: .deadToken(.removedApp)),
            // 459, 464 and 490: a checkpoint, an unconfirmed user, a missing second factor.
            RefusalRow(code, 459, is: .person),
            RefusalRow(code, 460, is: .deadToken(.passwordChanged)),
            RefusalRow(code, 463, is: .deadToken(.expired)),
            RefusalRow(code, 464, is: .person),
            RefusalRow(code, 467, is: .deadToken(.loggedOut)),
            RefusalRow(code, 490, is: .person),
            // No role on the page, or no second factor although the page's business requires one.
            RefusalRow(code, 492, is: .permission),
            RefusalRow(code, 493, is: .deadToken(.unused)),
            // The call requires a page token and got another one, which may still be valid.
            RefusalRow(code, 2_069_032, is: .request),
            RefusalRow(
                code, nil, .saying("must be called with a page access token"), is: .request),
            RefusalRow(
                code, nil, .saying("must be granted before impersonating"), is: .permission),
            // Malformed, invalidated, stale, unused (456, 457, 461, 462, 465, 466, 468). Without a
            // subcode: revoked, wrong signature, not a token.
            RefusalRow(code, is: .deadToken(.unclear)),
        ]
    }

    private static let permissions = [
        RefusalRow(200...299, nil, is: .permission)
    ]

    private static let rest = [
        // The application's limit.
        RefusalRow(341, is: .throttled),
        // Blocked for policy reasons.
        RefusalRow(368, is: .blocked),
        // Legacy session keys, expired and invalid.
        RefusalRow(450, is: .deadToken(.unclear)),
        RefusalRow(452, is: .deadToken(.unclear)),
        // A checkpoint, and a user who is not eligible for the feature.
        RefusalRow(459, is: .person),
        RefusalRow(483, is: .person),
        // A custom rate limit.
        RefusalRow(613, is: .throttled),
        // The alias does not exist.
        RefusalRow(803, is: .request),
        // The whole batch failed.
        RefusalRow(960, is: .transient),
        // A syntax error in the query, or a path or version that does not exist.
        RefusalRow(2500, nil, .saying("unknown path components"), is: .configuration(.version)),
        RefusalRow(2500, is: .request),
        // A version that no longer exists.
        RefusalRow(2635, is: .configuration(.version)),
        // Business use case rate limits: pages, Instagram, ads, leads, WhatsApp, catalogs.
        RefusalRow(80_000...80_014, nil, is: .throttled),
        // All undocumented codes.
        RefusalRow(Int.min...Int.max, nil, .status(429), is: .throttled),
        RefusalRow(Int.min...Int.max, nil, .transientByItself, is: .transient),
        RefusalRow(Int.min...Int.max, nil, is: .request),
    ]
}
