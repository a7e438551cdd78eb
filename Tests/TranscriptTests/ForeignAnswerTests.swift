import Foundation
import GraphSimulator
import Testing

// Answers that are not in the Graph API's own shape, and what is kept of them.
struct ForeignAnswerTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(asking: graph)
        graph.simulation.clearRequests()
    }

    private struct Document: Decodable {
        struct Body: Decodable {
            let kind: String
            let message: String
            let exit: Int
            let code: Int?
            let subcode: Int?
            let type: String?
            let errorUserMsg: String?
            let errorUserTitle: String?
        }
        let error: Body
    }

    private func error(of run: ProgramRun) throws -> Document.Body {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Document.self, from: Data(run.errors.utf8)).error
    }

    private func answer(_ body: String, status: Int, at endpoint: String = "*") throws {
        let message = body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        try graph.setFaults(
            #"""
            [{"match":"\#(endpoint)","kind":"text","status":\#(status),"message":"\#(message)"}]
            """#)
    }

    @Test func `Meta's words for the user are shown, as JSON too`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"accounts","kind":"error","code":190,"subcode":2069032,
              "message":"Invalid OAuth 2.0 Access Token","is_transient":false,
              "error_user_title":"User access token is not supported",
              "error_user_msg":"A Page access token is required for this call EAAFAKElong0001."}]
            """#)
        let run = try await home.run("pages")
        #expect(run.status == 2 && run.hasFailedProperly, "\(run.errors)")
        #expect(
            run.errors.contains(
                "Invalid OAuth 2.0 Access Token; for the user: A Page access token is required for "
                    + "this call [redacted].)"), "\(run.errors)")
        let json = try await home.run("pages", "--json")
        let error = try error(of: json)
        #expect(error.errorUserMsg == "A Page access token is required for this call [redacted].")
        #expect(error.errorUserTitle == "User access token is not supported")
        #expect(error.message.contains("for the user: A Page access token"))
    }

    /// A body, its HTTP status, and what it comes to.
    struct Odd: Sendable {
        let body: String
        let http: Int
        let status: Int32
        let code: Int?
        let type: String?
        let words: String
    }

    @Test(arguments: [
        Odd(
            body: #"{"error_code":190,"error_subcode":460,"error_msg":"Changed password"}"#,
            http: 400, status: 2, code: 190, type: nil,
            words:
                "the password was changed, or Meta ended the session (Meta's error 190/460: Changed"
        ),
        Odd(
            body: #"{"error_code":4,"error_msg":"Application request limit reached"}"#, http: 200,
            status: 75, code: 4, type: nil, words: "too many calls"),
        Odd(
            body: #"{"error_message":"No app ID was provided.","error_code":4476002}"#, http: 400,
            status: 2, code: 4_476_002, type: nil,
            words: "(Meta's error 4476002: No app ID was provided.)"),
        Odd(
            body:
                #"{"error_type":"OAuthException","code":400,"error_message":"Matching code used"}"#,
            http: 400, status: 2, code: 400, type: "OAuthException",
            words: "(Meta's error 400: Matching code used)"),
        Odd(
            body: #"{"error":"invalid_client","error_description":"Client is not authorized"}"#,
            http: 401, status: 78, code: nil, type: "invalid_client",
            words: "(Meta's error invalid_client: Client is not authorized)"),
        Odd(
            body: #"{"error":"invalid_grant","error_description":"Bad EAAFAKEshort0001"}"#,
            http: 400, status: 2, code: nil, type: "invalid_grant",
            words: "(Meta's error invalid_grant: Bad [redacted])"),
        Odd(
            body: #"{"error":"temporarily_unavailable"}"#, http: 400, status: 75, code: nil,
            type: "temporarily_unavailable", words: "temporary problem"),
        Odd(
            body:
                #"{"error":{"message":"An unknown error has occurred.","type":"OAuthException","code":1}}"#,
            http: 400, status: 75, code: 1, type: "OAuthException", words: "temporary problem"),
    ])
    func `an error of another shape keeps its code and words`(_ odd: Odd) async throws {
        for (command, input) in [(["pages"], nil), (["exchange"], "EAAFAKEshort0001")] {
            try answer(odd.body, status: odd.http)
            let run = try await home.run(command, input: input)
            #expect(run.status == odd.status && run.hasFailedProperly, "\(run.errors)")
            #expect(run.errors.contains(odd.words), "\(run.errors)")
            let error = try error(of: try await home.run(command + ["--json"], input: input))
            #expect(error.kind == "graph" && error.exit == Int(odd.status))
            #expect(error.code == odd.code && error.type == odd.type)
        }
    }

    @Test(arguments: [401, 403, 404, 405, 407, 451])
    func `a page of HTML with such a status is from a proxy or another server`(
        _ status: Int
    ) async throws {
        try graph.setFaults(#"[{"match":"*","kind":"html","status":\#(status)}]"#)
        for command in [
            ["pages"], ["check", "--online"], ["refresh", "--all"],
            ["inspect", "page:1020000000000001"],
        ] {
            graph.simulation.clearRequests()
            let run = try await home.run(command)
            let said = run.text + run.errors
            #expect(run.status == 69 && said.contains("HTTP \(status)"), "\(command): \(said)")
            #expect(said.contains("proxy") && !said.contains("server error"), "\(said)")
            #expect(graph.simulation.requests.count <= 8, "\(command)")
        }
        let login = try await home.run("exchange", input: "EAAFAKEshort0001")
        #expect(login.status == 69 && login.hasFailedProperly, "\(login.errors)")
        #expect(login.errors.hasSuffix("hint: tokenvault doctor\n"))
    }

    @Test(arguments: ["Forbidden", "404 page not found", ""])
    func `plain text with such a status is neither Meta's`(_ text: String) async throws {
        try answer(text, status: 404)
        let run = try await home.run("pages")
        #expect(run.status == 69 && run.hasFailedProperly, "\(run.errors)")
    }

    @Test(arguments: [#""kind":"html""#, #""kind":"text","message":"slow""#, #""kind":"empty""#])
    func `HTTP 429 says when to try again`(_ fault: String) async throws {
        try graph.setFaults(
            #"[{"match":"accounts",\#(fault),"status":429,"headers":{"Retry-After":"240"}}]"#)
        let run = try await home.run("pages")
        #expect(run.status == 75 && run.hasFailedProperly, "\(run.errors)")
        #expect(run.errors.contains("too many calls; try again in 4 minutes"), "\(run.errors)")
        #expect(graph.requests(to: "accounts").count == 1)
        try graph.setFaults(
            #"""
            [{"match":"accounts",\#(fault),"status":429,"headers":{"Retry-After":"1"},"times":1}]
            """#)
        graph.simulation.clearRequests()
        #expect(try await home.run("pages").status == 0)
        #expect(graph.requests(to: "accounts").count == 2)
    }

    @Test(arguments: ["/v26.0", "/v26.0/", "/gateway/v19.0"])
    func `an address with a version in it is refused with one that works`(
        _ path: String
    ) async throws {
        for (options, environment) in [
            (["--graph-url", graph.url + path], [:]),
            ([], ["TOKENVAULT_GRAPH_URL": graph.url + path]),
        ] as [([String], [String: String?])] {
            let run = try await home.run(["pages"] + options, environment: environment)
            #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
            let hint = try #require(run.errorLines.last)
            #expect(hint.hasPrefix("tokenvault: hint: tokenvault doctor --graph-url \(graph.url)"))
            #expect(hint.hasSuffix(" --graph-version \(path.contains("19") ? "v19.0" : "v26.0")"))
        }
        #expect(graph.wasNotAsked)
        // Who wants it so can have it.
        let run = try await home.run(
            "pages", "--graph-url", graph.url + "/v26.0", "--graph-version", "none")
        #expect(run.status == 0, "\(run.errors)")
    }
}
