import Foundation
import GraphSimulator
import Testing

// What Meta may answer to an exchange that it does not grant.
struct ExchangeRefusalTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome
    private let before: Data

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
        before = try home.contents("vault")
    }

    private func exchange(
        _ token: String = TemporaryHome.shortToken, _ options: [String] = []
    ) async throws -> ProgramRun {
        try await home.run(["exchange"] + options, input: token)
    }

    /// A refusal of the exchange alone, by its message and code.
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
    func `what is wrong with the app is 78, and says what to do`(
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
    func `what is wrong with the token is 2, and marks nothing`(
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
    func `what passes is 75`(_ message: String, _ code: Int) async throws {
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
    func `an answer that is none is told from one that may come later`(
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
    func `a fault that passes after one attempt is not noticed`(_ fault: String) async throws {
        try graph.setFaults(#"[{"match":"oauth/access_token",\#(fault),"times":1}]"#)
        let run = try await exchange()
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(graph.requests(to: "access_token").count == 2)
    }

    @Test func `a wrong app secret is 78 and says how to replace it`() async throws {
        graph.simulation.setSecret("FAKEsecret0009", ofApp: "1234567890123456")
        let run = try await exchange()
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("does not accept the app secret of app:1234567890123456"))
        // The hint is a command that works.
        let hint = try #require(run.errorLines.last).replacing("tokenvault: hint: ", with: "")
        let mended = try await home.shell("echo FAKEsecret0009 | \(hint)")
        #expect(mended.status == 0, "\(hint): \(mended.errors)")
        #expect(try await exchange().status == 0)
    }

    @Test func `an unknown app id is 78 and names it`() async throws {
        #expect(try await home.run("add", "app:999", input: "FAKEsecret0009").status == 0)
        let run = try await exchange(TemporaryHome.shortToken, ["--app", "app:999"])
        #expect(run.status == 78 && run.hasFailedProperly)
        #expect(run.errors.contains("app:999"))
    }

    @Test func `a token of another app is 78 and names that app`() async throws {
        let run = try await exchange("EAAFAKEother0001")
        #expect(run.status == 78 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("Graph Explorer"))
        try expectNothingChanged()
    }

    @Test func `an expired token is 2 and says to get a new one`() async throws {
        let run = try await exchange("EAAFAKEexpired01")
        #expect(run.status == 2 && run.hasFailedProperly)
        #expect(run.errors.contains("the token has expired; get a new one in the Graph Explorer"))
        #expect(run.errors.contains("Meta's error 190/463"))
    }

    @Test(arguments: [
        "EAAFAKE short", "EAAFAKE\nshort\n", " EAAFAKE", "EAAFAKE\t", "EAAFAKE\n\n", "",
    ])
    func `pasted white space is refused before Meta is asked`(_ token: String) async throws {
        let run = try await exchange(token)
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(!run.errors.contains("EAAFAKE"))
        #expect(graph.wasNotAsked)
    }

    @Test func `a page's token is refused with the reason`() async throws {
        #expect(try await exchange().status == 0)
        #expect(try await home.run("pages").status == 0)
        let token = try await home.run("get", "-n", "page:1020000000000001").text
        let run = try await exchange(token)
        #expect(run.status == 2 && run.hasFailedProperly)
        #expect(run.errors.contains("page token"))
    }

    @Test func `with --json Meta's error object is told`() async throws {
        struct Document: Decodable {
            struct Body: Decodable {
                let kind: String
                let exit: Int
                let code: Int?
                let subcode: Int?
                let type: String?
                let fbtraceId: String?
                let httpStatus: Int?
            }
            let error: Body
        }
        let run = try await exchange("EAAFAKEexpired01", ["--json"])
        #expect(run.output.isEmpty && run.status == 2)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let error = try decoder.decode(Document.self, from: Data(run.errors.utf8)).error
        #expect(error.kind == "graph" && error.exit == 2)
        #expect(error.code == 190 && error.subcode == 463 && error.type == "OAuthException")
        #expect(error.httpStatus == 400 && error.fbtraceId?.hasPrefix("AFAKEtrace") == true)
    }

    private func expectNothingChanged() throws {
        #expect(try home.contents("vault") == before)
    }
}
