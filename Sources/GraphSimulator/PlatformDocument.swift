/// The `instagram` or `threads` member of a state in JSON; missing members leave it unchanged.
struct PlatformDocument: Decodable {
    struct App: Decodable {
        var id: String
        var name: String?
        var secret: String?
        var redirectUris: [String]?
    }

    struct User: Decodable {
        var id: String
        var appScopedId: String?
        var username: String?
        var name: String?
        var `private`: Bool?
        var tester: Bool?
        var dead: Int?
    }

    struct Token: Decodable {
        var token: String
        var app: String?
        var user: String?
        var issuedAt: StateDocument.Time?
        var expiresAt: StateDocument.Time?
        /// The same as `issued_at` by default.
        var grantedAt: StateDocument.Time?
        var scopes: [String]?
        var dead: Int?
    }

    struct Code: Decodable {
        var code: String
        var app: String
        var user: String
        var redirectUri: String
        var issuedAt: StateDocument.Time?
        var scopes: [String]?
        var used: Bool?
    }

    /// The members of ``PlatformQuirks`` to change.
    struct Quirks: Decodable {
        var codeResponse: PlatformQuirks.Shape?
        var meResponse: PlatformQuirks.Shape?
        var permissions: PlatformQuirks.List?
        var ids: PlatformQuirks.IDs?
        var codeUser: PlatformQuirks.CodeUser?
        var refresh: PlatformQuirks.Refresh?
        var tooYoung: PlatformQuirks.TooYoung?
        var tokenPrefix: String?
        var expiredSubcode: Int?
        var requiresHttps: Bool?
    }

    var apps: [App]?
    var users: [User]?
    var tokens: [Token]?
    var codes: [Code]?
    var loginUser: String?
    var quirks: Quirks?
}
