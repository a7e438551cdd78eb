import Foundation
import GraphSimulator
import Testing

// Numbers that no honest server or user sends: each leads to an error or to a sensible value, never to a
// crash.
struct ExtremeNumberTests {
    private static let user = "user:10200000000000009"
    private static let numbers = [
        "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-1", "0",
        "253402300800", "1795198502000", "1e300", "-1e300", "1e19", "0.5", "-0",
        #""-9223372036854775808""#, #""99999999999999999999""#, #""+1""#, #""""#, "null", "[]",
        "true",
    ]

    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
    }

    private func expectSensible(_ run: ProgramRun, _ what: String) {
        #expect(run.status < 126 && run.status != 70, "\(what): \(run.status) \(run.errors)")
        #expect(!run.text.contains("-9223") && !run.text.contains("292277"), "\(what): \(run.text)")
    }

    private func inspection(_ key: String, _ number: String) -> String {
        let members = [
            #""app_id":"1234567890123456""#, #""type":"USER""#, #""is_valid":true"#,
            #""user_id":"10200000000000009""#, #""scopes":["email"]"#, #""\#(key)":\#(number)"#,
        ]
        return "{\"data\":{\(members.joined(separator: ","))}}"
    }

    @Test(arguments: ["expires_at", "data_access_expires_at", "issued_at"])
    func `timestamps of a token`(key: String) async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        for number in Self.numbers {
            graph.respond(at: "debug_token", with: inspection(key, number))
            for command in [
                ["inspect", Self.user], ["inspect", Self.user, "--json"], ["check", "--online"],
                ["refresh", "--all"], ["exchange", Self.user], ["list", "--json"], ["check"],
                ["check", "--format", "prometheus"], ["show", Self.user], ["list"],
            ] {
                expectSensible(try await home.run(command), "\(command) \(key) \(number)")
            }
        }
    }

    @Test func `a time before 1970 does not make a token last forever`() async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        graph.respond(at: "debug_token", with: inspection("expires_at", "-9223372036854775808"))
        let run = try await home.run("inspect", Self.user, "--json")
        #expect(run.status == 0 && run.text.contains(#""expires_at" : null"#), "\(run.text)")
    }

    @Test func `the expiry of a login's token`() async throws {
        let scene = try await LoginScene()
        for number in Self.numbers {
            scene.graph.respond(at: "debug_token", with: inspection("expires_at", number))
            let run = try await scene.login(browser: try scene.browser())
            expectSensible(run, "login \(number)")
        }
    }

    @Test func `the lifetime of a new token`() async throws {
        for number in Self.numbers {
            graph.respond(
                at: "oauth/access_token",
                with: #"{"access_token":"EAAFAKEnew1","expires_in":\#(number)}"#)
            let run = try await home.run("exchange", input: TemporaryHome.shortToken)
            expectSensible(run, "expires_in \(number)")
        }
    }

    @Test func `error codes`() async throws {
        for number in Self.numbers {
            graph.respond(
                at: "oauth/access_token",
                with: #"{"error":{"message":"FAKE","code":\#(number),"error_subcode":\#(number)}}"#)
            let run = try await home.run("exchange", input: TemporaryHome.shortToken)
            #expect(run.hasFailedProperly && run.status != 70, "\(number): \(run.errors)")
            let json = try await home.run("exchange", "--json", input: TemporaryHome.shortToken)
            #expect(json.status == run.status, "\(number): \(json.errors)")
        }
    }

    @Test func `rate limit headers`() async throws {
        for number in Self.numbers {
            let bare = number.filter { $0 != "\"" }
            var fault = Fault(.error, at: "oauth/access_token")
            fault.code = 4
            fault.headers = [
                "Retry-After": bare,
                "X-App-Usage": #"{"call_count":\#(number),"total_time":\#(number)}"#,
                "X-Business-Use-Case-Usage":
                    #"{"1":[{"type":"pages","call_count":\#(number),"estimated_time_to_regain_access":\#(number)}]}"#,
                "X-Ad-Account-Usage":
                    #"{"acc_id_util_pct":\#(number),"reset_time_duration":\#(number)}"#,
            ]
            graph.simulation.setFaults([fault])
            let run = try await home.run("exchange", input: TemporaryHome.shortToken)
            #expect(run.status == 75 && run.hasFailedProperly, "\(number): \(run.errors)")
        }
    }

    @Test func `the date of a response`() async throws {
        for date in [
            "Sat, 21 Nov 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT",
            "Sat, -1 Nov 2026 09:00:00 GMT",
            "Sat, 21 Nov 99999999999999999999 09:00:00 GMT", "x",
        ] {
            var fault = Fault(.error)
            fault.code = 2500
            fault.headers = ["Date": date]
            graph.simulation.setFaults([fault])
            let run = try await home.run("doctor")
            #expect(run.status < 2, "\(date): \(run.status) \(run.errors)")
        }
    }

    @Test(arguments: [
        "https://h.example.invalid:65536", "https://h.example.invalid:0",
        "https://h.example.invalid:-1", "https://h.example.invalid:+1",
        "https://h.example.invalid:99999999999999999999", "https://h.example.invalid:",
        "https://h.example.invalid:1x", "https://[::1]:65536", "https://[::1]x", "https://[::1",
        "http://127.+0.0.1", "http://127.0.0.-0", "http://127.00.0.1", "http://0127.0.0.1",
        "http://127.1", "http://2130706433", "http://0x7f.0.0.1", "http://127.0.0.1.",
        "http://localhost.", "http://127.0.0.1%2eexample.invalid", "http://localhost%00",
        "http://%6c%6f%63%61%6c%68%6f%73%74", "http://１２７.0.0.1", "http://127。0。0。1",
        "http://user@127.0.0.1", "http://127.0.0.1@h.example.invalid",
        "http://127.0.0.1:80@h.example.invalid", "http://127.0.0.1\\@h.example.invalid",
        "http://[::ffff:127.0.0.1]", "http://[0:0:0:0:0:0:0:1]", "http://[::1%25lo]",
        "http://[::127.0.0.1]", "http:///127.0.0.1", "http:127.0.0.1", "http://127.0.0.1 .invalid",
        "https://h\u{1B}[31m.invalid", "https://%1b%5b31m.invalid", "https://a\u{202E}b.invalid",
    ])
    func `invalid addresses, and plain HTTP to other machines, are refused`(url: String)
        async throws
    {
        for option in ["--graph-url", "--dialog-url", "--redirect-uri"] {
            let command =
                option == "--graph-url"
                ? ["exchange", option, url] : ["login", "--no-browser", "--for", "1s", option, url]
            // A redirect URI may be on any host, as long as it is https.
            if option == "--redirect-uri", url.hasPrefix("https://%") { continue }
            let run = try await home.run(command, input: TemporaryHome.shortToken)
            #expect(run.status == 64 && run.hasFailedProperly, "\(command): \(run.errors)")
            let controls = run.errors.unicodeScalars.contains {
                $0 != "\n" && ($0.value < 0x20 || $0.properties.generalCategory == .format)
            }
            #expect(!controls, "\(run.errors)")
        }
        let proxy = try await home.run(
            "exchange", "--graph-url", "https://h.example.invalid",
            input: TemporaryHome.shortToken, environment: ["HTTPS_PROXY": url])
        #expect(proxy.status == 64 || proxy.status == 69, "\(proxy.errors)")
        #expect(proxy.hasFailedProperly, "\(proxy.errors)")
    }

    @Test(arguments: [
        ["check", "--within", "99999999999999999999d"], ["check", "--within", "-1d"],
        ["check", "--within", "9223372036854775807w"], ["refresh", "--within", "3155760001s"],
        ["check", "--at", "9223372036854775807s"], ["unlock", "--for", "4294967296s"],
        ["login", "--for", "9223372036854775807s"],
        ["list", "--passphrase-fd", "2147483648"], ["list", "--passphrase-fd", "-1"],
        ["check", "--at", "9999-99-99"], ["check", "--at", "9999-12-31T23:59:60Z"],
        ["exchange", "--graph-version", "v9999999999999999999.0"],
    ])
    func `numbers on the command line`(arguments: [String]) async throws {
        let run = try await home.run(arguments)
        #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
    }

    @Test(arguments: [
        ["check", "--at", "0000-01-01"], ["check", "--at", "9999-12-31"],
        ["check", "--at", "9999-12-31T23:59:59-23:59"],
        ["check", "--at", "0000-01-01T00:00:00+23:59"],
        ["check", "--at", "36500d", "--within", "36500d"],
    ])
    func `times far in the past or future`(arguments: [String]) async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        let run = try await home.run(arguments)
        #expect(run.status < 3, "\(run.errors)")
    }
}
