/// Everything the simulated Graph API knows: apps, people, pages and tokens.
struct SimulatedState: Sendable {
    /// What exchanging a token that is already long-lived gives.
    enum Reexchange: String {
        /// The same token, its expiry untouched.
        case sameToken = "same-token"
        /// Another token that expires when the old one does.
        case newToken = "new-token-no-extend"
        /// Another token for 60 more days, at most once in 24 hours.
        case extend
    }

    var apps: [String: App] = [:]
    var users: [String: User] = [:]
    var pages: [String: Page] = [:]
    var tokens: [String: Token] = [:]
    var codes: [String: Code] = [:]
    /// Who sits at the browser when the login dialog is opened.
    var loginUser: String?
    var reexchange = Reexchange.sameToken
    /// Whether deleting permissions answers a bare `true`, as documented, or `{"success":true}`, as seen.
    var answersBareTrue = false
    /// How many values of each kind were made, which makes the next one predictable.
    private var minted: [String: Int] = [:]

    /// The next unused value of that form, such as `EAAFAKElong0001`.
    mutating func mint(_ prefix: String) -> String {
        repeat {
            minted[prefix, default: 0] += 1
            let number = String(minted[prefix, default: 0])
            let value = prefix + String(repeating: "0", count: max(0, 4 - number.count)) + number
            if tokens[value] == nil, codes[value] == nil { return value }
        } while true
    }
}

struct App {
    var id: String
    var name = "Fake App"
    var secret = ""
    var clientToken: String?
    /// The dashboard's "Require App Secret".
    var requiresProof = false
    /// The dashboard's "Is App Secret embedded in the client".
    var isNative = false
    /// Whether long-lived user tokens have no expiry, as those of some Marketing API apps.
    var tokensNeverExpire = false
    /// Where the dialog may redirect to; nil allows everything.
    var redirectURIs: [String]?
    var link: String?
    var category: String?
    /// App tokens made by `client_credentials` since the secret was last changed.
    var mintedTokens: Set<String> = []
}

struct User {
    var id: String
    var name = "Fake User"
    var isSystemUser = false
    /// Whether the user has a role on the apps, which `debug_token` asks for.
    var isDeveloper = true
    /// The subcode with which all tokens of this user fail.
    var dead: Int?
    var roles: [PageRole] = []
    /// Permissions beyond those granted by tokens: declined or expired ones.
    var permissions: [Permission] = []
}

struct Page {
    var id: String
    var name = "Fake Page"
    var category = "Brand"
    var categoryID = "1605"
    /// Owned by a Business portfolio: listed only to tokens with `business_management`.
    var isBusinessOwned = false
}

/// A user's place on a page.
struct PageRole {
    var page: String
    var tasks = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]
    /// False where a missing second factor or too small a task withholds the page token.
    var givesToken = true
}

struct Permission {
    var name: String
    var status: String
}

struct GranularScope {
    var scope: String
    /// Nil means everything of the kind.
    var targetIDs: [String]?
}

struct Token {
    enum Kind: String {
        case user = "USER"
        case page = "PAGE"
        case systemUser = "SYSTEM_USER"
        case app = "APP"
        /// `APP_ID|CLIENT_TOKEN`, which hardly anything accepts.
        case client = "CLIENT"
    }

    var string: String
    var app: String
    var kind: Kind
    var user: String?
    var page: String?
    var issuedAt = 0
    /// 0 means never.
    var expiresAt = 0
    /// 0 means no such limit.
    var dataAccessExpiresAt = 0
    var scopes: [String] = []
    var granularScopes: [GranularScope] = []
    var metadata: [(key: String, value: String)] = []
    /// The subcode with which this token fails; 190 stands for none.
    var dead: Int?
    /// Page tokens already given out for this token, by page.
    var pageTokens: [String: String] = [:]

    /// Short-lived sessions end at most two hours after they began.
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
    /// The S256 challenge that the dialog was given.
    var challenge: String?
}
