import Graph
import Testing

/// What `debug_token` says of each type of token.
@Suite struct InspectionTests {
    @Test func `a user token is told with its clocks and scopes`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"USER","application":"Fake App","data_access_expires_at":1803024000,"expires_at":1800432000,"is_valid":true,"issued_at":1795248000,"metadata":{"auth_type":"rerequest","sso":"chrome-custom-tab"},"scopes":["pages_show_list","public_profile"],"granular_scopes":[{"scope":"pages_show_list","target_ids":["1020000000000001","1020000000000002"]},{"scope":"business_management"}],"user_id":"10200000000000009"}}"#
        )
        #expect(found.isValid)
        #expect(found.type == "USER")
        #expect(found.appID == "1234567890123456")
        #expect(found.userID == "10200000000000009")
        #expect(found.profileID == nil)
        #expect(found.expiresAt == 1_800_432_000)
        #expect(found.dataAccessExpiresAt == 1_803_024_000)
        #expect(found.scopes == ["pages_show_list", "public_profile"])
        #expect(
            found.granularScopes == ["pages_show_list": ["1020000000000001", "1020000000000002"]])
        #expect(found.refusal == nil)
    }

    @Test func `a page token names its page`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"PAGE","data_access_expires_at":1803024000,"expires_at":0,"is_valid":true,"profile_id":"1020000000000001","scopes":["pages_show_list"],"user_id":"10200000000000009"}}"#
        )
        #expect(found.type == "PAGE")
        #expect(found.profileID == "1020000000000001")
        #expect(found.userID == "10200000000000009")
        #expect(found.expiresAt == 0)
    }

    @Test func `a system user's token has no data clock`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"SYSTEM_USER","data_access_expires_at":0,"expires_at":0,"is_valid":true,"scopes":[],"granular_scopes":[{"scope":"whatsapp_business_management","target_ids":["1030000000000001"]}],"user_id":"10200000000000077"}}"#
        )
        #expect(found.type == "SYSTEM_USER")
        #expect(found.userID == "10200000000000077")
        #expect(found.dataAccessExpiresAt == 0)
    }

    @Test func `an app token has neither owner nor clocks`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"APP","application":"Fake App","is_valid":true,"scopes":[]}}"#
        )
        #expect(found.isValid)
        #expect(found.type == "APP")
        #expect(found.userID == nil)
        #expect(found.expiresAt == nil)
        #expect(found.dataAccessExpiresAt == nil)
    }

    @Test(arguments: [458, 460, 463, 467, 493])
    func `a dead token says why`(subcode: Int) async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"USER","error":{"code":190,"message":"Error validating access token: EAAFAKEtoken01 is\n over.","subcode":\#(subcode)},"expires_at":1795194000,"is_valid":false,"scopes":["public_profile"],"user_id":"10200000000000009"}}"#
        )
        #expect(!found.isValid)
        let refusal = try #require(found.refusal)
        #expect(refusal.code == 190)
        #expect(refusal.subcode == subcode)
        #expect(refusal.classification.isDeadToken)
        #expect(refusal.message == "Error validating access token: [redacted] is over.")
        #expect(found.expiresAt == 1_795_194_000)
        #expect(found.userID == "10200000000000009")
    }

    @Test func `a token that Graph cannot read has no app or type`() async throws {
        let found = try await inspected(
            #"{"data":{"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse access token"},"is_valid":false,"scopes":[]}}"#
        )
        #expect(!found.isValid)
        #expect(found.type == nil)
        #expect(found.appID == nil)
        #expect(found.refusal?.subcode == nil)
    }

    @Test func `ids and times may be numbers or texts`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":138483919580948,"type":"PAGE","expires_at":"1800432000","data_access_expires_at":"0","is_valid":true,"profile_id":1020000000000001,"granular_scopes":[{"scope":"pages_show_list","target_ids":[1020000000000001]}],"user_id":1207059}}"#
        )
        #expect(found.appID == "138483919580948")
        #expect(found.userID == "1207059")
        #expect(found.profileID == "1020000000000001")
        #expect(found.expiresAt == 1_800_432_000)
        #expect(found.dataAccessExpiresAt == 0)
        #expect(found.granularScopes == ["pages_show_list": ["1020000000000001"]])
        #expect(found.scopes == [])
    }

    @Test func `what older answers lack is not said`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1","type":"USER","is_valid":true,"expires_at":1800432000}}"#)
        #expect(found.dataAccessExpiresAt == nil)
        #expect(found.userID == nil)
    }

    @Test func `it asks with the app's token, and without an app with the token itself`()
        async throws
    {
        let body = #"{"data":{"is_valid":true}}"#
        let transport = ScriptedTransport(.answer(body), .answer(body))
        let client = try transport.client()
        _ = try await client.inspect(someToken, app: someApp)
        _ = try await client.inspect(someToken, app: nil)
        #expect(
            transport.requests.map { request in
                request.headers.first { $0.name == "Authorization" }?.value
            } == ["Bearer 1234567890123456|FAKEsecret0001", "Bearer EAAFAKEtoken01"])
        #expect(
            transport.requests.map(\.url)
                == Array(
                    repeating: "https://graph.example/v26.0/debug_token?input_token=EAAFAKEtoken01",
                    count: 2))
    }

    @Test func `an answer without data is not understood`() async throws {
        let client = try ScriptedTransport(.answer("{}")).client()
        let error = try await failure { _ = try await client.inspect(someToken, app: someApp) }
        #expect(error == .notUnderstood(.shape("data"), status: 200))
    }

    private func inspected(_ body: String) async throws -> TokenInspection {
        try await ScriptedTransport(.answer(body)).client().inspect(someToken, app: someApp)
    }
}
