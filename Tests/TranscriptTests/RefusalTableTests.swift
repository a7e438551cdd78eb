import Foundation
import GraphSimulator
import Testing

// Every code and subcode that Meta documents: exit status, hint and number of requests.
struct RefusalTableTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        graph.simulation.clearRequests()
    }

    @Test(arguments: Refused.byAnyCall)
    func `a list of pages that Meta refuses`(_ row: Refused) async throws {
        try graph.setFaults(row.fault(at: "accounts"))
        let run = try await home.run("pages")
        #expect(run.status == row.status && run.output.isEmpty, "\(run.errors)")
        #expect(run.hint == row.hint)
        #expect(run.errors.contains(row.words), "\(run.errors)")
        #expect(graph.requests(to: "accounts").count == row.requests)
        #expect(graph.simulation.requests.count == row.requests)
    }

    @Test(arguments: Refused.byOAuth)
    func `an exchange that Meta refuses`(_ row: Refused) async throws {
        try graph.setFaults(row.fault(at: "oauth/access_token"))
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == row.status && run.hasFailedProperly, "\(run.errors)")
        #expect(run.hint == row.hint)
        #expect(run.errors.contains(row.words), "\(run.errors)")
        #expect(graph.requests(to: "oauth/access_token").count == row.requests)
    }

    @Test(arguments: Refused.byOAuth)
    func `a code is sent once, whatever comes back`(_ row: Refused) async throws {
        try graph.setFaults(row.fault(at: "oauth/access_token"))
        let run = try await home.run(
            "redeem", "--redirect-uri", "http://localhost:47231/", input: "AQAFAKEcode0001")
        #expect(run.status == row.status && run.hasFailedProperly, "\(run.errors)")
        #expect(graph.requests(to: "oauth/access_token").count == 1)
    }

    @Test(arguments: [#""kind":"html","status":500"#, #""kind":"reset""#, #""kind":"cut-off""#])
    func `a code is not sent again if no valid response comes`(_ fault: String) async throws {
        try graph.setFaults(#"[{"match":"oauth/access_token",\#(fault)}]"#)
        let run = try await home.run(
            "redeem", "--redirect-uri", "http://localhost:47231/", input: "AQAFAKEcode0001")
        #expect(run.status != 0 && run.hasFailedProperly, "\(run.errors)")
        #expect(graph.requests(to: "oauth/access_token").count == 1)
    }

    @Test(arguments: [4, 17, 32, 341, 613, 80_001])
    func `a rate limit of one second is waited for, once`(_ code: Int) async throws {
        try graph.setFaults(
            #"""
            [{"match":"accounts","kind":"error","code":\#(code),"headers":{"Retry-After":"1"}}]
            """#)
        let run = try await home.run("pages")
        #expect(run.status == 75 && run.errors.contains("try again in 1 second"), "\(run.errors)")
        #expect(graph.requests(to: "accounts").count == 2)
    }

    @Test(arguments: [
        (#""Retry-After":"6""#, "in 6 seconds"),
        (
            #""X-Business-Use-Case-Usage":"{\"1\":[{\"estimated_time_to_regain_access\":19}]}""#,
            "in 19 minutes"
        ),
        (#""X-Ad-Account-Usage":"{\"reset_time_duration\":300}""#, "in 5 minutes"),
        (#""X-Business-Use-Case-Usage":"{{{""#, "within an hour at most"),
    ])
    func `a longer rate limit is reported, not waited for`(_ header: String, _ words: String)
        async throws
    {
        try graph.setFaults(
            #"[{"match":"accounts","kind":"error","code":80001,"headers":{\#(header)}}]"#)
        let run = try await home.run("pages")
        #expect(run.status == 75 && run.errors.contains(words), "\(run.errors)")
        #expect(graph.requests(to: "accounts").count == 1)
    }
}

/// A refusal from Meta, and what the program makes of it.
struct Refused: Sendable, CustomTestStringConvertible {
    let code: Int
    let subcode: Int?
    let message: String
    let http: Int
    /// The exit status.
    let status: Int32
    let hint: String?
    /// The total number of requests.
    let requests: Int
    /// Words from the error line.
    let words: String

    init(
        _ code: Int, _ subcode: Int? = nil, _ message: String = "FAKE words", http: Int = 400,
        is status: Int32, hint: String? = nil, requests: Int = 1,
        says words: String = "tokenvault: error: "
    ) {
        self.code = code
        self.subcode = subcode
        self.message = message
        self.http = http
        self.status = status
        self.hint = hint
        self.requests = requests
        self.words = words
    }

    var testDescription: String {
        "\(code)\(subcode.map { "/\($0)" } ?? "") \(message) HTTP \(http)"
    }

    func fault(at endpoint: String) -> String {
        let subcode = subcode.map { #","subcode":\#($0)"# } ?? ""
        return #"""
            [{"match":"\#(endpoint)","kind":"error","code":\#(code)\#(subcode),"status":\#(http),
              "message":"\#(message)"}]
            """#
    }

    private static let login = "tokenvault exchange"
    private static let show = "tokenvault show \(TemporaryHome.app)"
    private static let rotate = "tokenvault rotate \(TemporaryHome.app)"

    static let byAnyCall =
        transient + throttled + invalid + person + permission + request + configuration

    private static let transient = [
        Refused(1, http: 500, is: 75, requests: 3, says: "temporary problem"),
        Refused(1, is: 75, requests: 3), Refused(1, 99, is: 75, requests: 3),
        Refused(2, http: 503, is: 75, requests: 3), Refused(960, is: 75, requests: 3),
        // The list is requested with limits of 100, 50, 25, 12, 6, 3 and 1.
        Refused(
            1, nil, "Please reduce the amount of data you're asking for, then retry your request",
            http: 500, is: 75, requests: 7, says: "this much data"),
        Refused(987_654, http: 500, is: 75, requests: 3),
    ]

    private static let throttled =
        [
            4, 17, 32, 341, 613, 80_000, 80_001, 80_002, 80_003, 80_004, 80_005, 80_006, 80_008,
            80_009, 80_014,
        ].map { Refused($0, is: 75, says: "too many calls") }
        + [
            Refused(4, http: 403, is: 75), Refused(17, 2_446_079, is: 75),
            Refused(613, 1_996, is: 75), Refused(613, 1_487_742, is: 75),
            Refused(613, 5_044_001, is: 75), Refused(368, is: 75, says: "policy"),
            Refused(368, 1_404_006, is: 75), Refused(368, 1_404_078, is: 75),
        ]

    private static let invalid =
        [102, 190].flatMap { code in
            [nil, 456, 457, 461, 462, 465, 466, 468].map { subcode in
                Refused(code, subcode, is: 2, hint: login, says: "does not accept the token")
            } + [
                Refused(code, 458, is: 2, hint: login, says: "removed the app"),
                Refused(code, 460, is: 2, hint: login, says: "password was changed"),
                Refused(code, 463, is: 2, hint: login, says: "has expired"),
                Refused(code, 467, is: 2, hint: login, says: "logged out"),
                Refused(code, 493, is: 2, hint: login, says: "90 days"),
            ]
        } + [Refused(450, is: 2, hint: login), Refused(452, is: 2, hint: login)]

    private static let person =
        [102, 190].flatMap { code in
            [459, 464, 490].map { Refused(code, $0, is: 2, says: "www.facebook.com") }
        } + [
            Refused(459, is: 2, says: "www.facebook.com"),
            Refused(483, is: 2, says: "www.facebook.com"),
        ]

    private static let permission =
        [10, 200, 210, 283, 299].map {
            Refused($0, http: 403, is: 2, says: "a permission, or a role or task")
        } + [
            Refused(100, 33, is: 2, says: "a permission"),
            Refused(190, 492, is: 2, says: "a permission"),
            Refused(
                190, nil, "pages_show_list must be granted before impersonating a user's page.",
                is: 2, says: "a permission"),
        ]

    private static let request = [
        Refused(100, is: 2, says: "Meta rejected the call"),
        Refused(190, 2_069_032, is: 2, says: "Meta rejected the call"),
        Refused(190, nil, "(#190) This method must be called with a Page Access Token", is: 2),
        Refused(506, is: 2), Refused(803, http: 404, is: 2), Refused(2500, is: 2),
        Refused(2642, is: 2), Refused(987_654, is: 2),
    ]

    private static let configuration = [
        Refused(3, is: 78, says: "lacks a capability"),
        Refused(
            100, nil, "Invalid appsecret_proof provided in the API argument", is: 78, hint: rotate,
            says: "app secret of \(TemporaryHome.app)"),
        Refused(101, is: 78, hint: show, says: "does not know this app ID"),
        Refused(104, is: 78, says: "native or desktop"),
        Refused(191, is: 78, says: "redirect URI"),
        Refused(2500, nil, "Unknown path components: /me", is: 78, says: "--graph-version"),
        Refused(2635, is: 78, says: "--graph-version"),
    ]

    static let byOAuth = [
        Refused(
            1, nil, "Error validating client secret.", is: 78, hint: rotate,
            says: "app secret of \(TemporaryHome.app)"),
        Refused(1, 33, is: 78, hint: rotate, says: "app secret of \(TemporaryHome.app)"),
        Refused(
            1, nil, "The access token does not belong to application 1234567890123456", is: 78,
            says: "not issued for"),
        Refused(
            1, nil, "client_secret should not be passed to /oauth/access_token", is: 78,
            says: "native or desktop"),
        Refused(1, nil, "fb_exchange_token parameter not specified", is: 78, says: "settings"),
        Refused(1, is: 78, says: "settings"),
        Refused(1, 99, is: 75, requests: 3), Refused(1, http: 500, is: 75, requests: 3),
        Refused(2, http: 503, is: 75, requests: 3), Refused(4, is: 75),
        Refused(100, 36_007, is: 2, hint: login, says: "the code has expired"),
        Refused(100, 36_008, is: 78, says: "redirect URI"),
        Refused(100, 36_009, is: 2, hint: login, says: "already been used"),
        Refused(100, nil, "Invalid verification code format.", is: 2),
        Refused(101, nil, "Invalid Client ID", is: 78, hint: show),
        Refused(190, 463, is: 2, hint: login), Refused(191, is: 78, says: "redirect URI"),
    ]
}
