import Graph
import Testing

@Suite struct EnvelopeTests {
    @Test func `an error object counts whatever the HTTP status`() async throws {
        for status in [200, 400, 403, 404, 500] {
            let found = try await askedOnce(
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

    @Test func `codes may be texts`() async throws {
        let found = try await askedOnce(
            #"{"error":{"message":"Dead","code":"190","error_subcode":"463"}}"#)
        #expect(
            found
                == .refused(
                    GraphRefusal(code: 190, subcode: 463, message: "Dead", httpStatus: 400)))
    }

    @Test func `an error object may lack everything`() async throws {
        #expect(
            try await askedOnce(#"{"error":{}}"#)
                == .refused(GraphRefusal(code: 0, message: "", httpStatus: 400)))
    }

    @Test(arguments: [
        #"{"error":{"code":10,"message":"No","error_data":{"a":1}}}"#,
        #"{"error":{"code":10,"message":"No","error_data":"{\"a\":1}"}}"#,
        #"{"error":{"code":10,"message":"No","error_user_title":null,"error_user_msg":null}}"#,
        #"{"error":{"code":10.0,"message":"No"},"__debug__":{}}"#,
    ])
    func `what is not needed does not hinder`(body: String) async throws {
        #expect(
            try await askedOnce(body, status: 403)
                == .refused(GraphRefusal(code: 10, message: "No", httpStatus: 403)))
    }

    @Test(arguments: [
        #"{"error":{"code":190,"message":"Dead","is_transient":"false"}}"#,
        #"{"error":{"code":190,"message":"Dead","fbtrace_id":17}}"#,
        #"{"error":{"code":190,"message":"Dead","error_subcode":""}}"#,
    ])
    func `a field of another kind does not hide the error's code`(body: String) async throws {
        let found = try await askedOnce(body)
        guard case .refused(let refusal) = found else {
            Issue.record("the code is lost: \(found)")
            return
        }
        #expect(refusal.code == 190)
    }

    @Test(arguments: [
        Misread("", 200, .notUnderstood(.empty, status: 200)),
        Misread(" \r\n\t", 200, .notUnderstood(.empty, status: 200)),
        Misread("", 400, .notUnderstood(.empty, status: 400)),
        Misread("Service Unavailable", 200, .notUnderstood(.notJSON, status: 200)),
        Misread(#"{"id":"10200000000000009","na"#, 200, .notUnderstood(.notJSON, status: 200)),
        Misread(#"{"name":"Ann Fake"}"#, 200, .notUnderstood(.shape("id"), status: 200)),
        Misread(#"{"id":{}}"#, 200, .notUnderstood(.shape("id"), status: 200)),
        Misread(#"{"id":null}"#, 200, .notUnderstood(.shape("id"), status: 200)),
        Misread(#"[1]"#, 200, .notUnderstood(.shape("the whole"), status: 200)),
        Misread(#"{"id":"1"}"#, 404, .notUnderstood(.shape("error"), status: 404)),
        Misread(#"{"id":"1"}"#, 302, .notUnderstood(.redirect, status: 302)),
        Misread(#"{"error":{"code":190}}"#, 302, .notUnderstood(.redirect, status: 302)),
        Misread("<html></html>", 404, .faulty(status: 404)),
    ])
    func `what is none of Graph's answers is told apart`(misread: Misread) async throws {
        let attempts = misread.expected == .faulty(status: misread.status) ? 3 : 1
        let found = try await asked(misread.body, status: misread.status, attempts: attempts)
        #expect(found == misread.expected)
    }

    @Test(arguments: ["<!DOCTYPE html><p>Sorry</p>", "", "{", #"{"id":"1"}"#, "\u{FEFF}x"])
    func `a status of 500 and above is a fault of Graph's own`(body: String) async throws {
        for status in [500, 502, 503, 599] {
            #expect(try await asked(body, status: status, attempts: 3) == .faulty(status: status))
        }
    }

    @Test func `HTML in the place of a result is no success`() async throws {
        let html = "\n <!DOCTYPE html><html><title>Facebook | Error</title></html>"
        #expect(
            try await asked(html, status: 200, attempts: 3) == .faulty(status: 200))
    }

    private func askedOnce(_ body: String, status: Int = 400) async throws -> GraphError {
        try await asked(body, status: status, attempts: 1)
    }

    private func asked(_ body: String, status: Int, attempts: Int) async throws -> GraphError {
        let transport = ScriptedTransport(
            Array(repeating: .answer(body, status: status), count: attempts))
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
