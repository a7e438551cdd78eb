/// The state of Instagram or Threads: apps, users, tokens and codes.
struct PlatformState: Sendable {
    var apps: [String: PlatformApp] = [:]
    var users: [String: PlatformUser] = [:]
    var tokens: [String: PlatformToken] = [:]
    var codes: [String: PlatformCode] = [:]
    /// The user who is logged in to the platform in the browser.
    var loginUser: String?
    var quirks = PlatformQuirks()
    private var minted = MintedValues()

    /// Returns the next unused value with this prefix, such as `IGAAFAKElong0001`.
    mutating func mint(_ prefix: String) -> String {
        let (tokens, codes) = (tokens, codes)
        return minted.next(prefix) { tokens[$0] != nil || codes[$0] != nil }
    }
}

/// The app of a platform; its ID and secret differ from those of the Facebook app.
struct PlatformApp {
    var id: String
    var name = "Fake App"
    var secret = ""
    /// The URIs to which the dialog may redirect, or `nil` to allow all.
    var redirectURIs: [String]?
}

struct PlatformUser {
    /// The ID of the account: `user_id` of Instagram's `me`, and `id` of Threads' `me`.
    var id: String
    /// The ID that is valid for one app only: `id` of Instagram's `me`.
    var appScopedID: String
    var username = "fake"
    var name = "Fake User"
    /// Whether the account is private: what it grants ends after 90 days, whatever is refreshed.
    var isPrivate = false
    /// Whether the user accepted the invitation to test the app.
    var isTester = true
    /// The subcode with which all tokens of this user fail.
    var dead: Int?
}

struct PlatformToken {
    var string: String
    var app: String
    var user: String
    /// The time at which the token was issued or last refreshed.
    var issuedAt: Int
    var expiresAt: Int
    /// The time at which the user granted the scopes.
    var grantedAt: Int
    var scopes: [String] = []
    var isShortLived = false
    /// The subcode with which this token fails; with 190, it fails without a subcode.
    var dead: Int?
}

/// An authorization code of a platform.
struct PlatformCode {
    var string: String
    var app: String
    var user: String
    var redirectURI: String
    var issuedAt: Int
    var scopes: [String]
    var isUsed = false
}
