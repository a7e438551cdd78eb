import GraphSimulator

/// A platform with what the sample state has for it.
struct Platform: CustomStringConvertible, Sendable {
    let platform: SimulatedPlatform
    /// The start of the grant types.
    let grant: String
    /// The start of the tokens.
    let tokens: String
    let legacyTokens: String
    let scope: String
    let app: String
    let secret: String
    let user: String
    let redirectURI: String

    var description: String { platform.rawValue }
    var path: String { platform.basePath }

    static let instagram = Platform(
        platform: .instagram, grant: "ig", tokens: "IGAAFAKE", legacyTokens: "IGQFAKE",
        scope: "instagram_business_basic", app: "3456789012345678", secret: "FAKEinstagram0001",
        user: "17841400000000009", redirectURI: "https://fake.example/instagram")
    static let threads = Platform(
        platform: .threads, grant: "th", tokens: "THAAFAKE", legacyTokens: "THQFAKE",
        scope: "threads_basic", app: "4567890123456789", secret: "FAKEthreads000001",
        user: "10200000000000555", redirectURI: "https://fake.example/threads")
    static let both = [instagram, threads]

    var short: String { tokens + "short0001" }
    var young: String { tokens + "young0001" }
    var active: String { tokens + "active001" }
    var expired: String { tokens + "expired01" }
    var first: String { tokens + "long0001" }

    /// The target of the exchange of a token.
    func exchange(_ token: String, secret: String? = nil) -> String {
        "\(path)/access_token?grant_type=\(grant)_exchange_token"
            + "&client_secret=\(secret ?? self.secret)&access_token=\(token)"
    }

    /// The target of the refresh of a token.
    func refresh(_ token: String) -> String {
        "\(path)/refresh_access_token?grant_type=\(grant)_refresh_token&access_token=\(token)"
    }

    /// The form that redeems a code.
    func form(
        code: String, app: String? = nil, secret: String? = nil, redirectURI: String? = nil
    ) -> String {
        "client_id=\(app ?? self.app)&client_secret=\(secret ?? self.secret)"
            + "&grant_type=authorization_code&redirect_uri=\(redirectURI ?? self.redirectURI)"
            + "&code=\(code)"
    }

    /// Sets quirks, as members of a JSON object.
    func set(_ quirks: String, in simulation: Simulation) throws {
        try simulation.merge(state: #"{"\#(platform.rawValue)":{"quirks":{\#(quirks)}}}"#)
    }

    /// Adds the code `AQFAKEcode` of the user.
    func addCode(to simulation: Simulation, scopes: String = "") throws {
        let list = scopes.isEmpty ? "" : #","scopes":[\#(scopes)]"#
        try simulation.merge(
            state: #"{"\#(platform.rawValue)":{"codes":[{"code":"AQFAKEcode","app":"\#(app)","#
                + #""user":"\#(user)","redirect_uri":"\#(redirectURI)"\#(list)}]}}"#)
    }

    /// Redeems the code `AQFAKEcode`.
    func redeem(_ form: String? = nil, in simulation: Simulation) -> SimulatedResponse {
        simulation.post("\(path)/oauth/access_token", form ?? self.form(code: "AQFAKEcode"))
    }
}
