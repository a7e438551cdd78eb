import GraphSimulator
import Testing

struct FaultTests {
    private func simulation(_ faults: String) throws -> Simulation {
        let simulation = try Simulation.atRest()
        simulation.setFaults(try Fault.array(json: faults.utf8))
        return simulation
    }

    @Test func `a fault skips the first requests and ends after the given number`() throws {
        let simulation = try simulation(
            #"[{"match":"me","kind":"error","code":2,"status":503,"times":2,"after":1}]"#)
        let statuses = (0..<5).map { _ in
            simulation.get("/me", token: "EAAFAKEshort0001").status
        }
        #expect(statuses == [200, 503, 503, 200, 200])
        #expect(simulation.get("/app", token: "EAAFAKEshort0001").status == 200)
    }

    @Test func `a throttle has the recorded order of keys and its headers`() throws {
        let simulation = try simulation(
            ##"""
            [{"match":"*","kind":"error","code":4,"is_transient":true,
              "message":"(#4) Application request limit reached",
              "headers":{"X-App-Usage":"{\"call_count\":100}","Retry-After":"7"}}]
            """##)
        let response = simulation.get("/me", token: "EAAFAKEshort0001")
        #expect(
            response.text == ##"{"error":{"message":"(#4) Application request limit reached","##
                + #""type":"OAuthException","is_transient":true,"code":4,"#
                + #""fbtrace_id":"AFAKEtrace0000000000001"}}"#)
        #expect(
            response.header("WWW-Authenticate") == #"OAuth "Facebook Platform" "invalid_request" "#
                + ##""(#4) Application request limit reached""##)
        #expect(response.header("x-app-usage") == #"{"call_count":100}"#)
        #expect(response.header("retry-after") == "7")
    }

    @Test func `an error can have all members of the Graph API's errors`() throws {
        let response = try simulation(
            #"""
            [{"match":"me","kind":"error","code":190,"subcode":2069032,"is_transient":false,
              "error_user_title":"Fake title","error_user_msg":"Fake text","message":"Fake"}]
            """#
        ).get("/me", token: "EAAFAKEshort0001")
        #expect(
            response.text == #"{"error":{"message":"Fake","type":"OAuthException","code":190,"#
                + #""error_subcode":2069032,"is_transient":false,"#
                + #""error_user_title":"Fake title","error_user_msg":"Fake text","#
                + #""fbtrace_id":"AFAKEtrace0000000000001"}}"#)
    }

    @Test func `the data of debug_token can be changed or removed`() throws {
        let response = try simulation(
            #"""
            [{"match":"debug_token","kind":"data",
              "value":{"app_id":"999","scopes":null,"is_valid":null}}]
            """#
        ).get("/debug_token?input_token=EAAFAKEshort0001", token: "EAAFAKEshort0001")
        #expect(response.has(#"{"data":{"app_id":"999","type":"USER""#))
        #expect(!response.has("is_valid") && !response.has(#""scopes""#))
    }

    @Test func `names can contain invalid text`() throws {
        let response = try simulation(#"[{"match":"me","kind":"broken-names"}]"#)
            .get("/me?fields=name", token: "EAAFAKEshort0001")
        let start = Array(#"{"name":""#.utf8) + [0xFF] + Array(#"\ud83dAnn Fake""#.utf8)
        #expect(response.body.starts(with: start))
    }

    @Test func `a fault can be limited to requests with a large limit`() throws {
        let simulation = try simulation(
            #"[{"match":"accounts","kind":"error","code":100,"limit":50}]"#)
        let statuses = ["10", "50", "51", "1000"].map { limit in
            simulation.get("/me/accounts?limit=\(limit)", token: "EAAFAKEshort0001").status
        }
        #expect(statuses == [200, 200, 400, 400])
    }

    @Test func `bodies that are not JSON`() throws {
        let simulation = try Simulation.atRest()
        simulation.setFaults([Fault(.html)])
        let html = simulation.get("/me")
        #expect(html.status == 500 && html.has("Sorry, something went wrong."))
        #expect(html.header("content-type") == "text/html; charset=utf-8")
        simulation.setFaults([Fault(.text)])
        #expect(simulation.get("/me").text == "Service Unavailable")
        simulation.setFaults([Fault(.empty)])
        #expect(simulation.get("/me").body.isEmpty && simulation.get("/me").status == 200)
        simulation.setFaults([Fault(.truncated)])
        #expect(
            simulation.exchange("EAAFAKEshort0001").text
                == #"{"access_token":"EAAFAKElong0001","tok"#)
        var big = Fault(.oversized)
        big.bytes = 5_000_000
        simulation.setFaults([big])
        #expect(simulation.get("/me").body.count == 5_000_000)
        simulation.setFaults([])
        #expect(simulation.get("/me").has("2500"))
    }

    @Test func `transport faults are handled by the transport`() throws {
        let simulation = try simulation(
            #"[{"match":"me","kind":"slow","seconds":2.5},{"match":"app","kind":"reset"}]"#)
        #expect(simulation.get("/me").delay == 2.5)
        #expect(simulation.get("/app").delivery == .reset)
        simulation.setFaults([Fault(.redirect)])
        let redirect = simulation.get("/me")
        #expect(redirect.status == 302)
        #expect(redirect.header("Location") == "https://graph.example.invalid/")
    }

    @Test(arguments: [
        (#""value":0"#, #","expires_in":0}"#),
        (#""value":"5184000""#, #","expires_in":"5184000"}"#),
        (#""value":null"#, #""bearer"}"#), (#""limit":1"#, #""bearer"}"#),
    ])
    func `expires_in can have any value or none`(_ value: String, _ end: String) throws {
        let response = try simulation(
            #"[{"match":"oauth/access_token","kind":"expires-in",\#(value)}]"#
        ).exchange("EAAFAKEshort0001")
        #expect(response.text.hasSuffix(end))
    }

    @Test func `the response to an exchange can have the format before v2.3`() throws {
        let response = try simulation(#"[{"match":"oauth/access_token","kind":"form-encoded"}]"#)
            .exchange("EAAFAKEshort0001")
        #expect(response.text == "access_token=EAAFAKElong0001&expires=5183944")
        #expect(response.header("Content-Type")?.hasPrefix("text/plain") == true)
    }

    @Test func `a message can repeat every secret, raw and encoded`() throws {
        let response = try simulation(#"[{"match":"*","kind":"echo"}]"#)
            .get("/debug_token?input_token=EAAFAKEshort0001", token: "1|FAKE%secret")
        #expect(
            response.has("Malformed access token 1|FAKE\\u0025secret input_token: EAAFAKEshort0001")
        )
        #expect(response.has("?input_token=EAAFAKEshort0001&"))
        let exchange = try simulation(#"[{"match":"*","kind":"echo"}]"#)
            .exchange("EAAFAKEshort0001", secret: "FAKE%7Csecret")
        #expect(exchange.has("client_secret: FAKE|secret"))
        #expect(exchange.has("client_secret=FAKE\\u00257Csecret"))
    }

    @Test func `debug_token can have numeric IDs or no owner`() throws {
        let numbers = try simulation(#"[{"match":"debug_token","kind":"ids-as-numbers"}]"#)
            .debug("EAAFAKEshort0001")
        #expect(numbers.has(#"{"data":{"app_id":1234567890123456,"type":"USER""#))
        #expect(numbers.has(#""user_id":10200000000000009}"#))
        let ownerless = try simulation(#"[{"match":"debug_token","kind":"without-owner"}]"#)
            .debug("EAAFAKEshort0001")
        #expect(ownerless.text.hasPrefix(#"{"data":{"data_access_expires_at":"#))
        #expect(!ownerless.has("user_id"))
    }

    @Test func `a result page can be empty with a next page`() throws {
        let simulation = try simulation(#"[{"match":"accounts","kind":"empty-page"}]"#)
        let target = "/me/accounts?fields=id&limit=20"
        #expect(simulation.get(target, token: "EAAFAKEshort0001").has(#""after":"QVFIUfake20ZD""#))
        let empty = simulation.get(target + "&after=QVFIUfake20ZD", token: "EAAFAKEshort0001")
        #expect(empty.has(#"{"data":[],"paging""#) && empty.has(#""next""#))
        let rest = simulation.get(target + "&after=QVFIUfakeEMPTY20ZD", token: "EAAFAKEshort0001")
        #expect(rest.has(#"{"data":[{"id":"1020000000000021"}"#) && !rest.has(#""next""#))
    }

    @Test func `paging can repeat cursors, point elsewhere, or repeat pages`() throws {
        let target = "/me/accounts?fields=id&limit=10"
        let circles = try simulation(#"[{"match":"accounts","kind":"repeat-cursor"}]"#)
        for _ in 0..<3 {
            let response = circles.get(target + "&after=QVFIUfake10ZD", token: "EAAFAKEshort0001")
            #expect(response.has(#""after":"QVFIUfake10ZD"},"#) && response.has(#""next""#))
        }
        let foreign = try simulation(
            #"[{"match":"accounts","kind":"foreign-next","location":"https://evil.invalid"}]"#)
        #expect(
            foreign.get(target, token: "EAAFAKEshort0001").has(
                #""next":"https:\/\/evil.invalid\/v"#))
        let twice = try simulation(#"[{"match":"accounts","kind":"duplicate-page"}]"#)
        #expect(
            twice.get(target + "&after=QVFIUfake10ZD", token: "EAAFAKEshort0001").has(
                #"{"data":[{"id":"1020000000000010"},{"id":"1020000000000011"}"#))
    }

    @Test func `a limit that is too large is an error`() throws {
        let simulation = try simulation(
            #"[{"match":"accounts","kind":"too-much-data","limit":10}]"#)
        let response = simulation.get("/me/accounts?limit=11", token: "EAAFAKEshort0001")
        #expect(response.status == 500 && response.has("Please reduce the amount of data"))
        #expect(simulation.get("/me/accounts?limit=10", token: "EAAFAKEshort0001").status == 200)
    }

    @Test func `usage headers can have any value`() throws {
        let response = try simulation(
            #"[{"match":"me","kind":"usage","headers":{"X-Business-Use-Case-Usage":"{garbage"}}]"#
        ).get("/me", token: "EAAFAKEshort0001")
        #expect(response.status == 200)
        #expect(response.header("X-Business-Use-Case-Usage") == "{garbage")
    }

    @Test func `an unknown fault is reported`() {
        #expect(throws: StateError(description: "unknown value at [0].kind")) {
            try Fault.array(json: #"[{"match":"me","kind":"earthquake"}]"#.utf8)
        }
        #expect(throws: StateError(description: "'match' is missing at [0]")) {
            try Fault.array(json: #"[{"kind":"slow"}]"#.utf8)
        }
    }
}
