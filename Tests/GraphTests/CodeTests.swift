import Sodium
import Testing

@testable import Graph
@testable import HTTP

private func shared(_ text: String) -> SharedSecret {
    SharedSecret(Secret(copying: Array(text.utf8).span))
}

private let app = AppCredentials(id: "1234567890123456", secret: shared("FAKEsecret0001"))

// Authorization codes and revocations.
@Suite struct CodeTests {
    private func text(_ secret: SharedSecret?) -> String? {
        secret?.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    private func dialog(scopes: [String] = []) throws -> LoginDialog {
        LoginDialog(
            endpoint: try GraphEndpoint(url: "https://www.facebook.com", version: "v26.0"),
            appID: app.id, redirect: try RedirectURI("http://localhost:47231/"),
            permissions: .scopes(scopes))
    }

    @Test func `a code is sent once, in the body, with the dialog's redirect URI`()
        async throws
    {
        let transport = ScriptedTransport(
            .response(#"{"access_token":"EAAFAKE1","expires_in":6000}"#))
        let issued = try await transport.client().redeem(
            shared("AQFAKE1"), of: try dialog(), app: app)
        #expect(text(issued.token) == "EAAFAKE1" && issued.lifetime == 6000)
        let request = try #require(transport.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://graph.example/v26.0/oauth/access_token")
        let form = String(decoding: request.body, as: UTF8.self).split(separator: "&")
        #expect(
            Set(form) == [
                "client_id=1234567890123456", "client_secret=FAKEsecret0001", "code=AQFAKE1",
                "redirect_uri=http%3A%2F%2Flocalhost%3A47231%2F",
            ])
    }

    @Test func `a code is sent with the verifier of the dialog's challenge`() async throws {
        let transport = ScriptedTransport(.response(#"{"access_token":"EAAFAKE1"}"#))
        let dialog = try dialog(scopes: ["openid"])
        _ = try await transport.client().redeem(shared("AQFAKE1"), of: dialog, app: app)
        let form = String(decoding: transport.requests[0].body, as: UTF8.self)
        #expect(form.contains("&code_verifier=\(try #require(text(dialog.verifier)))"))
    }

    @Test(arguments: [
        ScriptedTransport.Step.failure(.unreachable(.connectionClosed)),
        .failure(.unreachable(.timeout)),
        .response("<html>", status: 500), .refusal(2, status: 503), .refusal(4),
    ])
    func `redeeming a code is never retried`(step: ScriptedTransport.Step) async throws {
        let transport = ScriptedTransport(step)
        await #expect(throws: GraphError.self) {
            _ = try await transport.client().redeem(
                shared("AQFAKE1"), of: try dialog(), app: app)
        }
        let device = ScriptedTransport(step)
        await #expect(throws: GraphError.self) {
            _ = try await device.client().redeem(
                clientCode: shared("AQFAKE1"), redirect: try dialog().redirect, appID: "1",
                machineID: nil)
        }
        #expect(transport.requests.count == 1 && device.requests.count == 1)
        #expect(transport.waits.isEmpty && device.waits.isEmpty)
    }

    @Test func `a device redeems without the app secret and gets a machine ID`() async throws {
        let transport = ScriptedTransport(
            .response(#"{"access_token":"EAAFAKE1","expires_in":5184000,"machine_id":"FAKEm2"}"#),
            .response(#"{"access_token":"EAAFAKE2"}"#))
        let client = try transport.client()
        let redirect = try dialog().redirect
        let first = try await client.redeem(
            clientCode: shared("AQFAKE1"), redirect: redirect, appID: "1",
            machineID: shared("FAKEm1"))
        #expect(text(first.machineID) == "FAKEm2" && first.token.lifetime == 5_184_000)
        let second = try await client.redeem(
            clientCode: shared("AQFAKE2"), redirect: redirect, appID: "1", machineID: nil)
        #expect(second.machineID == nil && text(second.token.token) == "EAAFAKE2")
        let forms = transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(forms[0].hasSuffix("&machine_id=FAKEm1") && !forms[1].contains("machine_id"))
        #expect(forms.allSatisfy { !$0.contains("client_secret") })
    }

    @Test func `an empty response from client_code is an error`() async throws {
        let transport = ScriptedTransport(
            .response(#"{"code":"AQFAKE1"}"#), .response(""), .response(#"{"code":""}"#))
        let client = try transport.client()
        let redirect = try dialog().redirect
        let code = try await client.clientCode(of: shared("EAAFAKE1"), redirect: redirect, app: app)
        #expect(text(code) == "AQFAKE1")
        #expect(
            transport.requests[0].headers.contains { $0 == ("Authorization", "Bearer EAAFAKE1") })
        #expect(transport.requests[0].url.contains("&appsecret_proof="))
        await #expect(throws: GraphError.invalidResponse(.empty, status: 200)) {
            _ = try await client.clientCode(of: shared("EAAFAKE1"), redirect: redirect, app: app)
        }
        await #expect(throws: GraphError.invalidResponse(.shape("code"), status: 200)) {
            _ = try await client.clientCode(of: shared("EAAFAKE1"), redirect: redirect, app: app)
        }
    }

    @Test(arguments: ["true", #"{"success":true}"#, #"{"success":"true"}"#])
    func `each form of success that Meta sends is accepted`(body: String) async throws {
        let transport = ScriptedTransport(.response(body), .response(body))
        let client = try transport.client()
        try await client.revokePermissions(
            ofUser: "17", token: shared("EAAFAKE1"), appSecret: app.secret)
        try await client.revoke(shared("EAAFAKE2"), app: app)
        let requests = transport.requests
        #expect(requests[0].method == "DELETE")
        #expect(
            requests[0].url.hasPrefix("https://graph.example/v26.0/17/permissions?appsecret_proof=")
        )
        #expect(requests[1].url.contains("oauth/revoke?client_id=1234567890123456&"))
        #expect(requests[1].url.contains("&revoke_token=EAAFAKE2"))
    }

    @Test(arguments: ["false", #"{"success":false}"#, #"{"success":"false"}"#, "{}", "null", "[]"])
    func `any other response to a revocation is an error`(body: String) async throws {
        let client = try ScriptedTransport(.response(body)).client()
        await #expect(throws: GraphError.self) {
            try await client.revoke(shared("EAAFAKE2"), app: app)
        }
    }
}
