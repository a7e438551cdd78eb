import Graph
import Testing

/// Current and historical responses to an exchange.
@Suite struct ExchangeResponseTests {
    @Test(
        arguments: [
            (
                #"{"access_token":"EAAFAKElong","token_type":"bearer","expires_in":5183944}"#,
                5_183_944
            ),
            (
                #"{"access_token":"EAAFAKElong","token_type":"bearer","expires_in":"5183944"}"#,
                5_183_944
            ),
            (#"{"access_token":"EAAFAKElong","expires_in":5183944.0}"#, 5_183_944),
            (#"{"access_token":"EAAFAKElong","token_type":"bearer"}"#, nil),
            (#"{"access_token":"EAAFAKElong","token_type":"bearer","expires_in":0}"#, nil),
            (#"{"access_token":"EAAFAKElong","token_type":"bearer","expires_in":"0"}"#, nil),
            (#"{"access_token":"EAAFAKElong","expires_in":-5}"#, nil),
            (#"{"access_token":"EAAFAKElong","expires_in":null}"#, nil),
            (#"{"access_token":"EAAFAKElong","expires":5184000}"#, 5_184_000),
            (#"{"access_token":"EAAFAKElong","expires":"5184000"}"#, 5_184_000),
            (#"{"auth_type":"rerequest","access_token":"EAAFAKElong","expires_in":7}"#, 7),
            ("access_token=EAAFAKElong&expires=5184000", 5_184_000),
            ("access_token=EAAFAKElong&expires=5184000\n", 5_184_000),
            ("access_token=EAAFAKElong", nil),
            ("access_token=EAAFAKElong&expires=0", nil),
            ("access_token=EAAFAKElong&expires=soon", nil),
        ] as [(String, Int64?)])
    func `a token has a lifetime if the response contains one`(
        body: String, lifetime: Int64?
    ) async throws {
        let issued = try await exchanged(body)
        #expect(text(of: issued.token) == "EAAFAKElong")
        #expect(issued.lifetime == lifetime)
    }

    @Test(arguments: [
        #"{"access_token":"EAAFAKElong","expires_in":"soon"}"#,
        #"{"access_token":"EAAFAKElong","expires_in":true}"#,
        #"{"access_token":"EAAFAKElong","expires_in":1e300}"#,
    ])
    func `the token is kept despite an invalid lifetime`(body: String) async throws {
        // An issued token must never be lost.
        let issued = try await exchanged(body)
        #expect(text(of: issued.token) == "EAAFAKElong")
        #expect(issued.lifetime == nil)
    }

    @Test(arguments: [
        "expires=5184000&access_token=EAAFAKElong", "token_type=bearer&access_token=EAAFAKElong",
    ])
    func `the old format may start with another field`(body: String) async throws {
        // The body only has to start with a letter and contain `access_token=`.
        let issued = try await exchanged(body)
        #expect(text(of: issued.token) == "EAAFAKElong")
    }

    @Test func `a token in the old format is percent-decoded`() async throws {
        let issued = try await exchanged("access_token=EAAFAKE%2Dlong")
        #expect(text(of: issued.token) == "EAAFAKE-long")
    }

    @Test(arguments: [
        #"{"token_type":"bearer","expires_in":5183944}"#, #"{"access_token":"","expires_in":1}"#,
        #"{"access_token":"EAA FAKE"}"#, #"{"access_token":"EAAFAKE\u0000"}"#,
        #"{"access_token":"EAAFAK\u00c9"}"#, #"{"access_token":null}"#, #"{"access_token":17}"#,
        "access_token=&expires=5", "access_token=EAA FAKE",
    ])
    func `a response without a valid token is an error`(body: String) async throws {
        let transport = ScriptedTransport(.response(body))
        let client = try transport.client()
        let error = try await failure {
            _ = try await client.exchange(someToken, app: someApp)
        }
        #expect(error == .invalidResponse(.shape("access_token"), status: 200))
    }

    @Test func `the old format with an error status is not a token`() async throws {
        let transport = ScriptedTransport(.response("access_token=EAAFAKElong", status: 400))
        let client = try transport.client()
        let error = try await failure {
            _ = try await client.exchange(someToken, app: someApp)
        }
        #expect(error == .invalidResponse(.notJSON, status: 400))
    }

    @Test func `refusals of an exchange are marked as from OAuth`() async throws {
        let transport = ScriptedTransport(.refusal(1, "Error validating client secret."))
        let client = try transport.client()
        let refusal = try await refusal {
            _ = try await client.exchange(someToken, app: someApp)
        }
        #expect(refusal.isFromOAuth)
        #expect(refusal.classification == .configuration(.appSecret))
    }

    private func exchanged(_ body: String) async throws -> IssuedToken {
        let transport = ScriptedTransport(.response(body))
        return try await transport.client().exchange(someToken, app: someApp)
    }
}
