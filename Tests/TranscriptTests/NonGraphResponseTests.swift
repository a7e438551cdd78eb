import Foundation
import GraphSimulator
import Testing

// Responses that are not in the Graph API's usual form, and what is reported of them.
struct NonGraphResponseTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        graph.simulation.clearRequests()
    }

    @Test func `Meta's message for the user is shown, in JSON too`() async throws {
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
        let error = try await home.run("pages", "--json").errorDocument()
        #expect(error.errorUserMsg == "A Page access token is required for this call [redacted].")
        #expect(error.errorUserTitle == "User access token is not supported")
        #expect(error.message.contains("for the user: A Page access token"))
    }

    /// A response's body and HTTP status, and what the program makes of it.
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
    func `an error in another form keeps its code and message`(_ odd: Odd) async throws {
        for (command, input) in [(["pages"], nil), (["exchange"], "EAAFAKEshort0001")] {
            graph.respond(at: "*", with: odd.body, status: odd.http)
            let run = try await home.run(command, input: input)
            #expect(run.status == odd.status && run.hasFailedProperly, "\(run.errors)")
            #expect(run.errors.contains(odd.words), "\(run.errors)")
            let error = try await home.run(command + ["--json"], input: input).errorDocument()
            #expect(error.kind == "graph" && error.exit == odd.status)
            #expect(error.code == odd.code && error.type == odd.type)
        }
    }

    @Test(arguments: [401, 403, 404, 405, 407, 451])
    func `an HTML page with such a status is attributed to a proxy or another server`(
        _ status: Int
    ) async throws {
        try graph.setFaults(#"[{"match":"*","kind":"html","status":\#(status)}]"#)
        for command in [
            ["pages"], ["check", "--online"], ["refresh", "--all"],
            ["inspect", "page:1020000000000001"],
        ] {
            graph.simulation.clearRequests()
            let run = try await home.run(command)
            let printed = run.text + run.errors
            #expect(
                run.status == 69 && printed.contains("HTTP \(status)"), "\(command): \(printed)")
            #expect(printed.contains("proxy") && !printed.contains("server error"), "\(printed)")
            #expect(graph.simulation.requests.count <= 8, "\(command)")
        }
        let login = try await home.run("exchange", input: "EAAFAKEshort0001")
        #expect(login.status == 69 && login.hasFailedProperly, "\(login.errors)")
        #expect(login.errors.hasSuffix("hint: tokenvault doctor\n"))
    }

    @Test(arguments: ["Forbidden", "404 page not found", ""])
    func `plain text with such a status is not attributed to Meta either`(_ text: String)
        async throws
    {
        graph.respond(at: "*", with: text, status: 404)
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
    func `an address with a version in it is refused, with a hint that works`(
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
        #expect(graph.receivedNoRequests)
        // With --graph-version none it is used as it is.
        let run = try await home.run(
            "pages", "--graph-url", graph.url + "/v26.0", "--graph-version", "none")
        #expect(run.status == 0, "\(run.errors)")
    }
}
