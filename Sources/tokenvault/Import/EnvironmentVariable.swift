/// A variable of a `.env` file that is known here, such as `FB_APP_SECRET`.
struct EnvironmentVariable: Hashable, CustomStringConvertible {
    let prefix: String
    let role: Role

    /// What a variable holds; of a person's several tokens the first that lasts longest is taken.
    enum Role: String, CaseIterable {
        case appID = "APP_ID"
        case appSecret = "APP_SECRET"
        case longToken = "LONG_TOKEN"
        case userToken = "USER_TOKEN"
        case accessToken = "ACCESS_TOKEN"
        case shortToken = "SHORT_TOKEN"
        case pageToken = "PAGE_TOKEN"
        case pageID = "PAGE_ID"
    }

    private static let prefixes = ["", "FB_", "FACEBOOK_", "META_"]

    /// All that are known, in the order in which they are gone through.
    static let known = Role.allCases.flatMap { role in
        prefixes.map { EnvironmentVariable(prefix: $0, role: role) }
    }

    var description: String { prefix + role.rawValue }

    /// The variable that holds something else for the same app or page.
    func beside(_ role: Role) -> EnvironmentVariable {
        EnvironmentVariable(prefix: prefix, role: role)
    }
}
