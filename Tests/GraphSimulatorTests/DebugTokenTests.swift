import GraphSimulator
import Testing

struct DebugTokenTests {
    static let state = #"""
        {"apps": [{"id": "1234567890123456", "name": "Fake App", "secret": "FAKEsecret0001"},
                  {"id": "2345678901234567", "name": "Other Fake App", "secret": "FAKEsecret0002"}],
         "users": [{"id": "10200000000000009", "pages": [{"id": "1020000000000001"}]},
                   {"id": "10200000000000055", "developer": false},
                   {"id": "10200000000000077", "system_user": true}],
         "tokens": [
          {"token": "EAAFAKE1", "app": "1234567890123456", "user": "10200000000000009",
           "issued_at": 1795248000, "expires_at": 1800432000,
           "metadata": {"auth_type": "rerequest", "sso": "chrome-custom-tab"},
           "scopes": ["pages_show_list", "business_management", "pages_read_engagement",
                      "public_profile"],
           "granular_scopes": [
            {"scope": "pages_show_list", "target_ids": ["1020000000000001", "1020000000000002"]},
            {"scope": "business_management"},
            {"scope": "pages_read_engagement", "target_ids": ["1020000000000001"]}]},
          {"token": "EAAFAKE2", "app": "1234567890123456", "user": "10200000000000009",
           "type": "PAGE", "page": "1020000000000001", "issued_at": 1795248000,
           "scopes": ["pages_show_list", "public_profile"],
           "granular_scopes": [{"scope": "pages_show_list", "target_ids": ["1020000000000001"]}]},
          {"token": "EAAFAKE3", "app": "1234567890123456", "user": "10200000000000077",
           "type": "SYSTEM_USER", "issued_at": 1795248000,
           "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
           "granular_scopes": [
            {"scope": "whatsapp_business_management", "target_ids": ["1030000000000001"]}]},
          {"token": "EAAFAKE4", "app": "1234567890123456", "user": "10200000000000009",
           "issued_at": 1795187000, "expires_at": 1795194000, "data_access_expires_at": 1803024000,
           "metadata": {"auth_type": "rerequest"}, "scopes": ["public_profile"]},
          {"token": "EAAFAKE5", "app": "1234567890123456", "user": "10200000000000055"},
          {"token": "EAAFAKE6", "app": "2345678901234567", "user": "10200000000000009"}]}
        """#

    static let head = #"{"data":{"app_id":"1234567890123456","type":"#

    static let responses: [(token: String, body: String)] = [
        (
            "EAAFAKE1",
            head + #""USER","application":"Fake App","data_access_expires_at":1803024000,"#
                + #""expires_at":1800432000,"is_valid":true,"issued_at":1795248000,"metadata":"#
                + #"{"auth_type":"rerequest","sso":"chrome-custom-tab"},"scopes":["#
                + #""pages_show_list","business_management","pages_read_engagement","#
                + #""public_profile"],"granular_scopes":[{"scope":"pages_show_list","target_ids":["#
                + #""1020000000000001","1020000000000002"]},{"scope":"business_management"},"#
                + #"{"scope":"pages_read_engagement","target_ids":["1020000000000001"]}],"#
                + #""user_id":"10200000000000009"}}"#
        ),
        (
            "EAAFAKE2",
            head + #""PAGE","application":"Fake App","data_access_expires_at":1803024000,"#
                + #""expires_at":0,"is_valid":true,"issued_at":1795248000,"#
                + #""profile_id":"1020000000000001","scopes":["pages_show_list","public_profile"],"#
                + #""granular_scopes":[{"scope":"pages_show_list","target_ids":["#
                + #""1020000000000001"]}],"user_id":"10200000000000009"}}"#
        ),
        (
            "EAAFAKE3",
            head + #""SYSTEM_USER","application":"Fake App","data_access_expires_at":0,"#
                + #""expires_at":0,"is_valid":true,"issued_at":1795248000,"#
                + #""scopes":["whatsapp_business_management","whatsapp_business_messaging"],"#
                + #""granular_scopes":[{"scope":"whatsapp_business_management","target_ids":["#
                + #""1030000000000001"]}],"user_id":"10200000000000077"}}"#
        ),
        (
            "EAAFAKE4",
            head + #""USER","application":"Fake App","data_access_expires_at":1803024000,"#
                + #""error":{"code":190,"message":"Error validating access token: Session has "#
                + #"expired on Friday, 20-Nov-26 09:00:00 PST. The current time is Friday, "#
                + #"20-Nov-26 10:15:02 PST.","subcode":463},"expires_at":1795194000,"#
                + #""is_valid":false,"issued_at":1795187000,"metadata":{"auth_type":"rerequest"},"#
                + #""scopes":["public_profile"],"user_id":"10200000000000009"}}"#
        ),
        (
            "1234567890123456|FAKEsecret0001",
            head + #""APP","application":"Fake App","is_valid":true,"scopes":[]}}"#
        ),
        (
            "garbage",
            #"{"data":{"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse "#
                + #"access token"},"is_valid":false,"scopes":[]}}"#
        ),
    ]

    @Test(arguments: responses)
    func `the response for each type of token matches the recorded bytes`(
        _ expected: (token: String, body: String)
    ) throws {
        let simulation = try Simulation(state: Self.state, clock: .stopped(at: morning))
        let response = simulation.debug(expected.token)
        #expect(response.status == 200)
        #expect(response.text == expected.body)
    }

    @Test func `only the app itself or a developer can inspect a token`() throws {
        let simulation = try Simulation(state: Self.state, clock: .stopped(at: morning))
        let target = "/debug_token?input_token=EAAFAKE1"
        #expect(simulation.get(target).has(#""code":104"#))
        #expect(simulation.get(target, token: "EAAFAKE1").status == 200)
        #expect(simulation.get(target, token: "EAAFAKE5").has("(#100) You must provide"))
        #expect(simulation.get(target, token: "EAAFAKE2").has("(#100) You must provide"))
        #expect(simulation.get(target, token: "\(app)|FAKEwrong").has("signature"))
        #expect(simulation.debug("EAAFAKE6").has("(#100) The App_id in the input_token"))
        #expect(simulation.get("/debug_token", token: appToken).has("input_token is required"))
    }

    @Test func `a short-lived token has no time of issue`() throws {
        #expect(try !Simulation.atRest().debug("EAAFAKEshort0001").has("issued_at"))
    }

    @Test(arguments: [458, 459, 460, 464, 467, 492, 493])
    func `a dead token has a reason, here and in all calls`(_ reason: Int) throws {
        let simulation = try Simulation.atRest()
        #expect(simulation.kill(token: "EAAFAKEshort0001", reason: reason))
        let report = simulation.debug("EAAFAKEshort0001")
        #expect(report.status == 200)
        #expect(report.has(#""subcode":\#(reason)}"#) && report.has(#""is_valid":false"#))
        let call = simulation.get("/me", token: "EAAFAKEshort0001")
        #expect(call.status == 400 && call.has(#""code":190,"error_subcode":\#(reason),"#))
        simulation.kill(token: "EAAFAKEshort0001", reason: nil)
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").status == 200)
    }

    @Test func `after 90 days a valid token no longer gives access to data`() throws {
        let simulation = try Simulation(state: Self.state, clock: .stopped(at: 1_803_024_000))
        #expect(simulation.debug("EAAFAKE2").has(#""is_valid":true"#))
        #expect(simulation.get("/me", token: "EAAFAKE2").has(#""error_subcode":493"#))
    }
}
