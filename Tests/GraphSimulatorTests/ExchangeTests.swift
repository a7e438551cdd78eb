import GraphSimulator
import Testing

struct ExchangeTests {
    @Test func `a short-lived token becomes one that expires 60 days after the login`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.exchange("EAAFAKEshort0001")
        #expect(
            response.text
                == #"{"access_token":"EAAFAKElong0001","token_type":"bearer","expires_in":5183944}"#
        )
        #expect(response.header("content-type") == "application/json; charset=UTF-8")
        #expect(response.header("facebook-api-version") == "v26.0")
        #expect(response.header("Date") == "Fri, 20 Nov 2026 18:15:02 GMT")
    }

    @Test func `the parameters may be in the query`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.get(
            "/oauth/access_token?grant_type=fb_exchange_token&client_id=\(app)"
                + "&client_secret=FAKEsecret0001&fb_exchange_token=EAAFAKEshort0001")
        #expect(response.has(#""EAAFAKElong0001""#))
    }

    @Test func `the error for a wrong secret matches the recorded bytes`() throws {
        let response = try Simulation.atRest().exchange("EAAFAKEshort0001", secret: "FAKEwrong")
        #expect(response.status == 400)
        #expect(
            response.text == #"{"error":{"message":"Error validating client secret.","#
                + #""type":"OAuthException","code":1,"fbtrace_id":"AFAKEtrace0000000000001"}}"#)
        #expect(
            response.header("WWW-Authenticate")
                == #"OAuth "Facebook Platform" "invalid_request" "Error validating client secret.""#
        )
        #expect(response.header("Cache-Control") == "no-store")
        #expect(response.header("x-fb-request-id") == "AFAKEtrace0000000000001")
    }

    struct Refusal: CustomTestStringConvertible {
        var form: String
        var piece: String
        var word: String
        var testDescription: String { form }
    }

    static let refusals = [
        Refusal(
            form: "client_secret=x", piece: #""Missing client_id parameter.","type":"#,
            word: "invalid_request"),
        Refusal(
            form: "client_id=12x&client_secret=x", piece: #""Invalid Client ID""#,
            word: "invalid_client"),
        Refusal(
            form: "client_id=999&client_secret=x", piece: #"system error.","#,
            word: "invalid_client"),
        Refusal(
            form: "client_id=\(app)&client_secret=FAKEsecret0001",
            piece:
                #""fb_exchange_token parameter not specified","type":"OAuthException","code":1,"#,
            word: "invalid_request"),
        Refusal(
            form: "client_id=\(app)&client_secret=FAKEsecret0001&fb_exchange_token=garbage",
            piece: #"Cannot parse access token","type":"OAuthException","code":190,"fb"#,
            word: "invalid_token"),
        Refusal(
            form: "client_id=\(app)&client_secret=FAKEsecret0001&fb_exchange_token=EAAFAKEnone",
            piece: #""Invalid OAuth access token signature.""#, word: "invalid_token"),
        Refusal(
            form: "client_id=\(app)&client_secret=FAKEsecret0001&fb_exchange_token=EEAAFAKE1",
            piece: #""Malformed access token EEAAFAKE1""#, word: "invalid_token"),
        Refusal(
            form:
                "client_id=\(app)&client_secret=FAKEsecret0001&fb_exchange_token=EAAFAKEother0001",
            piece: #""The access token does not belong to application 1234567890123456""#,
            word: "invalid_request"),
        Refusal(
            form:
                "client_id=\(app)&client_secret=FAKEsecret0001&fb_exchange_token=EAAFAKEexpired01",
            piece: #"The current time is Friday, 20-Nov-26 10:15:02 PST.","type":"OAuthException","#
                + #""code":190,"error_subcode":463"#, word: "invalid_token"),
    ]

    @Test(arguments: refusals) func `each cause has its own error`(_ refusal: Refusal) throws {
        let response = try Simulation.atRest().post(
            "/v26.0/oauth/access_token", "grant_type=fb_exchange_token&" + refusal.form)
        #expect(response.status == 400)
        #expect(response.has(refusal.piece), "\(response.text)")
        let challenge = try #require(response.header("WWW-Authenticate"))
        #expect(challenge.hasPrefix(#"OAuth "Facebook Platform" "\#(refusal.word)""#))
    }

    @Test func `a native app must not send its secret`() throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(state: #"{"apps":[{"id":"\#(app)","native":true}]}"#)
        #expect(simulation.exchange("EAAFAKEshort0001").has("should not be passed to"))
        #expect(simulation.debug("EAAFAKEshort0001").has(#""code":104"#))
    }

    @Test func `a long-lived token is returned unchanged by default`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.exchange("EAAFAKEshort0001")
        simulation.advance(by: 86400)
        #expect(simulation.exchange("EAAFAKElong0001").has(#"0001","token_type"#))
        #expect(simulation.exchange("EAAFAKElong0001").has(#""expires_in":5097544"#))
        try simulation.merge(state: #"{"reexchange":"new-token-no-extend"}"#)
        let second = simulation.exchange("EAAFAKElong0001")
        #expect(second.has(#""EAAFAKElong0002""#) && second.has(#""expires_in":5097544"#))
        try simulation.merge(state: #"{"reexchange":"extend"}"#)
        let third = simulation.exchange("EAAFAKElong0001")
        #expect(third.has(#""EAAFAKElong0003""#) && third.has(#""expires_in":5184000"#))
        #expect(simulation.exchange("EAAFAKElong0003").has(#""EAAFAKElong0003""#))
    }

    @Test func `a system user token is renewed for 60 days or forever`() throws {
        let simulation = try Simulation.atRest()
        let sixty = simulation.exchange(
            "EAAFAKEsystem001", and: "&set_token_expires_in_60_days=true")
        #expect(sixty.has(#""expires_in":5184000"#))
        #expect(!simulation.exchange("EAAFAKEsystem001").has("expires_in"))
        #expect(simulation.debug("EAAFAKEsystem0002").has(#""expires_at":0,"is_valid":true"#))
        #expect(simulation.debug("EAAFAKEsystem001").has(#""is_valid":true"#))
    }

    @Test func `long-lived tokens of some apps never expire`() throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(state: #"{"apps":[{"id":"\#(app)","tokens_never_expire":true}]}"#)
        #expect(
            simulation.exchange("EAAFAKEshort0001").text
                == #"{"access_token":"EAAFAKElong0001","token_type":"bearer"}"#)
        #expect(simulation.debug("EAAFAKElong0001").has(#""expires_at":0"#))
    }

    @Test func `app tokens but not user tokens become invalid when the secret is reset`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.post(
            "/oauth/access_token",
            "client_id=\(app)&client_secret=FAKEsecret0001&grant_type=client_credentials")
        #expect(
            response.text == #"{"access_token":"1234567890123456|FAKEappTokenTail_0001","#
                + #""token_type":"bearer"}"#)
        let minted = "1234567890123456|FAKEappTokenTail_0001"
        let target = "/debug_token?input_token=EAAFAKEshort0001"
        #expect(simulation.get(target, token: minted).status == 200)
        simulation.setSecret("FAKEsecret0003", ofApp: app)
        #expect(simulation.get(target, token: minted).has("signature"))
        #expect(simulation.get(target, token: appToken).has("signature"))
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").status == 200)
        #expect(simulation.exchange("EAAFAKEshort0001").has("client secret"))
        #expect(simulation.exchange("EAAFAKEshort0001", secret: "FAKEsecret0003").status == 200)
    }

    @Test func `a session info token does not require the secret`() throws {
        let response = try Simulation.atRest().post(
            "/oauth/access_token",
            "client_id=\(app)&grant_type=fb_attenuate_token&fb_exchange_token=EAAFAKEsystem001")
        #expect(response.has(#""XAAFAKEsession0001""#))
    }
}
