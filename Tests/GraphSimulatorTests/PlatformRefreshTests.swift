import GraphSimulator
import Testing

struct PlatformRefreshTests {
    @Test(arguments: Platform.both)
    func `a refresh returns a token of 60 days from now`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get(platform.refresh(platform.active)).text
                == #"{"access_token":"\#(platform.first)","token_type":"bearer","#
                + #""expires_in":5184000}"#)
        simulation.advance(by: 59 * 86400)
        #expect(simulation.get(platform.refresh(platform.first)).status == 200)
        #expect(simulation.get(platform.path + "/me", token: platform.active).has("463"))
    }

    @Test(arguments: Platform.both)
    func `the string can stay the same`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try platform.set(#""refresh":"same-token""#, in: simulation)
        for _ in 1...8 {
            let response = simulation.get(platform.refresh(platform.active))
            #expect(response.has(#""access_token":"\#(platform.active)""#))
            #expect(response.has(#""expires_in":5184000"#))
            #expect(simulation.get(platform.refresh(platform.active)).has("Unsupported request"))
            simulation.advance(by: 50 * 86400)
        }
    }

    @Test(arguments: Platform.both)
    func `the old token can become invalid`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        _ = simulation.get(platform.refresh(platform.active))
        #expect(simulation.get(platform.path + "/me", token: platform.active).status == 200)
        try platform.set(#""refresh":"new-token-only""#, in: simulation)
        _ = simulation.get(platform.refresh(platform.active))
        #expect(simulation.get(platform.path + "/me", token: platform.active).has("190"))
    }

    @Test(arguments: Platform.both)
    func `a token is too young until it is 24 hours old`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        let target = platform.refresh(platform.young)
        #expect(simulation.get(target).has("Unsupported request - method type: get"))
        try platform.set(#""too_young":"explained""#, in: simulation)
        #expect(simulation.get(target).has("at least 24 hours old"))
        simulation.advance(by: 23 * 3600 - 1)
        #expect(simulation.get(target).status == 400)
        simulation.advance(by: 1)
        #expect(simulation.get(target).status == 200)
        try platform.set(#""too_young":"refreshed""#, in: simulation)
        #expect(simulation.get(platform.refresh(platform.first)).status == 200)
    }

    @Test(arguments: Platform.both)
    func `an expired token is never refreshed`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get(platform.refresh(platform.expired)).has(
                #"Session has expired on Thursday, 19-Nov-26 10:15:02 PST. The current time is"#))
        try platform.set(#""expired_subcode":0"#, in: simulation)
        #expect(
            simulation.get(platform.refresh(platform.expired)).has(
                #""code":190,"error_subcode":0"#))
        simulation.advance(by: 30 * 86400)
        #expect(simulation.get(platform.refresh(platform.active)).has(#""code":190"#))
    }

    @Test(arguments: Platform.both)
    func `a short-lived token or one without the scope is not refreshed`(
        _ platform: Platform
    ) throws {
        let simulation = try Simulation.atRest()
        #expect(simulation.get(platform.refresh(platform.short)).has("Unsupported request"))
        try simulation.merge(
            state: #"{"\#(platform)":{"tokens":[{"token":"\#(platform.active)","scopes":[]}]}}"#)
        #expect(simulation.get(platform.refresh(platform.active)).has("Unsupported request"))
    }

    @Test(arguments: Platform.both)
    func `only GET is supported`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        let parts = platform.refresh(platform.active).split(separator: "?")
        #expect(
            simulation.post(String(parts[0]), String(parts[1])).has(
                "Unsupported request - method type: post"))
    }

    @Test(arguments: Platform.both)
    func `the grant of a private account ends after 90 days`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(
            state: #"{"\#(platform)":{"users":[{"id":"\#(platform.user)","private":true}]}}"#)
        // The sample token was granted 30 days ago.
        #expect(simulation.get(platform.refresh(platform.active)).has(#""expires_in":5184000"#))
        simulation.advance(by: 2 * 86400)
        #expect(simulation.get(platform.refresh(platform.first)).has(#""expires_in":5011200"#))
    }

    @Test(arguments: Platform.both)
    func `a token that is refreshed monthly lives through a year`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        var token = platform.active
        for number in 1...12 {
            #expect(simulation.get(platform.refresh(token)).status == 200)
            token = platform.tokens + (number < 10 ? "long000" : "long00") + String(number)
            simulation.advance(by: 31 * 86400)
        }
        #expect(simulation.get(platform.path + "/me", token: token).status == 200)
    }
}
