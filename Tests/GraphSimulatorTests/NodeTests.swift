import GraphSimulator
import Testing

struct NodeTests {
    @Test func `a token is read from the query, form and header`() throws {
        let simulation = try Simulation.atRest()
        let ann = #"{"id":"10200000000000009","name":"Ann Fake"}"#
        let target = "/v26.0/me?fields=id,name"
        #expect(simulation.get(target, token: "EAAFAKEshort0001").text == ann)
        #expect(simulation.get(target + "&access_token=EAAFAKEshort0001").text == ann)
        let oauth = SimulatedRequest(
            "GET", target, headers: ["authorization": "OAuth EAAFAKEshort0001"])
        #expect(simulation.answer(oauth).text == ann)
        let form = SimulatedRequest("GET", target, form: "access_token=EAAFAKEshort0001")
        #expect(simulation.answer(form).text == ann)
    }

    @Test func `nodes are visible to tokens with access`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get("/app?fields=id,name", token: "EAAFAKEshort0001").text
                == #"{"id":"1234567890123456","name":"Fake App"}"#)
        #expect(
            simulation.get("/\(user)?fields=name", token: appToken).text
                == #"{"name":"Ann Fake","id":"10200000000000009"}"#)
        #expect(
            simulation.get("/1020000000000002?fields=access_token", token: "EAAFAKEshort0001").text
                == #"{"id":"1020000000000002"}"#)
        #expect(
            simulation.get("/me?fields=shoe_size", token: "EAAFAKEshort0001").has(
                "nonexisting field (shoe_size) on node type (User)"))
        #expect(simulation.get("/fakealias", token: "EAAFAKEshort0001").status == 404)
        #expect(
            simulation.request("POST", "/\(user)", token: "EAAFAKEshort0001").has(
                "Unsupported post"))
    }

    @Test func `errors match the recorded ones`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get("/v26.0/me").text == #"{"error":{"message":"An active access token "#
                + #"must be used to query information about the current user.","#
                + #""type":"OAuthException","code":2500,"fbtrace_id":"AFAKEtrace0000000000001"}}"#)
        #expect(
            simulation.get("/v26.0/1020000000000001?fields=access_token", token: "EAAFAKEexpired01")
                .has(#""error_subcode":463"#))
        try simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","scopes":["public_profile"]}]}"#)
        #expect(
            simulation.get("/1020000000000001?fields=access_token", token: "EAAFAKEshort0001").text
                == #"{"error":{"message":"Any of the pages_read_engagement, "#
                + #"pages_manage_metadata,\n        pages_read_user_content, pages_manage_ads, "#
                + #"pages_show_list or\n        pages_messaging permission(s) must be granted "#
                + #"before impersonating a\n        user's page.","type":"OAuthException","#
                + #""code":190,"fbtrace_id":"AFAKEtrace0000000000003"}}"#)
        try simulation.merge(state: #"{"users":[{"id":"\#(user)","pages":[]}]}"#)
        #expect(
            simulation.get("/1020000000000001?fields=access_token", token: "EAAFAKEshort0001").text
                == #"{"error":{"message":"Unsupported get request. Object with ID "#
                + #"'1020000000000001' does not exist, cannot be loaded due to missing "#
                + #"permissions, or does not support this operation. Please read the Graph API "#
                + #"documentation at https:\/\/developers.facebook.com\/docs\/graph-api","#
                + #""type":"GraphMethodException","code":100,"error_subcode":33,"#
                + #""fbtrace_id":"AFAKEtrace0000000000004"}}"#)
    }

    @Test func `a page token expires with a short-lived login or never`() throws {
        let simulation = try Simulation.atRest()
        let target = "/1020000000000001?fields=access_token"
        _ = simulation.get(target, token: "EAAFAKEshort0001")
        #expect(simulation.debug("EAAFAKEpage0001").has(#""expires_at":1795202102"#))
        _ = simulation.exchange("EAAFAKEshort0001")
        _ = simulation.get(target, token: "EAAFAKElong0001")
        #expect(simulation.debug("EAAFAKEpage0002").has(#""expires_at":0"#))
        #expect(simulation.get("/me?fields=id", token: "EAAFAKEpage0002").has("1020000000000001"))
        simulation.advance(by: 61 * 86400)
        #expect(simulation.debug("EAAFAKElong0001").has("463"))
        #expect(simulation.debug("EAAFAKEpage0001").has("463"))
        #expect(simulation.get("/me", token: "EAAFAKEpage0002").status == 200)
        try simulation.merge(state: #"{"users":[{"id":"\#(user)","pages":[]}]}"#)
        #expect(simulation.get("/me", token: "EAAFAKEpage0002").has(#""error_subcode":492"#))
        try simulation.merge(state: #"{"users":[{"id":"\#(user)","dead":460}]}"#)
        #expect(simulation.get("/me", token: "EAAFAKEpage0002").has(#""error_subcode":460"#))
    }

    @Test(arguments: [
        ("/v26.0/me", "v26.0"), ("/v18.0/me", "v21.0"), ("/v2.12/me", "v21.0"), ("/me", "v21.0"),
    ])
    func `a retired version is replaced silently`(_ path: String, _ served: String) throws {
        let response = try Simulation.atRest(1_795_300_000).get(path)
        #expect(response.has(#""code":2500"#) && response.has("An active access token"))
        #expect(response.header("facebook-api-version") == served)
    }

    @Test func `another version than the requested one can be made to answer`() throws {
        let simulation = try Simulation.atRest()
        let fault =
            #"[{"match":"me","kind":"usage","headers":{"facebook-api-version":"v27.0"}}]"#
        let change = simulation.post("/_simulator/faults", fault)
        #expect(change.status == 200)
        let response = simulation.get("/v26.0/me", token: "EAAFAKEshort0001")
        #expect(response.status == 200)
        let named = response.headers.filter { $0.name.lowercased() == "facebook-api-version" }
        #expect(named.map(\.value) == ["v27.0"])
    }

    @Test func `a version that never existed is part of the path`() throws {
        let simulation = try Simulation.atRest()
        for version in ["v99.0", "v26.1", "v27.0"] {
            let response = simulation.get("/\(version)/me", token: "EAAFAKEshort0001")
            #expect(
                response.has(
                    #""Unknown path components: \/me","type":"OAuthException","code":2500"#))
            #expect(response.header("facebook-api-version") == nil)
        }
        #expect(simulation.get("/me/shoes", token: "EAAFAKEshort0001").has(#": \/shoes""#))
    }
}
