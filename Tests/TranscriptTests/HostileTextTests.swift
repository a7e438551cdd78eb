import Foundation
import GraphSimulator
import Testing

// Text that others choose must not control the terminal: names, messages, hosts, paths, responses
// of servers.
struct HostileTextTests {
    private static let user = "user:10200000000000009"
    /// Clears the screen, sets the title, reverses text, hides it, ends lines, and so on.
    private static let evil =
        "A\u{1B}[2J\u{1B}]0;FAKE\u{7}B\u{9B}31mC\u{202E}D\u{200B}E\r\nF\u{85}G\u{2028}H\u{8}I\u{7F}J\u{E0041}K"

    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
    }

    private func expectNoControls(_ text: String, _ what: String) {
        for scalar in text.unicodeScalars where scalar != "\n" {
            let isControl =
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
                case .format: scalar.value != 0x200D && scalar.value != 0x200C
                default: false
                }
            #expect(!isControl, "\(what): U+\(String(scalar.value, radix: 16))")
        }
    }

    private func expectNoControls(_ run: ProgramRun, _ what: String) {
        expectNoControls(run.text, "\(what), stdout")
        expectNoControls(run.allErrors, "\(what), stderr")
        // exec fails with 127 if it does not find the command.
        #expect(
            run.status != 70 && run.status < 128 && run.status != 126,
            "\(what): \(run.status) \(run.errors)")
    }

    private func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    @Test func `secrets in names are neither shown nor stored`() async throws {
        let words = "Ann EAAFAKElong0001 FAKEsecret0001 x"
        try graph.setFaults(
            #"""
            [{"match":"me","kind":"extra","value":{"name":"\#(words)"}},
             {"match":"debug_token","kind":"data","after":1,
              "value":{"application":"\#(words)","scopes":["\#(words)"],
                "granular_scopes":[{"scope":"\#(words)","target_ids":["1"]}]}}]
            """#)
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(exchange.status == 0, "\(exchange.errors)")
        for command in [
            ["show", Self.user], ["list"], ["list", "--json"], ["inspect", Self.user],
        ] {
            let run = try await home.run(command)
            #expect(
                !run.text.contains("EAAFAKElong0001") && !run.text.contains("FAKEsecret0001"),
                "\(run.text)")
        }
        #expect(try await home.run("show", Self.user).text.contains("Ann [redacted]"))
    }

    @Test func `the scopes from debug_token fill a few screens at most`() async throws {
        let exchange = try await home.run("exchange", input: TemporaryHome.shortToken)
        try #require(exchange.status == 0)
        let scopes = (1...2000).map { number in
            #"{"scope":"\#(String(repeating: "s", count: 400))\#(number)","target_ids":["x","0","7"]}"#
        }
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data",
              "value":{"granular_scopes":[\#(scopes.joined(separator: ","))]}}]
            """#)
        for command in [["inspect", Self.user], ["inspect", Self.user, "--json"]] {
            let run = try await home.run(command)
            #expect(run.status == 0 && run.text.utf8.count < 60_000, "\(run.text.utf8.count)")
        }
    }

    @Test func `invisible characters are shown as replacement characters`() async throws {
        let names = [
            "\u{3164}", "\u{115F}", "\u{FFA0}", "\u{17B4}", "\u{2800}", "\u{E000}", "\u{E0000}",
        ]
        for name in names + ["a" + String(repeating: "\u{300}", count: 200)] {
            let added = try await home.run(
                "add", "page:9", "--name", "Shop\(name)", "--replace", input: "EAAFAKEnine")
            try #require(added.status == 0, "\(added.errors)")
            #expect(
                try await home.run("list").text.contains("\u{FFFD}"), "\(name.debugDescription)")
        }
        for name in ["Café", "日本語", "👩‍👩‍👧", "❤️", "नमस्ते", "ภาษาไทย"] {
            let added = try await home.run(
                "add", "page:9", "--name", name, "--replace", input: "EAAFAKEnine")
            try #require(added.status == 0)
            #expect(try await home.run("list").text.contains(name), "\(name)")
        }
    }

    @Test func `errors from Meta`() async throws {
        let word = try json(Self.evil)
        graph.respond(
            at: "oauth/access_token",
            with: #"""
                {"error":{"message":\#(word),"type":\#(word),"code":190,"fbtrace_id":\#(word),
                  "error_user_title":\#(word),"error_user_msg":\#(word)}}
                """#, status: 400)
        for options in [[], ["--json"]] {
            let run = try await home.run(["exchange"] + options, input: TemporaryHome.shortToken)
            #expect(run.status == 2)
            expectNoControls(run, "exchange \(options)")
        }
    }

    @Test func `inspections`() async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        let word = try json(Self.evil)
        graph.respond(
            at: "debug_token",
            with: #"""
                {"data":{"is_valid":false,"type":\#(word),"app_id":\#(word),"application":\#(word),
                  "user_id":\#(word),"profile_id":\#(word),"scopes":[\#(word)],
                  "granular_scopes":[{"scope":\#(word),"target_ids":[\#(word)]}],
                  "error":{"code":190,"subcode":460,"message":\#(word)}}}
                """#)
        for command in [
            ["inspect", Self.user], ["inspect", Self.user, "--json"], ["check", "--online"],
            ["check"],
            ["list"], ["list", "--json"], ["show", Self.user], ["refresh", "--all"],
            ["get", Self.user], ["exchange", Self.user],
        ] {
            expectNoControls(try await home.run(command), "\(command)")
        }
    }

    @Test func `names of users and pages`() async throws {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        let word = try json(Self.evil)
        graph.respond(at: "me", with: #"{"id":"10200000000000009","name":\#(word)}"#)
        expectNoControls(
            try await home.run("exchange", input: TemporaryHome.shortToken), "exchange")
        graph.respond(
            at: "accounts",
            with: #"""
                {"data":[{"id":"1","name":\#(word),"category":\#(word),"tasks":[\#(word)],
                  "access_token":"EAAFAKEpage1",
                  "instagram_business_account":{"id":"1784","username":\#(word)}},
                  {"id":\#(word),"name":\#(word),"tasks":[\#(word)]}]}
                """#)
        for command in [
            ["pages"], ["pages", "--json"], ["list"], ["list", "--tree"], ["check"],
            ["show", "page:1"],
            ["check", "--format", "prometheus"], ["---completion", "get", "--", "positional@0"],
            ["remove", "page:1", "--force"],
        ] {
            expectNoControls(try await home.run(command), "\(command)")
        }
    }

    @Test func `headers`() async throws {
        var fault = Fault(.usage)
        fault.headers = [
            "X-Business-Use-Case-Usage":
                #"{"1\u001b[2J":[{"type":"a\u001b[2J\u202e","call_count":99}]}"#,
            "facebook-api-version": "v1.0\u{202E}",
        ]
        graph.simulation.setFaults([fault])
        expectNoControls(
            try await home.run("exchange", input: TemporaryHome.shortToken), "exchange")
        expectNoControls(try await home.run("doctor"), "doctor")
    }

    @Test(arguments: [
        "https://h%1b%5b2J.invalid", "https://h\u{1B}[2J.invalid", "https://h%E2%80%AE.invalid",
        "https://h\u{202E}.invalid", "https://h.invalid/%1b%5b2J", "https://h.invalid/\u{1B}[2J",
        "https://$(id).invalid", "https://h;id.invalid", "https://h'.invalid",
        "https://h%0a.invalid",
    ])
    func `addresses of the Graph API`(url: String) async throws {
        for command in [
            ["exchange", "--graph-url", url], ["doctor", "--graph-url", url],
            ["login", "--no-browser", "--for", "1s", "--dialog-url", url],
        ] {
            let run = try await home.run(command, input: TemporaryHome.shortToken)
            expectNoControls(run, "\(command)")
            #expect(!run.text.contains("$(id)"), "\(run.text)")
        }
        let variable = try await home.run(
            "exchange", input: TemporaryHome.shortToken, environment: ["TOKENVAULT_GRAPH_URL": url])
        expectNoControls(variable, "TOKENVAULT_GRAPH_URL")
    }

    @Test func `paths, from options, variables and the file system`() async throws {
        let name = "v\u{1B}[2J\u{202E}\u{9B}31m"
        try home.write(TemporaryHome.shortToken, to: name)
        let path = "\(home.path)/\(name)"
        for command in [
            ["list", "--vault", path], ["list", "--vault", path + "x"],
            ["verify", "--vault", path],
            ["doctor", "--vault", path], ["status", "--vault", path + "x"],
            ["list", "--key-file", path], ["list", "--key-file", path + "x"],
            ["list", "--passphrase-file", path + "x"], ["import", path + "x"],
            ["pages", "--graph-url", "https://h.invalid", "--ca-file", path],
            ["key", "add", "k", path, "--passphrase-fd", "9"], ["init", "--vault", path],
            ["unlock", "--vault", path, "--passphrase-command", "echo \(name)"],
        ] {
            expectNoControls(try await home.run(command), "\(command)")
        }
        for variable in [
            "TOKENVAULT_FILE", "TOKENVAULT_KEY_FILE", "TOKENVAULT_PASSPHRASE_FILE",
            "TOKENVAULT_CA_FILE", "XDG_STATE_HOME", "TOKENVAULT_PASSPHRASE_COMMAND", "HTTPS_PROXY",
            "TOKENVAULT_GRAPH_VERSION", "BROWSER",
        ] {
            let run = try await home.run(
                "pages", "--graph-url", "https://h.invalid",
                environment: [variable: path, "TOKENVAULT_PASSPHRASE": nil])
            expectNoControls(run, variable)
        }
    }

    @Test func `arguments`() async throws {
        let evil = Self.evil
        for command in [
            [evil], ["get", evil], ["get", "page:\(evil)"], ["show", "page:\(evil)"],
            ["remove", "user:\(evil)", "--force"],
            ["exec", "--env", "\(evil)=page:1", "--", "true"],
            ["exec", "--env", "A=app:1234567890123456", "--", evil],
            ["rename", TemporaryHome.app, evil], ["list"], ["show", TemporaryHome.app],
            ["get", "app:\(evil)"], ["list", "--kind", evil], ["check", "--at", evil],
            [
                "login", "--redirect-uri", "https://h.invalid/\(evil)", "--no-browser", "--for",
                "1s",
            ],
            ["client-code", "user:1", "--redirect-uri", "https://h.invalid/?\(evil)"],
            ["proof", evil], ["key", "add", evil, evil], ["key", "remove", evil],
        ] {
            expectNoControls(try await home.run(command), "\(command)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `very long texts fill neither the terminal nor the vault, and take little time`()
        async throws
    {
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        let long = String(repeating: "EAA access_token= ", count: 100_000)
        graph.respond(
            at: "oauth/access_token", with: #"{"error":{"message":\#(try json(long)),"code":190}}"#,
            status: 400)
        let refused = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(refused.status == 2 && refused.errors.utf8.count < 16_384)
        graph.respond(
            at: "debug_token",
            with:
                #"{"data":{"is_valid":false,"scopes":[\#(try json(long))],"error":{"code":190,"message":\#(try json(long))}}}"#
        )
        let checked = try await home.run("check", "--online")
        #expect(checked.status == 2 && checked.text.utf8.count < 16_384)
        graph.respond(at: "me", with: #"{"id":"10200000000000009","name":\#(try json(long))}"#)
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        graph.respond(
            at: "accounts",
            with: #"""
                {"data":[{"id":"1","name":\#(try json(long)),"access_token":"EAAFAKEpage1"},
                  {"id":"2","name":"FAKE","access_token":"EAAFAKEpage2"}]}
                """#)
        let pages = try await home.run("pages")
        #expect(pages.status == 0 && pages.text.utf8.count < 16_384, "\(pages.errors)")
        #expect(try await home.run("get", "page:1").status == 0)
        #expect(try await home.run("get", "page:2").status == 0)
        for run in [refused, checked, pages] { #expect(run.duration < .seconds(20)) }
        #expect(try home.contents("vault").count < 32_768)
    }
}
