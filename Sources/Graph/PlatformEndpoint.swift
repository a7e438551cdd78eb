/// A platform that has its own hosts, apps and tokens besides Facebook.
public enum AccountPlatform: CaseIterable, Sendable {
    /// The Instagram API with Instagram Login.
    case instagram
    /// The Threads API.
    case threads

    /// The name of the platform.
    public var name: String {
        switch self {
        case .instagram: "Instagram"
        case .threads: "Threads"
        }
    }

    /// The URL of the host for requests with a token.
    public var defaultURL: String {
        switch self {
        case .instagram: "https://graph.instagram.com"
        case .threads: "https://graph.threads.net"
        }
    }

    /// The URL of the host that exchanges codes.
    var defaultCodeURL: String {
        switch self {
        case .instagram: "https://api.instagram.com"
        case .threads: "https://graph.threads.net"
        }
    }

    /// The URL of the host of the login dialog.
    public var defaultDialogURL: String {
        switch self {
        case .instagram: "https://www.instagram.com"
        case .threads: "https://threads.net"
        }
    }

    /// The domains of the platform's own hosts.
    var domains: [String] {
        switch self {
        case .instagram: ["instagram.com"]
        case .threads: ["threads.net", "threads.com"]
        }
    }

    /// The start of the grant types, such as `ig_refresh_token`.
    var grantPrefix: String {
        switch self {
        case .instagram: "ig"
        case .threads: "th"
        }
    }

    /// The start of the paths that have a version.
    ///
    /// Threads has a single version. Instagram is called without one, so no version can end.
    var versionedPath: String {
        switch self {
        case .instagram: ""
        case .threads: "v1.0/"
        }
    }

    /// The scope without which no token can be refreshed.
    public var basicScope: String {
        switch self {
        case .instagram: "instagram_business_basic"
        case .threads: "threads_basic"
        }
    }
}

/// The servers of a platform to which requests go.
public struct PlatformEndpoint: Equatable, Sendable {
    /// The platform.
    public let platform: AccountPlatform
    /// The server for requests with a token.
    public let main: GraphEndpoint
    /// The server that exchanges codes.
    public let codes: GraphEndpoint

    /// Creates an endpoint of the platform's hosts, or of `url` in place of all of them.
    public init(_ platform: AccountPlatform, url: String? = nil) throws(GraphEndpoint.Unusable) {
        self.platform = platform
        main = try GraphEndpoint(
            url: url ?? platform.defaultURL, version: "none", domains: platform.domains)
        codes = try GraphEndpoint(
            url: url ?? platform.defaultCodeURL, version: "none", domains: platform.domains)
        // Paths that need a version contain it already.
        if main.endsWithVersion { throw .version }
    }

    /// Returns the endpoint of the login dialog at `url`, by default the platform's own.
    public static func dialog(
        of platform: AccountPlatform, url: String? = nil
    ) throws(GraphEndpoint.Unusable) -> GraphEndpoint {
        try GraphEndpoint(
            url: url ?? platform.defaultDialogURL, version: "none", domains: platform.domains)
    }
}
