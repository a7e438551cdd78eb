import Foundation
import GraphSimulator
import Testing

// Meta's responses to an exchange that it refuses.
struct ExchangeRefusalTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome
    private let before: Data

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        before = try home.contents("vault")
    }

    private func exchange(
        _ token: String = TemporaryHome.shortToken, _ options: [String] = []
    ) async throws -> ProgramRun {
        try await home.run(["exchange"] + options, input: token)
    }

    /// Makes Meta refuse the exchange, but nothing else, with this message and code.
    private func refuse(_ message: String, code: Int, subcode: Int?) throws {
        let subcode = subcode.map { #","subcode":\#($0)"# } ?? ""
        try graph.setFaults(
            #"""
            [{"match":"oauth/access_token","kind":"error","message":"\#(message)",
              "code":\#(code)\#(subcode)}]
            """#)
    }

    @Test(arguments: [
        ("Error validating application. Cannot get application info due to a system error.", 101),
        ("Invalid Client ID", 101), ("Error validating application. Invalid application ID.", 101),
        ("Missing client_id parameter.", 101), ("Error validating client secret.", 1),
        ("fb_exchange_token parameter not specified", 1),
        ("The access token does not belong to application 1234567890123456", 1),
        ("client_secret should not be passed to /oauth/access_token", 1),
        ("Invalid redirect_uri: Given URL is not allowed by the Application configuration.", 191),
    ])
    func `a problem with the app fails with 78 and says what to do`(
        _ message: String, _ code: Int
    ) async throws {
        try refuse(message, code: code, subcode: nil)
        let run = try await exchange()
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("(Meta's error \(code): \(message))"))
        #expect(graph.requests(to: "access_token").count == 1)
        try expectNothingChanged()
    }

    @Test(arguments: [
        ("Invalid OAuth access token - Cannot parse access token", 190, nil),
        ("Malformed access token EAAFAKEshort0001", 190, nil),
        ("Invalid OAuth access token signature.", 190, nil),
        ("Error validating access token: Session has expired on Friday.", 190, 463),
        ("Error validating access token: The session is invalid.", 190, 467),
        ("This authorization code has been used.", 100, 36_009),
        ("This authorization code has expired.", 100, 36_007),
        ("Invalid verification code format.", 100, nil),
        ("Some message or other", 10, nil), ("Some message or other", 200, nil),
    ])
    func `a problem with the token fails with 2 and marks nothing`(
        _ message: String, _ code: Int, _ subcode: Int?
    ) async throws {
        try refuse(message, code: code, subcode: subcode)
        let run = try await exchange()
        #expect(run.status == 2 && run.hasFailedProperly, "\(run.errors)")
        #expect(!run.errors.contains(TemporaryHome.shortToken))
        #expect(graph.requests(to: "access_token").count == 1)
        try expectNothingChanged()
    }

    @Test(arguments: [
        ("(#4) Application request limit reached", 4), ("(#17) User request limit reached", 17),
        ("(#32) Page request limit reached", 32), ("(#613) Too many calls", 613),
        ("(#80001) There have been too many calls", 80_001), ("Policy", 368),
        ("(#2) Service temporarily unavailable", 2),
    ])
    func `a transient error fails with 75`(_ message: String, _ code: Int) async throws {
        try refuse(message, code: code, subcode: nil)
        let run = try await exchange()
        #expect(run.status == 75 && run.hasFailedProperly, "\(run.errors)")
        try expectNothingChanged()
    }

    @Test(arguments: [
        (76, #""kind":"empty""#), (76, #""kind":"truncated""#), (76, #""kind":"oversized""#),
        (76, #""kind":"text","message":"[]""#), (76, #""kind":"text","message":"{}""#),
        (76, #""kind":"text","message":"null""#),
        (76, #""kind":"text","message":"{\"access_token\":7}""#),
        (76, #""kind":"text","message":"{\"access_token\":\"\"}""#),
        (76, #""kind":"text","message":"{\"access_token\":\"EAA FAKE\"}""#),
        (76, #""kind":"redirect""#), (75, #""kind":"html""#), (75, #""kind":"html","status":503"#),
        (75, #""kind":"html","status":200"#), (75, #""kind":"text","status":500"#),
        (69, #""kind":"reset""#), (69, #""kind":"cut-off""#),
    ])
    func `an invalid response is distinguished from a transient failure`(
        _ status: Int, _ fault: String
    ) async throws {
        try graph.setFaults(#"[{"match":"oauth/access_token",\#(fault)}]"#)
        let run = try await exchange()
        #expect(run.status == Int32(status) && run.hasFailedProperly, "\(run.errors)")
        try expectNothingChanged()
    }

    @Test(arguments: [
        #""kind":"html","status":500"#, #""kind":"error","code":2,"status":503"#,
        #""kind":"error","code":1,"is_transient":true"#, #""kind":"reset""#,
    ])
    func `a failure of only the first attempt goes unnoticed`(_ fault: String) async throws {
        try graph.setFaults(#"[{"match":"oauth/access_token",\#(fault),"times":1}]"#)
        let run = try await exchange()
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(graph.requests(to: "access_token").count == 2)
    }

    @Test func `a wrong app secret fails with 78 and says how to replace it`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await exchange()
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("does not accept the app secret of app:1234567890123456"))
        // The hint is a command that works.
        let hint = try #require(run.hint)
        let fixed = try await home.shell("echo FAKEsecret0009 | \(hint)")
        #expect(fixed.status == 0, "\(hint): \(fixed.errors)")
        #expect(try await exchange().status == 0)
    }

    @Test func `an unknown app ID fails with 78 and is named`() async throws {
        #expect(try await home.run("add", "app:999", input: "FAKEsecret0009").status == 0)
        let run = try await exchange(TemporaryHome.shortToken, ["--app", "app:999"])
        #expect(run.status == 78 && run.hasFailedProperly)
        #expect(run.errors.contains("app:999"))
    }

    @Test func `a token of another app fails with 78 and says where to get the right one`()
        async throws
    {
        let run = try await exchange("EAAFAKEother0001")
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("Graph Explorer"))
        try expectNothingChanged()
    }

    @Test func `an expired token fails with 2 and says to get a new one`() async throws {
        let run = try await exchange("EAAFAKEexpired01")
        #expect(run.status == 2 && run.hasFailedProperly)
        #expect(run.errors.contains("the token has expired; get a new one in the Graph Explorer"))
        #expect(run.errors.contains("Meta's error 190/463"))
    }

    @Test(arguments: [
        "EAAFAKE short", "EAAFAKE\nshort\n", " EAAFAKE", "EAAFAKE\t", "EAAFAKE\n\n", "",
    ])
    func `pasted whitespace is refused before any request to Meta`(_ token: String) async throws {
        let run = try await exchange(token)
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(!run.errors.contains("EAAFAKE"))
        #expect(graph.receivedNoRequests)
    }

    @Test func `a page token is refused with the reason`() async throws {
        #expect(try await exchange().status == 0)
        #expect(try await home.run("pages").status == 0)
        let token = try await home.run("get", "-n", "page:1020000000000001").text
        let run = try await exchange(token)
        #expect(run.status == 2 && run.hasFailedProperly)
        #expect(run.errors.contains("page token"))
    }

    @Test func `with --json the error has the fields of Meta's error object`() async throws {
        let run = try await exchange("EAAFAKEexpired01", ["--json"])
        #expect(run.output.isEmpty && run.status == 2)
        let error = try run.errorDocument()
        #expect(error.kind == "graph" && error.exit == 2)
        #expect(error.code == 190 && error.subcode == 463 && error.type == "OAuthException")
        #expect(error.httpStatus == 400 && error.fbtraceId?.hasPrefix("AFAKEtrace") == true)
    }

    private func expectNothingChanged() throws {
        #expect(try home.contents("vault") == before)
    }
}
