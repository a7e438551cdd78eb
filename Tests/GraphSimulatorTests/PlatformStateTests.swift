import GraphSimulator
import Testing

struct PlatformStateTests {
    @Test(arguments: Platform.both)
    func `apps, users and tokens are created, and changed later`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(
            state: #"""
                {"\#(platform)": {
                 "apps": [{"id": "777", "name": "Third", "secret": "FAKEthird"}],
                 "users": [{"id": "888", "username": "bob", "name": "Bob Fake"}],
                 "tokens": [{"token": "\#(platform.tokens)bob", "app": "777", "user": "888",
                             "issued_at": "-10d", "scopes": ["\#(platform.scope)"]}]}}
                """#)
        let token = platform.tokens + "bob"
        #expect(simulation.get(platform.path + "/me?fields=username", token: token).has(#""bob""#))
        #expect(simulation.get(platform.refresh(token)).status == 200)
        try simulation.merge(
            state: #"{"\#(platform)":{"users":[{"id":"888","username":"rob"}]}}"#)
        #expect(simulation.get(platform.path + "/me?fields=username", token: token).has(#""rob""#))
        try simulation.merge(
            state: #"{"\#(platform)":{"users":[{"id":"888","dead":460}]}}"#)
        #expect(simulation.get(platform.path + "/me", token: token).has("changed their"))
    }

    @Test(arguments: [
        (
            #"{"instagram":{"quirks":{"refresh":"never"}}}"#,
            "unknown value at instagram.quirks.refresh"
        ),
        (
            #"{"threads":{"quirks":{"token_prefix":"IGAA"}}}"#,
            "token_prefix of threads must be THAA or THQ"
        ),
        (
            #"{"threads":{"tokens":[{"token":"THAAFAKE9"}]}}"#,
            "a token of threads refers to an unknown app"
        ),
        (
            #"{"threads":{"login_user":"9"}}"#,
            "login_user of threads refers to an unknown user"
        ),
        (
            #"{"instagram":{"tokens":[{"token":"IGAAFAKEactive001","issued_at":9223372036854775807}]}}"#,
            "a time is too far away"
        ),
    ])
    func `an invalid state is rejected as a whole`(_ json: String, _ reason: String) throws {
        let simulation = try Simulation.atRest()
        let whole =
            #"{"users":[{"id":"\#(user)","name":"Changed"}],"# + json.dropFirst()
        #expect(throws: StateError(description: reason)) { try simulation.merge(state: whole) }
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").has("Ann Fake"))
        #expect(simulation.get("/instagram/me", token: "IGAAFAKEactive001").status == 200)
    }

    @Test(arguments: Platform.both)
    func `admin calls change tokens, secrets and quirks`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        func admin(_ path: String, _ body: String) -> Int {
            simulation.answer(SimulatedRequest("POST", "/_simulator/" + path, form: body)).status
        }
        #expect(admin("tokens", #"{"token":"\#(platform.active)","dead":190}"#) == 200)
        #expect(simulation.get(platform.refresh(platform.active)).has("190"))
        #expect(admin("tokens", #"{"token":"\#(platform.active)","dead":0}"#) == 200)
        #expect(admin("apps", #"{"id":"\#(platform.app)","secret":"FAKEnew"}"#) == 200)
        #expect(simulation.get(platform.exchange(platform.short)).has(#""code":101"#))
        #expect(
            simulation.get(platform.exchange(platform.short, secret: "FAKEnew")).status == 200)
        #expect(
            admin("state", #"{"\#(platform)":{"quirks":{"refresh":"same-token"}}}"#) == 200)
        #expect(simulation.get(platform.refresh(platform.active)).has(platform.active))
        #expect(admin("clock", #"{"advance":"60d"}"#) == 200)
        #expect(simulation.get(platform.refresh(platform.active)).has("463"))
        #expect(admin("tokens", #"{"token":"THAAFAKEnone","dead":190}"#) == 400)
        #expect(admin("apps", #"{"id":"1","secret":"FAKEnew"}"#) == 400)
    }

    @Test func `requests show the platform, and calls of the admin are not among them`() throws {
        let simulation = try Simulation.atRest()
        func requests() -> String {
            simulation.answer(SimulatedRequest("GET", "/_simulator/requests")).text
        }
        #expect(requests() == "[]")
        _ = simulation.get("/instagram/me", token: "IGAAFAKEactive001")
        _ = simulation.get("/threads/v1.0/me", token: "THAAFAKEactive001")
        #expect(simulation.requests.map(\.path) == ["/instagram/me", "/threads/v1.0/me"])
        #expect(requests().contains(#""path":"\/threads\/v1.0\/me""#))
    }

    @Test func `faults affect the named platform and endpoint`() throws {
        let simulation = try Simulation.atRest()
        func statuses() -> [Int] {
            [
                simulation.get("/me", token: "EAAFAKEshort0001").status,
                simulation.get("/instagram/me", token: "IGAAFAKEactive001").status,
                simulation.get("/threads/v1.0/me", token: "THAAFAKEactive001").status,
                simulation.get(Platform.threads.refresh("THAAFAKEactive001")).status,
            ]
        }
        for (match, expected) in [
            ("me", [500, 200, 200, 200]), ("instagram/me", [200, 500, 200, 200]),
            ("threads/refresh_access_token", [200, 200, 200, 500]),
            ("threads/*", [200, 200, 500, 500]), ("*", [500, 500, 500, 500]),
        ] {
            simulation.setFaults([Fault(.html, at: match)])
            #expect(statuses() == expected, "\(match)")
        }
    }

    @Test func `faults change the responses of a platform`() throws {
        let simulation = try Simulation.atRest()
        simulation.setFaults([Fault(.expiresIn, at: "instagram/refresh_access_token")])
        #expect(
            simulation.get(Platform.instagram.refresh("IGAAFAKEactive001")).text
                == #"{"access_token":"IGAAFAKElong0001","token_type":"bearer"}"#)
        simulation.setFaults([Fault(.echo, at: "threads/access_token")])
        #expect(
            simulation.get(Platform.threads.exchange("THAAFAKEshort0001")).has(
                "client_secret: FAKEthreads000001"))
    }
}
