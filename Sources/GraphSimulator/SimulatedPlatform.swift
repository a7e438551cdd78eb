/// A platform whose API the simulator serves.
public enum SimulatedPlatform: String, Sendable, CaseIterable {
    /// The Graph API, at the root of a server's address.
    case facebook
    /// The Instagram API with Instagram Login: graph.instagram.com, api.instagram.com and the
    /// dialog of www.instagram.com.
    case instagram
    /// The Threads API: graph.threads.net and the dialog of threads.net.
    case threads

    /// The path of the platform's base URL on a server that serves all platforms.
    ///
    /// It is empty for Facebook, whose base URL is the server's address.
    public var basePath: String { self == .facebook ? "" : "/\(rawValue)" }

    /// The possible prefixes of tokens, with the current one first.
    var tokenPrefixes: [String] {
        switch self {
        case .facebook: ["EAA"]
        case .instagram: ["IGAA", "IGQ"]
        case .threads: ["THAA", "THQ"]
        }
    }

    /// The start of the grant types `ig_exchange_token`, `th_refresh_token`, ….
    var grantPrefix: String {
        switch self {
        case .facebook: "fb"
        case .instagram: "ig"
        case .threads: "th"
        }
    }

    /// The scope that is required to refresh a token.
    var basicScope: String {
        switch self {
        case .facebook: "public_profile"
        case .instagram: "instagram_business_basic"
        case .threads: "threads_basic"
        }
    }

    /// The error type of calls that the platform does not support.
    var errorType: String {
        switch self {
        case .facebook: "GraphMethodException"
        case .instagram: "IGApiException"
        case .threads: "THApiException"
        }
    }

    /// Returns the version that serves a call, or `nil` if the requested one never existed.
    func version(serving requested: GraphVersion?, at now: Int) -> GraphVersion? {
        guard self == .threads else { return GraphVersion.serving(requested, at: now) }
        // Threads has a single version.
        let only = GraphVersion("v1.0")
        return requested == nil || requested == only ? only : nil
    }
}
