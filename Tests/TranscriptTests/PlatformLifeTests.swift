import Foundation
import GraphSimulator
import Support
import Testing

// The life of Instagram and Threads tokens: login, daily renewals, expiry.
@Suite(.timeLimit(.minutes(10)))
struct PlatformLifeTests {
    private let scene: PlatformScene
    private static let day = PlatformScene.day

    init() async throws { scene = try await PlatformScene() }

    /// Starts a login at a terminal, presses a button of the dialog, and pastes the address.
    private func login(
        _ platform: String, _ button: String = "continue",
        changing change: (String) -> String = { $0 }
    ) async throws -> (ProgramRun, PseudoTerminal) {
        let terminal = try PseudoTerminal()
        let streams = RunningProgram.Streams(
            terminal: terminal, inputIsTerminal: true, errorIsTerminal: true)
        var environment: [String: String?] = [:]
        environment["TOKENVAULT_\(platform.uppercased())_DIALOG_URL"] =
            "\(scene.graph.url)/\(platform)"
        let program = try scene.start(
            [
                "login", "--\(platform)", "--no-browser", "--redirect-uri",
                "https://fake.example/\(platform)",
            ], environment: environment, streams)
        try await terminal.wait(for: "paste the address it ended on: ")
        let line = try #require(
            terminal.text.split(separator: "\n").first { $0.contains("/oauth/authorize?") })
        let query = line.split(separator: "?", maxSplits: 1)[1].filter { !$0.isWhitespace }
        let response = scene.graph.simulation.answer(
            SimulatedRequest(
                "POST", "/\(platform)/oauth/authorize", form: "\(query)&decision=\(button)"))
        let address = try #require(response.header("Location"))
        #expect(address.hasSuffix("#_") == (button == "continue"))
        try await terminal.type(change(address) + PseudoTerminal.enter)
        let run = try await program.finish()
        return (run, terminal)
    }

    private func account(_ platform: String) -> String {
        PlatformScene.accounts[platform == "instagram" ? 0 : 1]
    }

    private static let platforms = ["instagram", "threads"]
    private static let outages = [
        #"[{"match":"*","kind":"reset"}]"#, #"[{"match":"*","kind":"html","status":503}]"#,
        #"[{"match":"*","kind":"cut-off"}]"#,
    ]

    @Test(arguments: platforms, ["flat", "wrapped"])
    func `a login stores the long-lived token`(_ platform: String, _ shape: String) async throws {
        try scene.graph.simulation.merge(
            state: #"""
                {"\#(platform)":{"quirks":{"code_response":"\#(shape)","me_response":"\#(shape)"}}}
                """#)
        let (run, terminal) = try await login(platform)
        #expect(run.status == 0, "\(terminal.text)")
        #expect(run.lines.first?.hasSuffix(account(platform)) == true)
        #expect(try await scene.token(account(platform)).contains("FAKElong"))
        #expect(!terminal.text.contains("AQFAKE"))
        #expect(try await !scene.references().contains { $0.hasPrefix("pending") })
        for request in scene.graph.simulation.requests {
            #expect(!"\(request)".contains("appsecret_proof"))
        }
    }

    @Test(arguments: platforms)
    func `a canceled login stores nothing`(_ platform: String) async throws {
        let (run, terminal) = try await login(platform, "cancel")
        #expect(run.status == 2 && terminal.text.contains("the login was canceled"))
        #expect(try await !scene.references().contains(account(platform)))
    }

    @Test(arguments: platforms)
    func `a token in the pasted address is exchanged if it is one of the platform`(
        _ platform: String
    ) async throws {
        let prefix = platform == "instagram" ? "IGAA" : "THAA"
        func pasting(_ token: String) -> (String) -> String {
            { address in
                let state = address.firstMatch(of: /state=[^&#]+/).map { String($0.0) } ?? ""
                return "https://fake.example/#access_token=\(token)&\(state)"
            }
        }
        let (wrong, screen) = try await login(platform, changing: pasting("EAAFAKEshort0001"))
        #expect(wrong.status == 64 && screen.text.contains("is not an app for"))
        #expect(!screen.text.contains("FAKEshort"))
        let sent = scene.graph.simulation.requests.filter { $0.path.hasSuffix("access_token") }
        #expect(sent.isEmpty)
        let (run, terminal) = try await login(
            platform, changing: pasting("\(prefix)FAKEshort0001"))
        #expect(run.status == 0, "\(terminal.text)")
        #expect(try await scene.token(account(platform)).contains("FAKElong"))
    }

    @Test(arguments: platforms, [#""kind":"reset""#, #""kind":"html","status":500"#])
    func `the short-lived token is kept before it is exchanged`(
        _ platform: String, _ fault: String
    ) async throws {
        try scene.graph.setFaults(#"[{"match":"\#(platform)/access_token",\#(fault)}]"#)
        let (run, terminal) = try await login(platform)
        #expect(run.status == 69 || run.status == 75, "\(terminal.text)")
        let pending = try #require(
            try await scene.references().first { $0.hasPrefix("pending:") })
        #expect(try await scene.token(pending).contains("FAKElogin"))
        try scene.graph.setFaults("[]")
        let resumed = try await scene.run("exchange", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try await scene.token(account(platform)).contains("FAKElong"))
    }

    @Test func `a year of daily renewals keeps all tokens alive, with outages at the worst time`()
        async throws
    {
        // Facebook extends a user token only if the person is active in the app.
        try scene.graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        for input in ["EAAFAKEshort0001", "IGAAFAKEshort0001", "THAAFAKEshort0001"] {
            let run = try await scene.run("exchange", input: input)
            try #require(run.status == 0, "\(run.errors)")
        }
        let system = "system:10200000000000077"
        let added = try await scene.run(
            "add", system, "--expires", "59d", input: "EAAFAKEsystem001")
        try #require(added.status == 0, "\(added.errors)")
        try #require(try await scene.run("pages").status == 0)
        for day in 1...365 {
            try scene.setTime(day * Self.day)
            // The renewals are due every 30 days; the outage begins right then.
            let isOut = day % 30 < 3
            try scene.graph.setFaults(isOut ? Self.outages[day % 3] : "[]")
            let run = try await scene.run("refresh", "--quiet")
            #expect(run.status == 0 || isOut, "day \(day): \(run.text)\(run.errors)")
        }
        try scene.graph.setFaults("[]")
        let check = try await scene.run("check", "--online")
        #expect(check.status == 0, "\(check.text)\(check.errors)")
        let facebook = ["user:10200000000000009", "page:1020000000000001", system]
        for entry in facebook + PlatformScene.accounts {
            #expect(try await scene.run("get", entry).status == 0, "\(entry)")
        }
    }

    @Test(arguments: platforms)
    func `after 60 days without a renewal, somebody must log in`(_ platform: String) async throws {
        try #require(try await login(platform).0.status == 0)
        try scene.setTime(50 * Self.day)
        #expect(try await scene.run("check").status == 1)
        try scene.setTime(60 * Self.day + 3_600)
        let refresh = try await scene.run("refresh", "--json")
        #expect(refresh.status == 2)
        let lines = try refresh.json([RefreshDocument].self)
        #expect(lines.map(\.result) == ["needs login"], "\(refresh.text)")
        #expect(try await scene.run("check").status == 2)
        #expect(try await scene.run("get", account(platform)).status == 2)
        try #require(try await login(platform).0.status == 0)
        #expect(try await scene.run("get", account(platform)).status == 0)
    }

    @Test(arguments: platforms)
    func `a renewal in the first 24 hours is not asked for`(_ platform: String) async throws {
        try #require(try await login(platform).0.status == 0)
        scene.graph.simulation.clearRequests()
        try scene.setTime(Self.day - 60)
        let run = try await scene.run("refresh", "--all", "--json")
        #expect(run.status == 0)
        #expect(try run.json([RefreshDocument].self).map(\.result) == ["too young"])
        #expect(scene.graph.receivedNoRequests)
        try scene.setTime(Self.day + 60)
        let later = try await scene.run("refresh", "--all", "--json")
        #expect(try later.json([RefreshDocument].self).map(\.result) == ["renewed"])
    }

    @Test(arguments: PlatformScene.accounts)
    func `a renewed token that the platform issued is on the disk before anything else is asked`(
        _ entry: String
    ) async throws {
        let token = entry.hasPrefix("instagram") ? "IGAAFAKEactive001" : "THAAFAKEactive001"
        let kind = String(entry.prefix { $0 != ":" })
        // The old token dies with the renewal, and then nothing else can be asked.
        try scene.graph.simulation.merge(
            state: #"{"\#(kind)":{"quirks":{"refresh":"new-token-only"}}}"#)
        let added = try await scene.run("add", entry, "--expires", "5d", input: token)
        try #require(added.status == 0, "\(added.errors)")
        try scene.graph.setFaults(
            #"[{"match":"\#(kind)/me","kind":"reset"},{"match":"\#(kind)/debug_token","kind":"reset"}]"#
        )
        #expect(try await scene.run("refresh").status == 0)
        let renewed = try await scene.token(entry)
        #expect(renewed != token && renewed.contains("FAKElong"))
        try scene.graph.setFaults("[]")
        #expect(try await scene.run("check", "--online", entry).status == 0)
    }

    @Test func `no secret is printed, whatever the platforms repeat`() async throws {
        for endpoint in ["access_token", "refresh_access_token", "me", "debug_token"] {
            try scene.graph.setFaults(
                #"""
                [{"match":"instagram/\#(endpoint)","kind":"echo"},
                 {"match":"threads/\#(endpoint)","kind":"echo"}]
                """#)
            for (entry, token) in zip(
                PlatformScene.accounts, ["IGAAFAKEactive001", "THAAFAKEactive001"])
            {
                _ = try await scene.run("add", entry, "--replace", input: token)
                for command in [
                    ["refresh", entry], ["check", "--online", entry], ["inspect", entry],
                    ["exchange", entry],
                ] {
                    let run = try await scene.run(command)
                    let all = run.text + run.allErrors
                    #expect(!all.contains("FAKE"), "\(endpoint) \(command): \(all)")
                }
            }
        }
    }
}
