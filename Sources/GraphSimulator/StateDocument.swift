/// A complete or partial state in JSON; missing members leave the state unchanged.
struct StateDocument: Decodable {
    struct App: Decodable {
        var id: String
        var name: String?
        var secret: String?
        var clientToken: String?
        var requireProof: Bool?
        var native: Bool?
        var tokensNeverExpire: Bool?
        var redirectUris: [String]?
        var link: String?
        var category: String?
    }

    struct User: Decodable {
        var id: String
        var name: String?
        var systemUser: Bool?
        var developer: Bool?
        var dead: Int?
        var pages: [PageRole]?
        var generatePages: Int?
        var permissions: [Permission]?
    }

    /// A page and, in a user, also the user's role on it.
    struct PageRole: Decodable {
        var id: String
        var name: String?
        var category: String?
        var categoryId: String?
        var businessOwned: Bool?
        /// The linked Instagram account; an empty string removes it.
        var instagramId: String?
        var instagramUsername: String?
        var tasks: [String]?
        var givesToken: Bool?
    }

    struct Permission: Decodable {
        var permission: String
        var status: String
    }

    struct GranularScope: Decodable {
        var scope: String
        var targetIds: [String]?
    }

    struct Token: Decodable {
        var token: String
        var app: String?
        var type: String?
        var user: String?
        var page: String?
        var issuedAt: Time?
        var expiresAt: Time?
        var dataAccessExpiresAt: Time?
        var scopes: [String]?
        var granularScopes: [GranularScope]?
        var metadata: [String: String]?
        var dead: Int?
    }

    struct Code: Decodable {
        var code: String
        var app: String
        var user: String
        var redirectUri: String
        var issuedAt: Time?
        var scopes: [String]?
        var origin: String?
        var used: Bool?
    }

    /// Seconds since 1970, or text that ``GraphTime`` parses.
    enum Time: Decodable {
        case seconds(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let seconds = try? container.decode(Int.self) {
                self = .seconds(seconds)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func seconds(from now: Int) throws(StateError) -> Int {
            let seconds: Int
            switch self {
            case .seconds(let number): seconds = number
            case .text(let text):
                guard let time = GraphTime.seconds(text, from: now) else {
                    throw StateError(description: "'\(text)' is not a valid time")
                }
                seconds = time
            }
            // Lifetimes are added to times, which must not overflow.
            guard (-1 << 50...1 << 50).contains(seconds) else {
                throw StateError(description: "a time is too far away")
            }
            return seconds
        }
    }

    var apps: [App]?
    var users: [User]?
    var pages: [PageRole]?
    var tokens: [Token]?
    var codes: [Code]?
    var configurations: [Configuration]?
    var faults: [Fault]?
    var loginUser: String?
    var reexchange: String?
    var bareTrue: Bool?
    var instagram: PlatformDocument?
    var threads: PlatformDocument?
}
