/// A line of the table: which refusals it is about, and what can be done about them.
struct RefusalRow: Sendable {
    /// What must hold of a refusal besides its code and subcode.
    enum Condition: Sendable {
        /// Meta has no code of its own for this: its English must contain these words.
        case saying(String)
        /// Meta calls it passing, or its server failed.
        case transientByItself
        /// It was asked for a token.
        case fromOAuth
        /// The call had an `appsecret_proof`.
        case withProof
        /// The call was made with the app's token.
        case askedByApp
        /// The call was made with the token that it asks about.
        case askedByToken
        /// There is no subcode.
        case withoutSubcode
        /// It has that name: its type, or the word that stands in for a code.
        case named(String)
        /// It came with this HTTP status.
        case status(Int)
    }

    let codes: ClosedRange<Int>
    /// Nil for any or none.
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

    /// Whether the line is about `refusal`.
    func fits(_ refusal: GraphRefusal) -> Bool {
        codes.contains(refusal.code) && (subcode == nil || subcode == refusal.subcode)
            && conditions.allSatisfy { condition in
                switch condition {
                case .saying(let words): refusal.message.lowercased().contains(words)
                case .transientByItself: refusal.isTransient || refusal.httpStatus >= 500
                case .fromOAuth: refusal.isFromOAuth
                case .withProof: refusal.carriedProof
                case .askedByApp: refusal.wasAskedByApp
                case .askedByToken: !refusal.wasAskedByApp
                case .withoutSubcode: refusal.subcode == nil
                case .named(let name): refusal.type?.lowercased() == name
                case .status(let status): refusal.httpStatus == status
                }
            }
    }
}

/// Meta's error codes in the order of their numbers, each with its class; the first row that fits
/// counts.
///
/// What a class is worth is said in two places: `GraphRefusal.Class.repetition`, whether it is tried
/// again, and the program's words for it, with the exit status and what helps. Codes and subcodes decide
/// wherever Meta has them. Codes 1, 100, 190 and 2500 stand for faults of quite different kinds, and
/// nothing but the message tells them apart: rows with `.saying`. If Meta changes its English, these
/// fall through to the general row of their code.
enum RefusalTable {
    static let rows = apps + names + general + limits + parameters + sessions + permissions + rest

    // The app as a whole, which says nothing of any token.
    private static let apps =
        ["api access blocked", "api access deactivated", "api access disabled"].map { words in
            RefusalRow(1...299, nil, .saying(words), is: .configuration(.blockedApp))
        } + [
            // The app's Server IP allow list.
            RefusalRow(5, is: .configuration(.address)),
            // "Invalid OAuth access token signature.": the app's own token is made of its secret.
            RefusalRow(
                190, nil, .saying("error validating application"), is: .configuration(.appID)),
            RefusalRow(
                101...102, nil, .askedByApp, .withoutSubcode, is: .configuration(.appSecret)),
            RefusalRow(190, nil, .askedByApp, .withoutSubcode, is: .configuration(.appSecret)),
            RefusalRow(
                190, nil, .askedByApp, .saying("access token signature"),
                is: .configuration(.appSecret)),
        ]

    // Errors without a code of Graph's: OAuth's (RFC 6749, section 5.2), and Instagram's of old, with
    // the HTTP status for a code.
    private static let names = [
        RefusalRow(0, nil, .named("invalid_client"), is: .configuration(.appSecret)),
        RefusalRow(0, nil, .named("unauthorized_client"), is: .configuration(.unclear)),
        RefusalRow(0, nil, .named("invalid_token"), .askedByApp, is: .configuration(.appSecret)),
        RefusalRow(0, nil, .named("invalid_token"), is: .deadToken(.unclear)),
        RefusalRow(0, nil, .named("access_denied"), is: .permission),
        RefusalRow(0, nil, .named("invalid_scope"), is: .permission),
        // The login dialog's.
        RefusalRow(0, nil, .named("platform__invalid_app_id"), is: .configuration(.appID)),
        RefusalRow(0, nil, .named("server_error"), is: .transient),
        RefusalRow(0, nil, .named("temporarily_unavailable"), is: .transient),
        RefusalRow(400...401, nil, .named("oauthaccesstokenexception"), is: .deadToken(.unclear)),
        RefusalRow(429, is: .throttled),
    ]

    private static let general = [
        // "An unknown error occurred", possibly temporary; to oauth/access_token also every fault of
        // the app's settings.
        RefusalRow(1, 33, is: .configuration(.appSecret)),
        RefusalRow(1, 99, is: .transient),
        RefusalRow(1, nil, .saying("reduce the amount of data"), is: .tooMuchData),
        RefusalRow(1, nil, .saying("client secret"), is: .configuration(.appSecret)),
        RefusalRow(
            1, nil, .saying("does not belong to application"), is: .configuration(.otherApp)),
        RefusalRow(1, nil, .saying("client_secret"), is: .configuration(.nativeApp)),
        RefusalRow(1, nil, .saying("parameter not specified"), is: .configuration(.unclear)),
        RefusalRow(1, nil, .transientByItself, is: .transient),
        // "An unknown error has occurred.", to oauth/access_token too.
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
        // The app's, the user's and the page's limit of calls.
        RefusalRow(4, is: .throttled),
        RefusalRow(10, is: .permission),
        RefusalRow(17, is: .throttled),
        RefusalRow(32, is: .throttled),
    ]

    private static let parameters = [
        // Invalid parameter; the subcodes of codes and redirect addresses are those of the login.
        RefusalRow(100, 33, is: .permission),
        RefusalRow(100, 36_007, is: .deadCode(.expired)),
        RefusalRow(100, 36_008, is: .configuration(.redirect)),
        RefusalRow(100, 36_009, is: .deadCode(.used)),
        // Missing or wrong; Meta's words name the parameter, and which it is the call itself knows.
        RefusalRow(
            100, nil, .saying("appsecret_proof"), .withProof, is: .configuration(.proof)),
        RefusalRow(100, nil, .saying("appsecret_proof"), is: .configuration(.missingProof)),
        // debug_token, of a token that another app's token asks about.
        RefusalRow(
            100, nil, .saying("did not match the viewing app"), is: .configuration(.otherApp)),
        // debug_token, which tells a page's token nothing about itself, nor most users' tokens.
        RefusalRow(
            100, nil, .saying("must provide an app access token"), .askedByToken,
            is: .configuration(.missingSecret)),
        RefusalRow(100, is: .request),
        // The app id; "due to a system error" passes no more than the rest of it.
        RefusalRow(101, is: .configuration(.appID)),
        // A token is required: to an app without a server its own token counts as none.
        RefusalRow(104, is: .configuration(.nativeApp)),
    ]

    // 102 is what 190 was called; the subcodes are the same.
    private static let sessions =
        sessionRows(102) + sessionRows(190) + [
            // The redirect address is not among the app's.
            RefusalRow(191, is: .configuration(.redirect)),
            // The same, and the like, as the login dialog says it.
            RefusalRow(1_349_048, is: .configuration(.redirect)),
            RefusalRow(1_349_126, is: .configuration(.redirect)),
            RefusalRow(1_349_168, is: .configuration(.redirect)),
            RefusalRow(1_349_220, is: .configuration(.redirect)),
        ]

    private static func sessionRows(_ code: Int) -> [RefusalRow] {
        [
            // The person removed the app.
            RefusalRow(code, 458, is: .deadToken(.removedApp)),
            // A checkpoint, a user not confirmed, a second factor to be set up.
            RefusalRow(code, 459, is: .person),
            RefusalRow(code, 460, is: .deadToken(.passwordChanged)),
            RefusalRow(code, 463, is: .deadToken(.expired)),
            RefusalRow(code, 464, is: .person),
            RefusalRow(code, 467, is: .deadToken(.loggedOut)),
            RefusalRow(code, 490, is: .person),
            // No role on the page, or no second factor where its business wants one.
            RefusalRow(code, 492, is: .permission),
            RefusalRow(code, 493, is: .deadToken(.unused)),
            // A page's token is wanted, and this is none; the token is none the worse for it.
            RefusalRow(code, 2_069_032, is: .request),
            RefusalRow(
                code, nil, .saying("must be called with a page access token"), is: .request),
            RefusalRow(
                code, nil, .saying("must be granted before impersonating"), is: .permission),
            // Malformed, invalidated, stale, unused (456, 457, 461, 462, 465, 466, 468), or without
            // a subcode: revoked, of a wrong signature, not a token.
            RefusalRow(code, is: .deadToken(.unclear)),
        ]
    }

    private static let permissions = [
        RefusalRow(200...299, nil, is: .permission)
    ]

    private static let rest = [
        // The application's limit.
        RefusalRow(341, is: .throttled),
        // Blocked for reasons of policy.
        RefusalRow(368, is: .blocked),
        // Session keys of old, expired and invalid.
        RefusalRow(450, is: .deadToken(.unclear)),
        RefusalRow(452, is: .deadToken(.unclear)),
        // A checkpoint, and a person not fit for the feature.
        RefusalRow(459, is: .person),
        RefusalRow(483, is: .person),
        // A limit of its own.
        RefusalRow(613, is: .throttled),
        // No such alias.
        RefusalRow(803, is: .request),
        // A batch that failed as a whole.
        RefusalRow(960, is: .transient),
        // A query of wrong syntax, or a path or version that is not there.
        RefusalRow(2500, nil, .saying("unknown path components"), is: .configuration(.version)),
        RefusalRow(2500, is: .request),
        // A version that is no longer.
        RefusalRow(2635, is: .configuration(.version)),
        // The limits of business use cases: pages, Instagram, ads, leads, WhatsApp, catalogues.
        RefusalRow(80_000...80_014, nil, is: .throttled),
        // What nobody documented.
        RefusalRow(Int.min...Int.max, nil, .status(429), is: .throttled),
        RefusalRow(Int.min...Int.max, nil, .transientByItself, is: .transient),
        RefusalRow(Int.min...Int.max, nil, is: .request),
    ]
}
