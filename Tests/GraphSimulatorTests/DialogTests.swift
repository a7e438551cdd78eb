import GraphSimulator
import Testing

/// What the login dialog asks for, and which token comes of it.
struct DialogTests {
    private static let redirect = "redirect_uri=http%3A%2F%2Flocalhost%3A47231%2F"
    private static let business = "&config_id=1040000000000001"
    private static let code = "&response_type=code&override_default_response_type=true"

    private let simulation: Simulation

    init() throws { simulation = try Simulation.atRest() }

    private func open(_ items: String) -> SimulatedResponse {
        simulation.get("/v26.0/dialog/oauth?client_id=\(app)&\(Self.redirect)\(items)")
    }

    /// Continues in the dialog, and returns what `debug_token` reports about the token.
    private func logIn(_ items: String, declining declined: String? = nil) throws -> String {
        let declined = declined.map { "&decline%3A\($0)=on" } ?? ""
        let response = simulation.post(
            "/v26.0/dialog/oauth",
            "client_id=\(app)&\(Self.redirect)\(items)\(declined)&decision=continue")
        let location = try #require(response.header("Location"))
        let code = try #require(location.firstMatch(of: /code=([A-Za-z0-9]+)/)).1
        let issued = simulation.post(
            "/v26.0/oauth/access_token",
            "client_id=\(app)&client_secret=FAKEsecret0001&\(Self.redirect)&code=\(code)")
        let token = try #require(issued.text.firstMatch(of: /access_token":"([A-Za-z0-9]+)/)).1
        return issued.text + simulation.debug(String(token)).text
    }

    private func configure(_ members: String) throws {
        try simulation.merge(
            state: #"""
                {"configurations": [{"id": "1040000000000001", "app": "\#(app)",
                  "scopes": ["pages_show_list", "email"]\#(members)}]}
                """#)
    }

    @Test func `a declined scope is asked for again only with rerequest`() throws {
        let scope = "&scope=pages_show_list,pages_manage_posts"
        #expect(open(scope).has(#"name="decline:pages_manage_posts""#))
        let first = try logIn(scope, declining: "pages_manage_posts")
        #expect(first.contains(#""scopes":["pages_show_list"]"#), "\(first)")
        #expect(!open(scope).has("pages_manage_posts</li>"))
        #expect(!open(scope).has(#"name="decline:pages_manage_posts""#))
        #expect(try logIn(scope).contains(#""scopes":["pages_show_list"]"#))

        let again = scope + "&auth_type=rerequest"
        #expect(open(again).has(#"name="decline:pages_manage_posts""#))
        let both = #""scopes":["pages_show_list","pages_manage_posts"]"#
        #expect(try logIn(again).contains(both))
        #expect(try logIn(scope).contains(both))
    }

    @Test func `a permission deleted with the API counts as declined`() throws {
        let scope = "&scope=pages_show_list,pages_manage_posts"
        let deleted = simulation.request(
            "DELETE", "/v26.0/me/permissions/pages_show_list", token: "EAAFAKEshort0001")
        #expect(deleted.status == 200)
        #expect(try logIn(scope).contains(#""scopes":["pages_manage_posts"]"#))
        #expect(try logIn(scope + "&auth_type=rerequest").contains("pages_show_list"))
    }

    @Test func `a configuration has its own scopes, which are granted together`() throws {
        try configure("")
        let page = open(Self.business)
        // The sample user has declined this scope, but here there is no choice.
        #expect(page.has("<li>email</li>") && !page.has(#"name="decline:"#))
        let issued = try logIn(Self.business + Self.code + "&scope=pages_manage_posts")
        #expect(issued.contains(#""type":"USER""#) && issued.contains("EAAFAKElogin0001"))
        #expect(issued.contains(#""scopes":["pages_show_list","email"]"#), "\(issued)")
    }

    @Test func `a configuration for a system user gives its token, with or without an end`() throws
    {
        try configure(#", "system_user": "10200000000000077""#)
        let issued = try logIn(Self.business + Self.code)
        #expect(issued.contains("EAAFAKEsystem0001"))
        #expect(issued.contains(#""expires_in":5184000"#), "\(issued)")
        #expect(issued.contains(#""type":"SYSTEM_USER""#))
        #expect(issued.contains(#""data_access_expires_at":0"#))
        #expect(issued.contains(#""user_id":"10200000000000077""#))
        try configure(#", "never_expires": true"#)
        let other = try logIn(Self.business + Self.code)
        #expect(!other.contains("expires_in") && other.contains(#""expires_at":0"#), "\(other)")
    }

    @Test(arguments: [
        "&config_id=1040000000000002\(code)", business, "\(business)&response_type=code",
        "\(business)&response_type=token&override_default_response_type=true",
    ])
    func `the dialog rejects an unknown configuration and another response type`(items: String)
        throws
    {
        try configure(#", "system_user": "10200000000000077""#)
        let page = open(items)
        #expect(page.status == 400 && page.has("Invalid Configuration"), "\(items)")
        #expect(open(Self.business + Self.code).status == 200)
    }

    @Test func `another app's configuration is unknown`() throws {
        try simulation.merge(
            state: #"{"configurations": [{"id": "1040000000000001", "app": "2345678901234567"}]}"#)
        #expect(open(Self.business + Self.code).status == 400)
    }

    @Test(arguments: [
        (#"{"id": "1"}"#, "a configuration refers to an unknown app"),
        (#"{"id": "1", "app": "5"}"#, "a configuration refers to an unknown app"),
        (
            #"{"id": "1", "app": "1234567890123456", "system_user": "10200000000000009"}"#,
            "a configuration refers to an unknown system user"
        ),
    ])
    func `an invalid configuration is rejected`(json: String, reason: String) throws {
        #expect(throws: StateError(description: reason)) {
            try simulation.merge(state: #"{"configurations": [\#(json)]}"#)
        }
    }
}
