import GraphSimulator
import Testing

struct PlatformProfileTests {
    @Test func `Instagram distinguishes the account's ID from the app's`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get("/instagram/me?fields=user_id,username", token: "IGAAFAKEactive001").text
                == #"{"user_id":"17841400000000009","username":"ann.fake","#
                + #""id":"24900000000000009"}"#)
        #expect(
            simulation.get("/instagram/v26.0/me?access_token=IGAAFAKEactive001").text
                == #"{"id":"24900000000000009"}"#)
    }

    @Test func `Threads has one ID and one version`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.get(
            "/threads/v1.0/me?fields=id%2Cusername%2Cname", token: "THAAFAKEactive001")
        #expect(
            response.text == #"{"id":"10200000000000555","username":"ann_fake","name":"Ann Fake"}"#)
        #expect(response.header("facebook-api-version") == "v1.0")
        let own = simulation.get("/threads/v1.0/10200000000000555", token: "THAAFAKEactive001")
        #expect(own.text == #"{"id":"10200000000000555"}"#)
        #expect(
            simulation.get("/threads/v26.0/me", token: "THAAFAKEactive001").has(
                "Unknown path components"))
        #expect(
            simulation.get("/threads/me?fields=user_id", token: "THAAFAKEactive001").has(
                "nonexisting field (user_id)"))
    }

    @Test(arguments: Platform.both)
    func `the profile can be wrapped, with numbers`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try platform.set(#""me_response":"wrapped","ids":"numbers""#, in: simulation)
        let id = platform.platform == .instagram ? "24900000000000009" : platform.user
        #expect(
            simulation.get(platform.path + "/me?fields=id,username", token: platform.active).has(
                #"{"data":[{"id":\#(id),"username":"#))
    }

    @Test(arguments: Platform.both)
    func `a token is required, and the method must be GET`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        #expect(simulation.get(platform.path + "/me").has(#""code":104"#))
        #expect(simulation.post(platform.path + "/me", "").has("method type: post"))
        #expect(simulation.get(platform.path + "/shoes").has("Unknown path components"))
    }

    @Test func `debug_token of Threads names no app ID`() throws {
        let simulation = try Simulation.atRest()
        let target = "/threads/v1.0/debug_token?input_token="
        #expect(
            simulation.get(target + "THAAFAKEactive001", token: "THAAFAKEactive001").text
                == #"{"data":{"type":"USER","application":"Fake App-TH","#
                + #""data_access_expires_at":1800382502,"expires_at":1797790502,"#
                + #""is_valid":true,"issued_at":1792606502,"scopes":["threads_basic"],"#
                + #""user_id":"10200000000000555"}}"#)
        try Platform.threads.set(#""ids":"numbers""#, in: simulation)
        #expect(
            simulation.get(target + "THAAFAKEyoung0001", token: "THAAFAKEactive001").has(
                #""user_id":10200000000000555}"#))
    }

    @Test func `debug_token of Threads reports invalid tokens with status 200`() throws {
        let simulation = try Simulation.atRest()
        let target = "/threads/v1.0/debug_token?input_token="
        let expired = simulation.get(target + "THAAFAKEexpired01", token: "THAAFAKEactive001")
        #expect(expired.status == 200)
        #expect(expired.has(#"PST.","subcode":463},"expires_at":"#))
        #expect(expired.has(#""is_valid":false"#))
        #expect(
            simulation.get(target + "garbage", token: "THAAFAKEactive001").text
                == #"{"data":{"error":{"code":190,"message":"Invalid OAuth access token - Cannot"#
                + #" parse access token"},"is_valid":false,"scopes":[]}}"#)
        // An invalid token cannot inspect itself.
        #expect(
            simulation.get(target + "THAAFAKEexpired01", token: "THAAFAKEexpired01").status == 400)
        #expect(
            simulation.get(target + "THQFAKEactive0001", token: "THAAFAKEactive001").has(
                "did not match the Viewing App"))
        try simulation.merge(
            state: #"{"threads":{"users":[{"id":"10200000000000555","tester":false}]}}"#)
        #expect(
            simulation.get(target + "THAAFAKEactive001", token: "THAAFAKEactive001").status == 400)
    }

    @Test func `Instagram has no debug_token`() throws {
        #expect(
            try Simulation.atRest().get(
                "/instagram/debug_token?input_token=IGAAFAKEactive001", token: "IGAAFAKEactive001"
            ).status == 400)
    }
}
