import Graph
import HTTP
import Testing

@Suite struct EnvelopeTests {
    @Test func `an error object counts regardless of the HTTP status`() async throws {
        for status in [200, 400, 403, 404, 500] {
            let found = try await identityFailure(
                #"{"error":{"message":"Dead","type":"OAuthException","code":190,"error_subcode":460,"is_transient":false,"error_user_msg":"For you","fbtrace_id":"AFAKE1"}}"#,
                status: status)
            var expected = GraphRefusal(
                code: 190, subcode: 460, message: "Dead", httpStatus: status)
            expected.type = "OAuthException"
            expected.userMessage = "For you"
            expected.fbtraceID = "AFAKE1"
            #expect(found == .refused(expected))
        }
    }

    @Test func `codes may be strings`() async throws {
        let found = try await identityFailure(
            #"{"error":{"message":"Dead","code":"190","error_subcode":"463"}}"#)
        #expect(
            found
                == .refused(
                    GraphRefusal(code: 190, subcode: 463, message: "Dead", httpStatus: 400)))
    }

    @Test func `an error object may be empty`() async throws {
        #expect(
            try await identityFailure(#"{"error":{}}"#)
                == .refused(GraphRefusal(code: 0, message: "", httpStatus: 400)))
    }

    @Test(arguments: [
        #"{"error":{"code":10,"message":"No","error_data":{"a":1}}}"#,
        #"{"error":{"code":10,"message":"No","error_data":"{\"a\":1}"}}"#,
        #"{"error":{"code":10,"message":"No","error_user_title":null,"error_user_msg":null}}"#,
        #"{"error":{"code":10.0,"message":"No"},"__debug__":{}}"#,
    ])
    func `unknown members are ignored`(body: String) async throws {
        #expect(
            try await identityFailure(body, status: 403)
                == .refused(GraphRefusal(code: 10, message: "No", httpStatus: 403)))
    }

    @Test(arguments: [
        #"{"error":{"code":190,"message":"Dead","is_transient":"false"}}"#,
        #"{"error":{"code":190,"message":"Dead","fbtrace_id":17}}"#,
        #"{"error":{"code":190,"message":"Dead","error_subcode":""}}"#,
    ])
    func `a member of the wrong type does not hide the error's code`(body: String) async throws {
        let found = try await identityFailure(body)
        guard case .refused(let refusal) = found else {
            Issue.record("the code is lost: \(found)")
            return
        }
        #expect(refusal.code == 190)
    }

    @Test(arguments: [
        Misread("", 200, .invalidResponse(.empty, status: 200)),
        Misread(" \r\n\t", 200, .invalidResponse(.empty, status: 200)),
        Misread("", 400, .invalidResponse(.empty, status: 400)),
        Misread("Service Unavailable", 200, .invalidResponse(.notJSON, status: 200)),
        Misread(#"{"id":"10200000000000009","na"#, 200, .invalidResponse(.notJSON, status: 200)),
        Misread(#"{"name":"Ann Fake"}"#, 200, .invalidResponse(.shape("id"), status: 200)),
        Misread(#"{"id":{}}"#, 200, .invalidResponse(.shape("id"), status: 200)),
        Misread(#"{"id":null}"#, 200, .invalidResponse(.shape("id"), status: 200)),
        Misread(#"[1]"#, 200, .invalidResponse(.shape("the whole"), status: 200)),
        Misread(#"{"id":"1"}"#, 400, .invalidResponse(.shape("error"), status: 400)),
        Misread(#"{"id":"1"}"#, 404, .notGraph(status: 404)),
        Misread(#"{"message":"Forbidden"}"#, 403, .notGraph(status: 403)),
        Misread(#"{"detail":"Not Found"}"#, 404, .notGraph(status: 404)),
        Misread(
            #"{"timestamp":1,"status":404,"error":"Not Found","path":"/x"}"#, 404,
            .notGraph(status: 404)),
        Misread(#"{"error_code":1020,"status":403}"#, 403, .notGraph(status: 403)),
        Misread(#"{"error":"not_found"}"#, 404, .notGraph(status: 404)),
        Misread(#"{"error":"proxy_auth_required"}"#, 407, .notGraph(status: 407)),
        Misread(
            #"{"error":{"type":"policy_denied","message":"blocked"}}"#, 403, .notGraph(status: 403)),
        Misread(
            #"{"title":"Error 1020","status":403,"error_code":1020}"#, 403, .notGraph(status: 403)),
        Misread(
            #"{"error":"invalid_token","error_description":"Full authentication is required"}"#,
            401,
            .notGraph(status: 401)),
        Misread(#"{"error":"Unauthorized","message":"no"}"#, 401, .notGraph(status: 401)),
        Misread(#"{"code":403,"message":"blocked by the firewall"}"#, 403, .notGraph(status: 403)),
        Misread(#"{"error":{"code":403,"message":"Forbidden"}}"#, 403, .notGraph(status: 403)),
        Misread(#"{"id":"1"}"#, 302, .invalidResponse(.redirect, status: 302)),
        Misread(#"{"error":{"code":190}}"#, 302, .invalidResponse(.redirect, status: 302)),
        Misread("<html></html>", 404, .notGraph(status: 404)),
    ])
    func `invalid responses and those of other servers are distinguished`(
        misread: Misread
    ) async throws {
        let found = try await identityFailure(misread.body, status: misread.status, attempts: 1)
        #expect(found == misread.expected)
    }

    @Test(arguments: ["<!DOCTYPE html><p>Sorry</p>", "", "{", #"{"id":"1"}"#, "\u{FEFF}x"])
    func `a status of 500 or higher is a server error`(body: String) async throws {
        for status in [500, 502, 503, 599] {
            #expect(
                try await identityFailure(body, status: status, attempts: 3)
                    == .serverError(status: status))
        }
    }

    @Test func `HTML instead of a result is an error`() async throws {
        let html = "\n <!DOCTYPE html><html><title>Facebook | Error</title></html>"
        #expect(
            try await identityFailure(html, status: 200, attempts: 3) == .serverError(status: 200))
    }

    @Test(arguments: [
        Shape(
            #"{"error_code":190,"error_subcode":463,"error_msg":"Session has expired"}"#, 190, 463,
            "Session has expired"),
        Shape(
            #"{"error_message":"No app ID was provided in the request.","error_code":4476002}"#,
            4_476_002, nil, "No app ID was provided in the request."),
        Shape(
            #"{"error_type":"OAuthException","code":400,"error_message":"Matching code was used"}"#,
            400, nil, "Matching code was used", "OAuthException"),
        Shape(
            #"{"error":"invalid_client","error_description":"Client authentication failed"}"#, 0,
            nil, "Client authentication failed", "invalid_client"),
        Shape(#"{"error":"Something is wrong"}"#, 0, nil, "Something is wrong"),
        Shape(#"{"error":"invalid_grant"}"#, 0, nil, "", "invalid_grant"),
        Shape(#"{"error_code":"4","error_msg":"Limit"}"#, 4, nil, "Limit"),
        Shape(#"{"error_code":"some_code","error_msg":"Words"}"#, 0, nil, "Words", "some_code"),
        Shape(#"{"error_code":17}"#, 17, nil, ""),
        Shape(#"{"error":{"code":"no_number","message":"Words"}}"#, 0, nil, "Words", "no_number"),
        Shape(#"{"code":10,"message":"Words"}"#, 10, nil, "Words"),
    ])
    func `an error in another format keeps its code and message`(shape: Shape) async throws {
        for status in [200, 400, 500] {
            for call in [TestCall.identity, .pages, .exchange] {
                let transport = ScriptedTransport(
                    Array(repeating: .response(shape.body, status: status), count: 3))
                let error = try await failure { try await call.perform(transport.client()) }
                guard case .refused(let refusal) = error else {
                    Issue.record("\(status): \(error)")
                    return
                }
                #expect(refusal.code == shape.code && refusal.subcode == shape.subcode)
                #expect(refusal.message == shape.message && refusal.type == shape.type)
            }
        }
    }

    @Test(arguments: [
        #"{"id":"1","error":null}"#, #"{"id":"1","error":false}"#, #"{"id":"1","error":""}"#,
        #"{"id":"1","error_code":0}"#, #"{"id":"1","code":7}"#,
    ])
    func `a result with error members but no error is a result`(body: String) async throws {
        let client = try ScriptedTransport(.response(body)).client()
        #expect(try await client.identity(of: someToken, appSecret: nil).id == "1")
    }

    @Test(arguments: [401, 403, 404])
    func `a Meta error code without an error object is recognized for these statuses`(status: Int)
        async throws
    {
        let found = try await identityFailure(
            #"{"error_code":190,"error_subcode":460,"error_msg":"FAKE"}"#, status: status)
        let other = try await identityFailure(
            #"{"error_code":4,"error_msg":"FAKE"}"#, status: status)
        guard case .refused(let refusal) = found, case .refused(let throttled) = other else {
            Issue.record("\(found) \(other)")
            return
        }
        #expect(refusal.code == 190 && throttled.code == 4)
    }

    @Test func `a response with a token is never an error`() async throws {
        for body in [
            #"{"access_token":"EAAFAKElong","error":"warning","error_code":7,"code":1}"#,
            #"{"access_token":"EAAFAKElong","error":{"code":0}}"#,
            #"{"access_token":" EAAFAKElong\n","error":{"message":"deprecated","code":190}}"#,
            "\naccess_token=EAAFAKElong&expires=60\n",
        ] {
            let client = try ScriptedTransport(.response(body)).client()
            let issued = try await client.exchange(someToken, app: someApp)
            #expect(text(of: issued.token) == "EAAFAKElong")
        }
    }

    @Test(arguments: [401, 403, 404, 405, 407, 410, 451])
    func `with these statuses, only JSON is from the Graph API`(status: Int) async throws {
        let html = #"<!DOCTYPE html><html id="facebook"><title>Facebook | Error</title></html>"#
        for body in [html, "\r\n<html>", "404 page not found", ""] {
            #expect(try await identityFailure(body, status: status) == .notGraph(status: status))
        }
        #expect(
            try await identityFailure("{\"", status: status)
                == .invalidResponse(.notJSON, status: status)
        )
    }

    @Test func `HTML with status 400 is from Meta or from another server`() async throws {
        let own = "<!DOCTYPE html><html id=\"facebook\">"
        #expect(
            try await identityFailure(own, status: 400, attempts: 3) == .serverError(status: 400))
        let other = "<html><center>The plain HTTP request was sent to HTTPS port</center></html>"
        #expect(try await identityFailure(other, status: 400) == .notGraph(status: 400))
        #expect(try await identityFailure(other, status: 511) == .notGraph(status: 511))
    }

    @Test(arguments: [
        #"{"id":"1","name":"\ud83d"}"#, #"{"id":"1","name":"\udc00\ud83dx"}"#,
        "{\"id\":\"1\",\"name\":\"a\nb\u{1}\"}", #"{"id":"1","name":"\ud83d\ude00\ud83d\"}"}"#,
    ])
    func `an invalid character does not affect anything else`(body: String) async throws {
        let client = try ScriptedTransport(.response(body)).client()
        let identity = try await client.identity(of: someToken, appSecret: nil)
        #expect(identity.id.hasPrefix("1") && identity.name?.isEmpty == false)
    }

    @Test func `bytes that are not UTF-8 do not affect anything else`() async throws {
        let bytes = Array(#"{"id":7,"name":"Fake "#.utf8) + [0xFF, 0xC3, 0x28] + Array("\"}".utf8)
        let client = try ScriptedTransport(.bytes(bytes)).client()
        let identity = try await client.identity(of: someToken, appSecret: nil)
        #expect(identity.id == "7" && identity.name == "Fake \u{FFFD}\u{FFFD}(")
    }

    @Test(arguments: [#"{"id":"1\x"}"#, #"{"id":"\u12"}"#, "{\"id\":\"1\\", "{\"id\":\"\u{1}"])
    func `JSON that is invalid outside of strings is rejected`(body: String) async throws {
        guard case .invalidResponse(_, status: 200) = try await identityFailure(body, status: 200)
        else {
            Issue.record("it is understood")
            return
        }
    }

    private func identityFailure(_ body: String, status: Int = 400) async throws -> GraphError {
        try await identityFailure(body, status: status, attempts: 1)
    }

    private func identityFailure(_ body: String, status: Int, attempts: Int) async throws
        -> GraphError
    {
        let transport = ScriptedTransport(
            Array(repeating: .response(body, status: status), count: attempts))
        let client = try transport.client()
        let error = try await failure {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(transport.requests.count == attempts)
        return error
    }
}

struct Misread: Sendable {
    let body: String
    let status: Int
    let expected: GraphError

    init(_ body: String, _ status: Int, _ expected: GraphError) {
        self.body = body
        self.status = status
        self.expected = expected
    }
}

/// An error in one of the formats that occur, with the expected values.
struct Shape: Sendable {
    let body: String
    let code: Int
    let subcode: Int?
    let message: String
    let type: String?

    init(_ body: String, _ code: Int, _ subcode: Int?, _ message: String, _ type: String? = nil) {
        self.body = body
        self.code = code
        self.subcode = subcode
        self.message = message
        self.type = type
    }
}

/// A call to the Graph API.
enum TestCall {
    case identity
    case pages
    case exchange

    func perform(_ client: GraphClient) async throws {
        switch self {
        case .identity: _ = try await client.identity(of: someToken, appSecret: nil)
        case .pages: try await client.pages(token: someToken, appSecret: nil) { _ in }
        case .exchange: _ = try await client.exchange(someToken, app: someApp)
        }
    }
}
