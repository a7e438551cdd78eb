/// The state of the simulated Graph API: apps, users, pages, tokens and codes.
struct SimulatedState: Sendable {
    /// The result of exchanging a token that is already long-lived.
    enum Reexchange: String {
        /// The same token with the same expiry.
        case sameToken = "same-token"
        /// A new token with the same expiry.
        case newToken = "new-token-no-extend"
        /// A new token that expires in 60 days, at most once in 24 hours.
        case extend
    }

    var apps: [String: App] = [:]
    var users: [String: User] = [:]
    var pages: [String: Page] = [:]
    var tokens: [String: Token] = [:]
    var codes: [String: Code] = [:]
    /// The posts and photos of pages, by ID.
    var posts: [String: Post] = [:]
    /// The number of posts and photos created so far.
    var createdPosts = 0
    var configurations: [String: LoginConfiguration] = [:]
    /// The user who is logged in to Facebook in the browser.
    var loginUser: String?
    var reexchange = Reexchange.sameToken
    /// Whether the response to deleting permissions is a bare `true`, as documented.
    ///
    /// Otherwise, it is `{"success":true}`, as observed.
    var answersBareTrue = false
    private var minted = MintedValues()

    /// Returns the next unused value with this prefix, such as `EAAFAKElong0001`.
    mutating func mint(_ prefix: String) -> String {
        let (tokens, codes) = (tokens, codes)
        return minted.next(prefix) { tokens[$0] != nil || codes[$0] != nil }
    }
}

struct App {
    var id: String
    var name = "Fake App"
    var secret = ""
    var clientToken: String?
    /// The setting "Require App Secret" in the dashboard.
    var requiresProof = false
    /// The setting "Is App Secret embedded in the client" in the dashboard.
    var isNative = false
    /// Whether long-lived user tokens never expire, as for some Marketing API apps.
    var tokensNeverExpire = false
    /// The URIs to which the dialog may redirect, or `nil` to allow all.
    var redirectURIs: [String]?
    var link: String?
    var category: String?
    /// The app tokens issued with `client_credentials` since the secret was last changed.
    var mintedTokens: Set<String> = []
}

struct User {
    var id: String
    var name = "Fake User"
    var isSystemUser = false
    /// Whether the user has a role on the apps, which `debug_token` requires.
    var isDeveloper = true
    /// The subcode with which all tokens of this user fail.
    var dead: Int?
    var roles: [PageRole] = []
    /// The declined or expired permissions, in addition to those granted by tokens.
    var permissions: [Permission] = []
}

struct Page {
    var id: String
    var name = "Fake Page"
    var category = "Brand"
    var categoryID = "1605"
    /// Whether a business portfolio owns the page: listing it requires `business_management`.
    var isBusinessOwned = false
    /// The ID of the professional Instagram account that is linked to the page.
    var instagramID: String?
    /// The username of that account.
    var instagramUsername: String?
}

/// A post or photo on a page.
struct Post {
    var id: String
    var page: String
    var message: String?
    var isPublished = true
    /// The time at which it was created.
    var createdAt: Int
}

/// A user's role on a page.
struct PageRole {
    var page: String
    var tasks = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]
    /// Whether the user gets a page token.
    ///
    /// The Graph API withholds it if a second factor is missing or the tasks are not sufficient.
    var givesToken = true
}

struct Permission {
    var name: String
    var status: String
}

struct GranularScope {
    var scope: String
    /// The IDs of the objects to which the scope is limited, or `nil` for all.
    var targetIDs: [String]?
}

struct Token {
    enum Kind: String {
        case user = "USER"
        case page = "PAGE"
        case systemUser = "SYSTEM_USER"
        case app = "APP"
        /// `APP_ID|CLIENT_TOKEN`, which hardly any call accepts.
        case client = "CLIENT"
    }

    var string: String
    var app: String
    var kind: Kind
    var user: String?
    var page: String?
    var issuedAt = 0
    /// The time of expiry, or 0 for never.
    var expiresAt = 0
    /// The time at which access to the user's data ends, or 0 for never.
    var dataAccessExpiresAt = 0
    var scopes: [String] = []
    var granularScopes: [GranularScope] = []
    var metadata: [(key: String, value: String)] = []
    /// The subcode with which this token fails; with 190, it fails without a subcode.
    var dead: Int?
    /// The page tokens already issued for this token, by page.
    var pageTokens: [String: String] = [:]

    /// Whether the token is short-lived, that is, lasts at most two hours.
    var isShortLived: Bool { expiresAt != 0 && expiresAt - issuedAt <= 2 * 3600 }
}

/// An authorization code.
struct Code {
    enum Origin: String {
        case dialog
        case clientCode = "client_code"
    }

    var string: String
    var app: String
    var user: String
    var redirectURI: String
    var issuedAt: Int
    var scopes: [String]
    var origin = Origin.dialog
    var isUsed = false
    /// The S256 challenge from the parameters of the dialog.
    var challenge: String?
    /// The configuration with which the user logged in.
    var configuration: LoginConfiguration?
}
