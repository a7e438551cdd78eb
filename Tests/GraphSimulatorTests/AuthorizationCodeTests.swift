import GraphSimulator
import Testing

struct AuthorizationCodeTests {
    static let redirect = "redirect_uri=http%3A%2F%2Flocalhost%3A47231%2F"
    static let credentials = "client_id=\(app)&client_secret=FAKEsecret0001"

    @Test func `a code can be exchanged once`() throws {
        let simulation = try Simulation.atRest()
        let form = "\(Self.credentials)&\(Self.redirect)&code=AQAFAKEcode0000"
        // Short-lived tokens expire on the hour, here at noon.
        #expect(
            simulation.post("/oauth/access_token", form).text
                == #"{"access_token":"EAAFAKElogin0001","token_type":"bearer","expires_in":6298}"#)
        let again = simulation.post("/oauth/access_token", form)
        #expect(again.has(#""code":100,"error_subcode":36009"#))
        #expect(again.header("WWW-Authenticate")?.contains("invalid_code") == true)
    }

    @Test func `a code is checked for expiry, redirect URI and format`() throws {
        let simulation = try Simulation.atRest()
        let garbage = "\(Self.credentials)&\(Self.redirect)&code=garbage"
        #expect(simulation.post("/oauth/access_token", garbage).has("verification code format"))
        let elsewhere = "\(Self.credentials)&redirect_uri=https://fake&code=AQAFAKEcode0000"
        #expect(simulation.post("/oauth/access_token", elsewhere).has(#""code":191"#))
        try simulation.merge(
            state: #"{"apps":[{"id":"\#(app)","redirect_uris":["https://fake"]}]}"#)
        #expect(simulation.post("/oauth/access_token", elsewhere).has("36008"))
        try simulation.merge(
            state: #"{"apps":[{"id":"\#(app)","redirect_uris":["http://localhost:47231/"]}]}"#)
        simulation.advance(by: 600)
        let late = "\(Self.credentials)&\(Self.redirect)&code=AQAFAKEcode0000"
        #expect(simulation.post("/oauth/access_token", late).has("36007"))
    }

    @Test func `a client code is redeemed without the secret`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.exchange("EAAFAKEshort0001")
        let code = simulation.get(
            "/v26.0/oauth/client_code?\(Self.credentials)&\(Self.redirect)",
            token: "EAAFAKElong0001")
        #expect(code.text == #"{"code":"AQAFAKEclientcode0001"}"#)
        let target =
            "/oauth/access_token?client_id=\(app)&\(Self.redirect)&code=AQAFAKEclientcode0001"
        #expect(
            simulation.get(target).text == #"{"access_token":"EAAFAKEclient0001","#
                + #""expires_in":5184000,"machine_id":"FAKE-machine-id-0001"}"#)
        #expect(simulation.get(target).has("36009"))
    }

    @Test func `a known machine ID is returned again`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.get(
            "/v26.0/oauth/client_code?\(Self.credentials)&\(Self.redirect)",
            token: "EAAFAKEshort0001")
        let response = simulation.get(
            "/oauth/access_token?client_id=\(app)&\(Self.redirect)&code=AQAFAKEclientcode0001"
                + "&machine_id=FAKE-machine-id-0007")
        #expect(response.has(#""machine_id":"FAKE-machine-id-0007""#))
    }

    /// Opens the dialog and presses a button; returns the address to which the browser is
    /// redirected.
    private func press(_ button: String, _ items: String, in simulation: Simulation) -> String? {
        let query = "client_id=\(app)&\(Self.redirect)&state=a%26b&scope=pages_show_list\(items)"
        let page = simulation.get("/v26.0/dialog/oauth?\(query)")
        #expect(page.has(#"name="decision" value="\#(button)""#))
        #expect(page.has(#"<input type="hidden" name="state" value="a&amp;b">"#))
        let response = simulation.post("/v26.0/dialog/oauth", "\(query)&decision=\(button)")
        #expect(response.status == 302)
        return response.header("Location")
    }

    @Test func `the buttons of the dialog return a code and a refusal`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            press("cancel", "", in: simulation)
                == "http://localhost:47231/?error_reason=user_denied"
                + "&error=access_denied&error_description=Permissions+error.&state=a%26b")
        #expect(
            press("continue", "", in: simulation)
                == "http://localhost:47231/?code=AQAFAKEcode0001&state=a%26b#_=_")
        let token = simulation.post(
            "/oauth/access_token", "\(Self.credentials)&\(Self.redirect)&code=AQAFAKEcode0001")
        #expect(token.has("EAAFAKElogin0001"))
        #expect(simulation.debug("EAAFAKElogin0001").has(#""scopes":["pages_show_list"]"#))
    }

    @Test func `a desktop app gets a token in the fragment`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            press("continue", "&response_type=token", in: simulation)
                == "http://localhost:47231/#access_token=EAAFAKElogin0001&expires_in=6298"
                + "&state=a%26b")
    }

    @Test func `a code with a challenge requires the verifier`() throws {
        let simulation = try Simulation.atRest()
        // The example in RFC 7636, appendix B.
        let challenge =
            "&code_challenge_method=S256"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        _ = press("continue", challenge, in: simulation)
        let form = "\(Self.credentials)&\(Self.redirect)&code=AQAFAKEcode0001&code_verifier="
        for wrong in ["", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXq"] {
            #expect(simulation.post("/oauth/access_token", form + wrong).has("code_verifier"))
        }
        let right = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(simulation.post("/oauth/access_token", form + right).has("EAAFAKElogin0001"))
    }

    @Test func `a redirect URI that the app does not allow is blocked`() throws {
        let simulation = try Simulation.atRest()
        let page = simulation.get(
            "/v26.0/dialog/oauth?client_id=\(app)&redirect_uri=https://fake.example/")
        #expect(page.status == 400 && page.has("URL Blocked"))
    }
}
