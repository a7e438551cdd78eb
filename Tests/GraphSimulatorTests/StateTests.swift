import GraphSimulator
import Testing

struct StateTests {
    @Test func `times are absolute, relative, or never`() {
        #expect(GraphTime.seconds("2026-11-20T17:00:00Z", from: 0) == 1_795_194_000)
        #expect(GraphTime.seconds("2026-11-20T09:00:00.5-08:00", from: 0) == 1_795_194_000)
        #expect(GraphTime.seconds("+1h", from: 10) == 3610)
        #expect(GraphTime.seconds("-2d", from: 200_000) == 27200)
        #expect(GraphTime.seconds("never", from: 10) == 0)
        for text in ["tomorrow", "2026-13-01T00:00:00Z", "+1", "+h", "2026-11-20"] {
            #expect(GraphTime.seconds(text, from: 0) == nil, "\(text)")
        }
        #expect(GraphTime.span("99999999999999999w") == nil)
        #expect(GraphTime.seconds("+9223372036854775807s", from: 10) == nil)
    }

    @Test func `expiry is reported in Pacific time, including daylight saving time`() throws {
        let simulation = try Simulation.atRest(1_783_000_800)
        try simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":1770000000}]}"#)
        let response = simulation.get("/me", token: "EAAFAKEshort0001")
        #expect(
            response.has(
                "expired on Sunday, 01-Feb-26 18:40:00 PST. The current time is"
                    + " Thursday, 02-Jul-26 07:00:00 PDT."))
    }

    @Test(arguments: [
        ("[", "invalid JSON"), (#"{"apps":[{}]}"#, "'id' is missing at apps[0]"),
        (#"{"users":[{"id":5}]}"#, "value of the wrong type at users[0].id"),
        (#"{"tokens":[{"token":"EAAFAKE9"}]}"#, "a token refers to an unknown app"),
        (
            #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"soon"}]}"#,
            "'soon' is not a valid time"
        ),
        (#"{"reexchange":"twice"}"#, "'twice' is not a valid reexchange mode"),
    ])
    func `an invalid state is rejected as a whole`(_ json: String, _ reason: String) throws {
        let simulation = try Simulation.atRest()
        #expect(throws: StateError(description: reason)) {
            try simulation.merge(state: json)
        }
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").status == 200)
    }

    @Test func `a partial state adds and changes without affecting the rest`() throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(
            state: #"""
                {"users": [{"id": "10200000000000042", "name": "Bob Fake"}],
                 "tokens": [{"token": "EAAFAKEbob", "app": "1234567890123456",
                             "user": "10200000000000042", "scopes": ["public_profile"]}],
                 "faults": [{"match": "app", "kind": "empty"}]}
                """#)
        #expect(simulation.get("/me", token: "EAAFAKEbob").has("Bob Fake"))
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").has("Ann Fake"))
        #expect(simulation.get("/app", token: "EAAFAKEbob").body.isEmpty)
    }

    @Test func `requests are recorded until cleared`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.get("/v26.0/me?fields=id%2Cname", token: "EAAFAKEshort0001")
        _ = simulation.exchange("EAAFAKEshort0001")
        #expect(simulation.requests.map(\.method) == ["GET", "POST"])
        #expect(simulation.requests[0].query == "fields=id%2Cname")
        #expect(simulation.requests[0].headers == ["authorization": "Bearer EAAFAKEshort0001"])
        #expect(simulation.requests[1].form.hasPrefix("grant_type=fb_exchange_token&"))
        simulation.clearRequests()
        #expect(simulation.requests.isEmpty)
    }

    @Test func `admin calls do the same as the methods and are not recorded`() throws {
        let simulation = try Simulation.atRest()
        func admin(_ method: String, _ path: String, _ body: String = "") -> SimulatedResponse {
            simulation.answer(SimulatedRequest(method, "/_simulator/" + path, form: body))
        }
        #expect(admin("POST", "clock", #"{"advance":"3d"}"#).text == #"{"success":true}"#)
        #expect(simulation.now == morning + 3 * 86400)
        #expect(admin("POST", "clock", #"{"at":"2026-11-20T18:15:02Z"}"#).status == 200)
        #expect(simulation.now == morning)
        #expect(admin("POST", "tokens", #"{"token":"EAAFAKEshort0001","dead":460}"#).status == 200)
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").has("460"))
        #expect(
            admin("POST", "apps", #"{"id":"\#(app)","secret":"FAKEsecret0003"}"#).status == 200)
        #expect(simulation.debug("EAAFAKEshort0001").has("signature"))
        #expect(
            admin("POST", "state", #"{"users":[{"id":"\#(user)","name":"Ann B."}]}"#).status == 200)
        #expect(admin("POST", "faults", #"[{"match":"*","kind":"empty"}]"#).status == 200)
        #expect(simulation.get("/me").body.isEmpty)
        #expect(admin("DELETE", "faults").status == 200)
        #expect(simulation.get("/me").has("2500"))
        #expect(
            admin("GET", "requests").text.hasPrefix(
                #"[{"method":"GET","path":"\/me","query":"","headers":{"authorization":"#))
        #expect(simulation.requests.count == 4)
        #expect(admin("DELETE", "requests").status == 200)
        #expect(admin("GET", "requests").text == "[]")
        #expect(admin("POST", "tokens", #"{"token":"EAAFAKEnone","dead":460}"#).status == 400)
        #expect(admin("POST", "clock", #"{"advance":"soon"}"#).has("not a valid duration"))
        #expect(admin("GET", "shoes").status == 404)
    }
}
