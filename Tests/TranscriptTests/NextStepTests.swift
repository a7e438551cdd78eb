import Foundation
import GraphSimulator
import Testing

// The suggested next command works, however many users and apps there are.
struct NextStepTests {
    private static let user = "user:10200000000000009"
    private static let system = "system:10200000000000077"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        try graph.simulation.merge(
            state: #"""
                {"users":[{"id":"200","name":"Bob Fake","pages":[{"id":"1020000000000020"}]}],
                 "tokens":[{"token":"EAAFAKEshort200","app":"1234567890123456","user":"200",
                   "type":"USER","issued_at":"-60s","expires_at":"+1h",
                   "scopes":["pages_show_list","business_management"]}]}
                """#)
    }

    /// Runs the command that the last line suggests.
    private func follow(_ run: ProgramRun) async throws -> ProgramRun {
        let line = try #require((run.lines + run.errorLines).last { $0.contains("tokenvault ") })
        let match = try #require(line.firstMatch(of: /(?:next|hint): (tokenvault .*)$/), "\(line)")
        return try await home.shell("\(match.1)")
    }

    @Test func `after the exchange of a system user's token, its pages are next`() async throws {
        let run = try await home.run("exchange", input: "EAAFAKEsystem001")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.last == "stored; next: tokenvault pages --user \(Self.system)")
        let pages = try await follow(run)
        #expect(
            pages.status == 0 && pages.text.contains("page:1020000000000007"), "\(pages.errors)")
    }

    @Test func `suggested commands repeat the --vault option`() async throws {
        let vault = "\(home.path)/an other vault"
        let made = try await home.shell(
            "cp '\(home.vault)' '\(vault)' && rm '\(home.vault)'")
        try #require(made.status == 0)
        func run(_ arguments: String..., input: String? = nil) async throws -> ProgramRun {
            try await home.run(arguments + ["--vault", vault], input: input)
        }
        var runs: [ProgramRun] = []
        runs.append(try await run("exchange", input: "EAAFAKEshort0001"))
        runs.append(try await run("pages"))
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        runs.append(try await run("check", "--online", Self.user))
        runs.append(try await run("check", "--json"))
        runs.append(try await run("list"))
        runs.append(try await run("refresh", "--all"))
        graph.simulation.setFaults([])
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"error","code":190,"message":"Invalid OAuth access token signature."}]"#
        )
        runs.append(try await run("refresh", "--all"))
        runs.append(try await run("refresh", "--all", "--json"))
        var count = 0
        for run in runs {
            for command in (run.text + run.allErrors).matches(
                of: /tokenvault (?!help)[a-z-]+ [^"\n]*/)
                + (run.text + run.allErrors).matches(of: /(?:next|hint|knows): tokenvault [a-z]+$/)
            {
                count += 1
                #expect(command.output.contains("--vault"), "\(command.output)")
            }
        }
        #expect(count > 5)
    }

    @Test func `suggested commands name the right one of several users`() async throws {
        let first = try await home.run("exchange", input: "EAAFAKEshort0001")
        #expect(first.lines.last == "stored; next: tokenvault pages")
        let second = try await home.run("exchange", input: "EAAFAKEshort200")
        #expect(second.lines.last == "stored; next: tokenvault pages --user user:200")
        #expect(try await follow(second).text.contains("page:1020000000000020"))
        #expect(try await follow(first).status == 64)
        let again = try await home.run("exchange", input: "EAAFAKEshort0001")
        #expect(try await follow(again).text.contains("page:1020000000000001"))
    }

    @Test func `suggested commands name the right one of several apps`() async throws {
        #expect(try await home.run("exchange", input: "EAAFAKEshort0001").status == 0)
        let other = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        try #require(other.status == 0)
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let dead = try await home.run("pages")
        let hint = "tokenvault exchange --app \(TemporaryHome.app)"
        #expect(dead.status == 2 && dead.errors.hasSuffix("hint: \(hint)\n"), "\(dead.errors)")
        #expect(try await home.shell("echo EAAFAKEshort0001 | \(hint)").status == 0)
        // A stored token is exchanged with the secret of its own app.
        let short = try await home.run(
            "add", "user:200", "--app", TemporaryHome.app, input: "EAAFAKEshort200")
        try #require(short.status == 0)
        let warned = try await home.run("pages", "--user", "user:200")
        let advice = "first run `tokenvault exchange user:200`"
        #expect(warned.errors.contains(advice), "\(warned.errors)")
        #expect(try await home.shell("tokenvault exchange user:200").status == 0)
    }

    @Test func `import asks as each of several apps until one owns the token`() async throws {
        for (app, secret) in [
            ("app:1000000000000001", "FAKEsecret0003"), ("app:2345678901234567", "FAKEsecret0002"),
        ] {
            try #require(try await home.run("add", app, input: secret).status == 0)
        }
        try graph.simulation.merge(
            state: #"""
                {"apps":[{"id":"2345678901234567","secret":"FAKEsecret0002"}],
                 "tokens":[{"token":"EAAFAKEother","app":"2345678901234567","user":"200",
                  "type":"USER","issued_at":"-60s","expires_at":"+1h"}]}
                """#)
        try home.write("USER_TOKEN=EAAFAKEother\nACCESS_TOKEN=EAAFAKEshort0001\n", to: ".env")
        let plain = try await home.run("import", ".env")
        #expect(plain.status == 64, "\(plain.errors)")
        #expect(plain.errors.hasSuffix("hint: tokenvault import .env --online\n"))
        #expect(try await follow(plain).status == 0)
        #expect(try await home.run("show", "user:200").text.contains("app:2345678901234567"))
        #expect(try await home.run("show", Self.user).text.contains(TemporaryHome.app))
        // If none of them owns the token, the token itself may tell which app it is for.
        #expect(try await home.run("remove", "-f", "app:2345678901234567", "user:200").status == 0)
        let other = try await home.run("import", ".env", "--online", "--replace")
        #expect(other.status == 0, "\(other.errors)")
        #expect(try await home.run("show", "user:200").text.contains("app:2345678901234567"))
    }

    @Test func `the advice of check and get names the user and the app`() async throws {
        #expect(try await home.run("exchange", input: "EAAFAKEshort0001").status == 0)
        #expect(try await home.run("pages", "1020000000000001").status == 0)
        #expect(try await home.run("exchange", input: "EAAFAKEshort200").status == 0)
        let other = try await home.run("add", "app:2345678901234567", input: "FAKEsecret0002")
        try #require(other.status == 0)
        let late = try await home.run("check", "--at", "100d", "--json")
        let advice = try late.json(CheckDocument.self).entries.compactMap(\.advice)
        #expect(
            Set(advice) == [
                "tokenvault pages --user \(Self.user)",
                "tokenvault exchange --app \(TemporaryHome.app)",
            ])
        graph.simulation.kill(
            token: try await home.run("get", "-n", "page:1020000000000001").text, reason: 492)
        #expect(try await home.run("check", "--online", "page:1020000000000001").status == 2)
        let got = try await home.run("get", "page:1020000000000001")
        #expect(got.errors.hasSuffix("hint: tokenvault pages --user \(Self.user)\n"))
        let scopes = try await home.run("get", "page:1020000000000001", "--valid-for", "99w")
        #expect(try await follow(scopes).status == 0)
    }

    @Test func `without an app the hint is to add the token again`() async throws {
        let added = try await home.run(
            "add", "page:5", "--expires", "2020-01-01", input: "EAAFAKEpage5")
        try #require(added.status == 0)
        #expect(
            try await home.run("get", "page:5").errors.hasSuffix("hint: tokenvault exchange\n"))
        #expect(try await home.run("remove", TemporaryHome.app, "--force").status == 0)
        let got = try await home.run("get", "page:5")
        #expect(got.errors.hasSuffix("hint: tokenvault add page:5 --replace\n"), "\(got.errors)")
        let renewed = try await home.shell("echo EAAFAKEpage6 | tokenvault add page:5 --replace")
        #expect(renewed.status == 0)
    }
}
