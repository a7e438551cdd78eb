import GraphSimulator
import Testing

struct PlatformCodeTests {
    @Test func `Instagram returns the token, a number and an array`() throws {
        let simulation = try Simulation.atRest()
        try Platform.instagram.addCode(
            to: simulation, scopes: #""instagram_business_basic","instagram_business_comments""#)
        let response = Platform.instagram.redeem(in: simulation)
        #expect(
            response.text == #"{"access_token":"IGAAFAKElogin0001","user_id":17841400000000009,"#
                + #""permissions":["instagram_business_basic","instagram_business_comments"]}"#)
        #expect(response.status == 200)
    }

    @Test func `Threads returns the token and a number`() throws {
        let simulation = try Simulation.atRest()
        try Platform.threads.addCode(to: simulation)
        #expect(
            Platform.threads.redeem(in: simulation).text
                == #"{"access_token":"THAAFAKElogin0001","user_id":10200000000000555}"#)
    }

    @Test func `the response can have the documented shape`() throws {
        let simulation = try Simulation.atRest()
        try Platform.instagram.addCode(to: simulation)
        try Platform.instagram.set(
            #""code_response":"wrapped","permissions":"string","ids":"strings","#
                + #""token_prefix":"IGQ""#, in: simulation)
        #expect(
            Platform.instagram.redeem(in: simulation).text
                == #"{"data":[{"access_token":"IGQFAKElogin0001","user_id":"17841400000000009","#
                + #""permissions":"instagram_business_basic"}]}"#)
    }

    @Test func `the response can have an ID that is valid for the app only`() throws {
        let simulation = try Simulation.atRest()
        try Platform.instagram.addCode(to: simulation)
        try Platform.instagram.set(#""code_user":"app-scoped""#, in: simulation)
        #expect(Platform.instagram.redeem(in: simulation).has(#""user_id":24900000000000009"#))
    }

    @Test(arguments: Platform.both)
    func `the token lasts an hour`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try platform.addCode(to: simulation)
        _ = platform.redeem(in: simulation)
        simulation.advance(by: 3599)
        #expect(
            simulation.get(platform.path + "/me", token: platform.tokens + "login0001")
                .status == 200)
        simulation.advance(by: 1)
        #expect(
            simulation.get(platform.path + "/me", token: platform.tokens + "login0001")
                .has(#""code":190,"error_subcode":463"#))
    }

    @Test func `Instagram's errors have the format of api.instagram.com`() throws {
        let simulation = try Simulation.atRest()
        let platform = Platform.instagram
        try platform.addCode(to: simulation)
        let wrongApp = platform.redeem(platform.form(code: "AQFAKEcode", app: app), in: simulation)
        #expect(
            wrongApp.text == #"{"error_type":"OAuthException","code":400,"#
                + #""error_message":"Invalid platform app"}"#)
        #expect(wrongApp.status == 400 && wrongApp.header("WWW-Authenticate") == nil)
        let wrongSecret = platform.form(code: "AQFAKEcode", secret: "FAKEwrong")
        #expect(
            platform.redeem(wrongSecret, in: simulation).has("Invalid client_secret: FAKEwrong"))
        let elsewhere = platform.form(code: "AQFAKEcode", redirectURI: "https://fake.example/")
        #expect(platform.redeem(elsewhere, in: simulation).has("redirect_uri is identical"))
        let matching = #""error_message":"Matching code was not found or was already used""#
        let fragment = platform.form(code: "AQFAKEcode%23_")
        #expect(platform.redeem(fragment, in: simulation).has(matching))
        #expect(platform.redeem(in: simulation).status == 200)
        #expect(platform.redeem(in: simulation).has(matching))
    }

    @Test func `Threads' errors have an error object`() throws {
        let simulation = try Simulation.atRest()
        let platform = Platform.threads
        try platform.addCode(to: simulation)
        let wrongSecret = platform.form(code: "AQFAKEcode", secret: "FAKEwrong")
        #expect(
            platform.redeem(wrongSecret, in: simulation).has(
                #"{"error":{"message":"Invalid client_secret: FAKEwrong","#
                    + #""type":"OAuthException","code":101,"#))
        #expect(
            platform.redeem(platform.form(code: "AQFAKEcode", app: app), in: simulation).has(
                #""code":101"#))
        #expect(platform.redeem(platform.form(code: "x"), in: simulation).has("code format"))
        #expect(platform.redeem(in: simulation).status == 200)
        #expect(platform.redeem(in: simulation).has(#""code":100,"error_subcode":36009"#))
    }

    @Test(arguments: Platform.both)
    func `a code expires after an hour`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try platform.addCode(to: simulation)
        simulation.advance(by: 3600)
        #expect(platform.redeem(in: simulation).status == 400)
    }

    @Test(arguments: Platform.both)
    func `the secret is only accepted in a form`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try platform.addCode(to: simulation)
        let target = "\(platform.path)/oauth/access_token?" + platform.form(code: "AQFAKEcode")
        #expect(simulation.post(target, "").has("grant_type"))
        #expect(simulation.get(target).has("Unsupported request - method type: get"))
        #expect(platform.redeem(in: simulation).status == 200)
    }
}
