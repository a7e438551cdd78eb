/// The known and suspected variations in the responses of Instagram and Threads.
struct PlatformQuirks: Sendable {
    /// The shape of an object in a response.
    enum Shape: String, Sendable, Decodable {
        case flat
        /// `{"data":[{…}]}`, as in Meta's documents.
        case wrapped
    }

    /// The type of `permissions` in the response to a code.
    enum List: String, Sendable, Decodable {
        case array
        /// One string with commas.
        case string
    }

    /// The type of IDs.
    enum IDs: String, Sendable, Decodable {
        /// Numbers in the response to a code, strings everywhere else.
        case usual
        case numbers
        case strings
    }

    /// The `user_id` in the response to a code.
    enum CodeUser: String, Sendable, Decodable {
        case account
        /// The ID that is valid for one app only and never identifies the account.
        case appScoped = "app-scoped"
    }

    /// The result of a refresh.
    enum Refresh: String, Sendable, Decodable {
        case newToken = "new-token"
        /// The same string with a new expiry.
        case sameToken = "same-token"
        /// A new token; the old one is invalid from now on.
        case newTokenOnly = "new-token-only"
    }

    /// The response to a refresh in the first 24 hours, which Meta does not document.
    enum TooYoung: String, Sendable, Decodable {
        /// `Unsupported request - method type: get`.
        case unsupported
        /// An error that states the reason.
        case explained
        /// Refreshes the token anyway.
        case refreshed
    }

    var codeResponse = Shape.flat
    var meResponse = Shape.flat
    var permissions = List.array
    var ids = IDs.usual
    var codeUser = CodeUser.account
    var refresh = Refresh.newToken
    var tooYoung = TooYoung.unsupported
    /// The prefix of new tokens, or `nil` for the platform's current one.
    var tokenPrefix: String?
    /// The subcode of the error for an expired token: 463, or 0 as seen on Instagram.
    var expiredSubcode = 463
    /// Whether redirect URIs must be `https`.
    var requiresHTTPS = true
}
