import Entries

/// A known variable of a `.env` file, such as `FB_APP_SECRET`.
package struct EnvironmentVariable: Hashable, CustomStringConvertible {
    let prefix: String
    let name: String
    let role: Role
    /// The platform that the prefix names; Facebook without one.
    let platform: MetaPlatform

    /// The meaning of a variable.
    ///
    /// Of several tokens of one user, the (first) one that lasts longest is imported.
    enum Role: CaseIterable {
        case appID
        case appSecret
        case clientToken
        case longToken
        case userToken
        case accessToken
        case shortToken
        case systemUserToken
        case systemUserID
        case pageToken
        case pageID
        /// The ID of an Instagram or Threads account.
        case userID

        /// Whether the variable holds an ID, which is not a secret.
        var isID: Bool { [.appID, .pageID, .systemUserID, .userID].contains(self) }

        /// The common names, most common first.
        fileprivate var names: [String] {
            switch self {
            case .appID: ["APP_ID"]
            case .appSecret: ["APP_SECRET"]
            case .clientToken: []
            case .longToken:
                [
                    "LONG_TOKEN", "LONG_LIVED_TOKEN", "LONG_LIVED_ACCESS_TOKEN",
                    "LONG_LIVED_USER_TOKEN", "LONG_LIVED_USER_ACCESS_TOKEN",
                ]
            case .userToken: ["USER_TOKEN", "USER_ACCESS_TOKEN"]
            case .accessToken: ["ACCESS_TOKEN"]
            case .shortToken:
                [
                    "SHORT_TOKEN", "SHORT_LIVED_TOKEN", "SHORT_LIVED_ACCESS_TOKEN",
                    "SHORT_LIVED_USER_TOKEN", "SHORT_LIVED_USER_ACCESS_TOKEN",
                ]
            case .systemUserToken: ["SYSTEM_USER_TOKEN", "SYSTEM_USER_ACCESS_TOKEN"]
            case .systemUserID: ["SYSTEM_USER_ID"]
            case .pageToken:
                [
                    "PAGE_TOKEN", "PAGE_ACCESS_TOKEN", "LONG_LIVED_PAGE_TOKEN",
                    "LONG_LIVED_PAGE_ACCESS_TOKEN",
                ]
            case .pageID: ["PAGE_ID"]
            case .userID: []
            }
        }

        /// Names that have this meaning only with a prefix, because they are too general alone.
        fileprivate var prefixedNames: [String] {
            switch self {
            case .appID: ["CLIENT_ID"]
            case .appSecret: ["CLIENT_SECRET"]
            case .clientToken: ["CLIENT_TOKEN"]
            case .accessToken: ["TOKEN"]
            default: []
            }
        }
    }

    private static let prefixes: [(text: String, platform: MetaPlatform)] = [
        ("FB_", .facebook), ("FACEBOOK_", .facebook), ("META_", .facebook),
        ("INSTAGRAM_", .instagram), ("IG_", .instagram), ("THREADS_", .threads),
    ]

    /// All known variables, in the order in which they are processed.
    package static let known = Role.allCases.flatMap { role in
        role.names.map {
            EnvironmentVariable(prefix: "", name: $0, role: role, platform: .facebook)
        }
            + prefixes.flatMap { prefix, platform in
                names(of: role, on: platform).map {
                    EnvironmentVariable(prefix: prefix, name: $0, role: role, platform: platform)
                }
            }
    }

    /// Returns the names that have the meaning `role` after a prefix for `platform`.
    private static func names(of role: Role, on platform: MetaPlatform) -> [String] {
        if platform == .facebook { return role.names + role.prefixedNames }
        return switch role {
        case .appID, .appSecret, .accessToken: role.names + role.prefixedNames
        case .userID: ["USER_ID"]
        default: []
        }
    }

    package var description: String { prefix + name }

    /// Returns the usual name of the variable with another role for the same app or page.
    func usualName(of role: Role) -> String { prefix + (role.names.first ?? "") }
}
