import GraphSimulator
import Testing

struct PlatformDialogTests {
    private func query(_ platform: Platform, app: String? = nil, redirectURI: String? = nil)
        -> String
    {
        "client_id=\(app ?? platform.app)&redirect_uri=\(redirectURI ?? platform.redirectURI)"
            + "&response_type=code&scope=\(platform.scope)&state=a%26b"
    }

    private func press(_ button: String, _ platform: Platform, in simulation: Simulation)
        -> String?
    {
        let target = "\(platform.path)/oauth/authorize"
        let page = simulation.get("\(target)?\(query(platform))")
        #expect(page.has(#"name="decision" value="\#(button)""#) && page.has("as Ann Fake"))
        #expect(page.has(#"<input type="hidden" name="state" value="a&amp;b">"#))
        let response = simulation.post(target, "\(query(platform))&decision=\(button)")
        #expect(response.status == 302)
        return response.header("Location")
    }

    @Test(arguments: Platform.both)
    func `the redirect ends with a fragment that is not part of the code`(
        _ platform: Platform
    ) throws {
        let simulation = try Simulation.atRest()
        #expect(
            press("continue", platform, in: simulation)
                == "\(platform.redirectURI)?code=AQFAKEcode0001&state=a%26b#_")
        let redeemed = platform.redeem(platform.form(code: "AQFAKEcode0001"), in: simulation)
        #expect(redeemed.has(platform.tokens + "login0001"))
        let long = simulation.get(platform.exchange(platform.tokens + "login0001"))
        #expect(long.has(platform.first))
        simulation.advance(by: 86400)
        #expect(simulation.get(platform.refresh(platform.first)).status == 200)
    }

    @Test(arguments: Platform.both)
    func `a user who cancels is redirected with an error`(_ platform: Platform) throws {
        #expect(
            press("cancel", platform, in: try Simulation.atRest())
                == "\(platform.redirectURI)?error=access_denied&error_code=200"
                + "&error_description=Permissions+error&error_reason=user_denied&state=a%26b")
    }

    @Test func `Threads shows JSON instead of a redirect for Facebook's app`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.get("/threads/oauth/authorize?\(query(.threads, app: app))")
        #expect(response.status == 400 && response.header("Location") == nil)
        #expect(
            response.text == #"{"error_message":"No app ID was provided in the request.","#
                + #""error_code":4476002}"#)
        let page = simulation.get("/instagram/oauth/authorize?\(query(.instagram, app: app))")
        #expect(page.status == 400 && page.has("<h1>"))
    }

    @Test(arguments: Platform.both)
    func `a redirect URI must be registered and https`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        func open(_ redirectURI: String) -> Int {
            simulation.get(
                "\(platform.path)/oauth/authorize?"
                    + query(platform, redirectURI: redirectURI)
            ).status
        }
        #expect(open("https://other.example/") == 400)
        try simulation.merge(
            state: #"{"\#(platform)":{"apps":[{"id":"\#(platform.app)","#
                + #""redirect_uris":["http://localhost:47231/"]}]}}"#)
        #expect(open("http://localhost:47231/") == 400)
        try platform.set(#""requires_https":false"#, in: simulation)
        #expect(open("http://localhost:47231/") == 200)
    }

    @Test func `Threads refuses a user who did not accept the invitation`() throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(
            state: #"{"threads":{"users":[{"id":"10200000000000555","tester":false}]}}"#)
        #expect(
            simulation.get("/threads/oauth/authorize?\(query(.threads))").has(
                #""error_code":1349245"#))
    }

    @Test(arguments: Platform.both)
    func `only a code can be requested`(_ platform: Platform) throws {
        let target = query(platform).replacing("type=code", with: "type=token")
        #expect(
            try Simulation.atRest().get("\(platform.path)/oauth/authorize?\(target)").status == 400)
    }
}
