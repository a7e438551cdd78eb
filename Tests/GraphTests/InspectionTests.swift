import Graph
import HTTP
import Testing

/// The response of `debug_token` for each type of token.
@Suite struct InspectionTests {
    @Test func `a user token has its expiries and scopes`() async throws {
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

    @Test func `a page token has its page`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"PAGE","data_access_expires_at":1803024000,"expires_at":0,"is_valid":true,"profile_id":"1020000000000001","scopes":["pages_show_list"],"user_id":"10200000000000009"}}"#
        )
        #expect(found.type == "PAGE")
        #expect(found.profileID == "1020000000000001")
        #expect(found.userID == "10200000000000009")
        #expect(found.expiresAt == 0)
    }

    @Test func `a system user token has no expiry of data access`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1234567890123456","type":"SYSTEM_USER","data_access_expires_at":0,"expires_at":0,"is_valid":true,"scopes":[],"granular_scopes":[{"scope":"whatsapp_business_management","target_ids":["1030000000000001"]}],"user_id":"10200000000000077"}}"#
        )
        #expect(found.type == "SYSTEM_USER")
        #expect(found.userID == "10200000000000077")
        #expect(found.dataAccessExpiresAt == 0)
    }

    @Test func `an app token has neither owner nor expiries`() async throws {
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
    func `a dead token has a reason`(subcode: Int) async throws {
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

    @Test func `a token that the Graph API cannot parse has no app or type`() async throws {
        let found = try await inspected(
            #"{"data":{"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse access token"},"is_valid":false,"scopes":[]}}"#
        )
        #expect(!found.isValid)
        #expect(found.type == nil)
        #expect(found.appID == nil)
        #expect(found.refusal?.subcode == nil)
    }

    @Test func `IDs and times may be numbers or strings`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":138483919580948,"type":"PAGE","expires_at":"1800432000","data_access_expires_at":"0","is_valid":true,"profile_id":1020000000000001,"granular_scopes":[{"scope":"pages_show_list","target_ids":[1020000000000001]}],"user_id":1207059}}"#
        )
        #expect(found.appID == "138483919580948")
        #expect(found.userID == "1207059")
        #expect(found.profileID == "1020000000000001")
        #expect(found.expiresAt == 1_800_432_000)
        #expect(found.dataAccessExpiresAt == 0)
        #expect(found.granularScopes == ["pages_show_list": ["1020000000000001"]])
        #expect(found.scopes == nil)
    }

    @Test func `values missing in older responses are nil`() async throws {
        let found = try await inspected(
            #"{"data":{"app_id":"1","type":"USER","is_valid":true,"expires_at":1800432000}}"#)
        #expect(found.dataAccessExpiresAt == nil)
        #expect(found.userID == nil)
    }

    @Test func `the app token is used, or without an app the token itself`()
        async throws
    {
        let body = #"{"data":{"is_valid":true}}"#
        let transport = ScriptedTransport(.response(body), .response(body))
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

    @Test func `a response without data is an error`() async throws {
        let client = try ScriptedTransport(.response("{}")).client()
        let error = try await failure { _ = try await client.inspect(someToken, app: someApp) }
        #expect(error == .invalidResponse(.shape("data"), status: 200))
    }

    @Test(arguments: [
        #"{"data":{}}"#, #"{"data":null}"#, #"{"data":[]}"#, #"{"data":"x"}"#, #"{"data":[{}]}"#,
        #"{"data":{"app_id":"1234567890123456","type":"USER","expires_at":0,"scopes":[]}}"#,
        #"{"data":{"is_valid":null}}"#, #"{"data":{"is_valid":"maybe","user_id":"9"}}"#,
        #"{"data":{"is_valid":{},"error":null}}"#, #"{"data":{"error":{}}}"#,
        #"{"data":{"error":{"code":0,"message":"FAKE"}}}"#,
    ])
    func `a response that does not say whether the token is valid is an error`(
        body: String
    ) async throws {
        let error = try await failure { _ = try await inspected(body) }
        guard case .invalidResponse(.shape(let key), status: 200) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(["data", "is_valid"].contains(key))
    }

    @Test(arguments: [
        (#""is_valid":true"#, true), (#""is_valid":1"#, true), (#""is_valid":"true""#, true),
        (#""is_valid":false"#, false), (#""is_valid":"0""#, false),
        (#""error":{"code":"190"}"#, false), (#""is_valid":true,"error":{"code":2}"#, true),
    ])
    func `validity is accepted in several formats`(members: String, isValid: Bool) async throws {
        #expect(try await inspected(#"{"data":{\#(members)}}"#).isValid == isValid)
    }

    @Test func `values of the wrong type are nil`() async throws {
        let found = try await inspected(
            #"{"data":{"is_valid":true,"type":7,"app_id":{},"user_id":[],"scopes":"all","granular_scopes":{"a":1},"expires_at":"soon","data_access_expires_at":1e30,"issued_at":null,"application":null}}"#
        )
        #expect(found.appID == nil && found.userID == nil && found.scopes == nil)
        #expect(found.expiresAt == nil && found.dataAccessExpiresAt == nil)
        let some = try await inspected(
            #"{"data":{"is_valid":true,"scopes":["a",null,7,"b"],"granular_scopes":[null,{"scope":"a","target_ids":[1,null,"2"]},{"scope":7}]}}"#
        )
        // In a partial list, some scopes would seem to be missing.
        #expect(some.scopes == nil && some.granularScopes == ["a": ["1", "2"]])
    }

    @Test func `long texts are truncated to fit a record`() async throws {
        let long = String(repeating: "é", count: 40_000)
        let scopes = Array(repeating: #""\#(long)""#, count: 300).joined(separator: ",")
        let found = try await inspected(
            #"{"data":{"is_valid":true,"application":"\#(long)","scopes":[\#(scopes)]}}"#)
        #expect((found.appName?.utf8.count ?? .max) <= 1_024)
        #expect(found.scopes?.count == 200)
        #expect(found.scopes?.allSatisfy { $0.utf8.count <= 128 } == true)
    }

    @Test(arguments: [
        #"{"code":2,"message":"Service temporarily unavailable"}"#,
        #"{"code":4,"message":"(#4) Application request limit reached"}"#,
        #"{"code":200,"message":"API access blocked."}"#,
        #"{"code":5,"message":"Unauthorized source IP address"}"#,
    ])
    func `temporary errors and blocked apps do not make the token invalid`(
        fault: String
    ) async throws {
        let body = #"{"data":{"is_valid":false,"error":\#(fault),"scopes":[]}}"#
        // Transient errors are tried three times.
        let transport = ScriptedTransport(Array(repeating: .response(body), count: 3))
        let error = try await failure {
            _ = try await transport.client().inspect(someToken, app: someApp)
        }
        guard case .refused = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `a token of another app inspects itself`() async throws {
        let refusal = ScriptedTransport.Step.refusal(
            100, "(#100) The App_id in the input_token did not match the Viewing App")
        let transport = ScriptedTransport(
            refusal, .response(#"{"data":{"is_valid":true,"app_id":"7","user_id":"9"}}"#))
        let found = try await transport.client().inspect(someToken, app: someApp)
        #expect(found.appID == "7" && found.viewingAppID == "1234567890123456")
        #expect(
            transport.requests.last?.headers.contains { $0.value == "Bearer EAAFAKEtoken01" }
                == true)
        let silent = ScriptedTransport(refusal, .refusal(100, "no"))
        let error = try await failure {
            _ = try await silent.client().inspect(someToken, app: someApp)
        }
        guard case .refused(let refused) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(refused.classification == .configuration(.otherApp))
    }

    private func inspected(_ body: String) async throws -> TokenInspection {
        try await ScriptedTransport(.response(body)).client().inspect(someToken, app: someApp)
    }
}
