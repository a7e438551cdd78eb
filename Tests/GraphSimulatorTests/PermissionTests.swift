import GraphSimulator
import Testing

struct PermissionTests {
    @Test func `permissions are listed as granted or declined`() throws {
        let response = try Simulation.atRest().get("/me/permissions", token: "EAAFAKEother0001")
        #expect(
            response.text == #"{"data":[{"permission":"pages_show_list","status":"granted"},"#
                + #"{"permission":"public_profile","status":"granted"},"#
                + #"{"permission":"email","status":"declined"}]}"#)
    }

    @Test func `a single permission can be revoked`() throws {
        let simulation = try Simulation.atRest()
        let response = simulation.request(
            "DELETE", "/me/permissions/pages_show_list", token: "EAAFAKEshort0001")
        #expect(response.text == #"{"success":true}"#)
        #expect(simulation.get("/me/accounts", token: "EAAFAKEshort0001").text == #"{"data":[]}"#)
        #expect(
            simulation.get("/me/permissions", token: "EAAFAKEshort0001").has(
                #"{"permission":"pages_show_list","status":"declined"}"#))
    }

    @Test func `deleting all permissions invalidates all tokens of the user for the app`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.exchange("EAAFAKEshort0001")
        _ = simulation.get("/1020000000000001?fields=access_token", token: "EAAFAKElong0001")
        try simulation.merge(state: #"{"bare_true":true}"#)
        let response = simulation.request(
            "DELETE", "/v26.0/\(user)/permissions", token: "EAAFAKElong0001")
        #expect(response.text == "true")
        for token in ["EAAFAKEshort0001", "EAAFAKElong0001", "EAAFAKEpage0001"] {
            #expect(simulation.get("/me", token: token).has(#""error_subcode":458"#))
        }
        #expect(simulation.get("/me", token: "EAAFAKEother0001").status == 200)
        #expect(simulation.get("/me", token: "EAAFAKEsystem001").status == 200)
    }

    @Test func `an app can remove a user with its own token`() throws {
        let simulation = try Simulation.atRest()
        #expect(simulation.request("DELETE", "/\(user)/permissions", token: appToken).status == 200)
        #expect(simulation.get("/me", token: "EAAFAKEshort0001").has("458"))
    }

    @Test func `a system user token is revoked immediately`() throws {
        let simulation = try Simulation.atRest()
        let target =
            "/v26.0/oauth/revoke?client_id=\(app)&client_secret=FAKEsecret0001"
            + "&revoke_token=EAAFAKEsystem001"
        #expect(simulation.get(target).has(#""code":104"#))
        #expect(simulation.get(target, token: appToken).text == #"{"success":"true"}"#)
        #expect(simulation.get("/me", token: "EAAFAKEsystem001").has("466"))
    }
}
