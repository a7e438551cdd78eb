import Foundation
import GraphSimulator
import Support
import Testing

// Commands of --on-change and --on-problem, run by the real program.
@Suite(.timeLimit(.minutes(3)))
struct HookTests {
    private static let page = "page:1020000000000001"
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
    }

    /// Stores a new token, with a hook.
    private func add(
        _ hook: String, environment: [String: String?] = [:], _ options: String...
    ) async throws -> ProgramRun {
        try await home.run(
            ["add", Self.page, "--replace", "--on-change", hook] + options,
            input: "EAAFAKE\(UUID().uuidString.prefix(8))", environment: environment)
    }

    /// Waits until the process whose ID is in the file `left` has ended.
    private func waitForEndOfHook() async throws {
        let id = try text(of: "left").dropLast()
        try await waitFor("the end of the hook") {
            let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
            return status?.contains(") Z ") ?? true
        }
    }

    private func text(of name: String) throws -> String {
        String(decoding: try home.contents(name), as: UTF8.self)
    }

    @Test func `the document is on its standard input, and its output on standard error`()
        async throws
    {
        let run = try await add("cat >document; echo out; echo error >&2", "--json")
        #expect(run.status == 0)
        let stored = try run.json(EntryDocument.self)
        #expect(stored.ref == Self.page)
        #expect(run.errors == "out\nerror\n")
        let change =
            #"{"ref":"\#(Self.page)","kind":"page","name":null,"expires_at_before":null,"expires_at":null}"#
        #expect(
            try text(of: "document") == "{\"command\":\"add\",\"changed\":[\n\(change)\n]}\n")
    }

    @Test func `its environment has what unlocks the vault, but no passphrase`() async throws {
        let path = try home.write(TemporaryHome.passphrase, to: "words")
        let run = try await add(
            "tr '\\0' '\\n' </proc/self/environ >variables",
            environment: [
                "TOKENVAULT_ON_CHANGE": "FAKE", "TOKENVAULT_PASSPHRASE_FILE": path,
                "TOKENVAULT_PASSPHRASE_COMMAND": "FAKE command",
            ])
        #expect(run.status == 0, "\(run.errors)")
        let variables = try text(of: "variables")
        #expect(!variables.contains("TOKENVAULT_PASSPHRASE="))
        #expect(!variables.contains("TOKENVAULT_ON_CHANGE="))
        #expect(!variables.contains(TemporaryHome.passphrase))
        for name in ["KEY_FILE", "PASSPHRASE_FILE", "PASSPHRASE_COMMAND", "FILE"] {
            #expect(variables.contains("TOKENVAULT_\(name)="), "\(name)")
        }
    }

    @Test func `it can run tokenvault, which sees the change and can save`() async throws {
        let run = try await add(
            "tokenvault get -n \(Self.page) >token; echo EAAFAKEother1 | tokenvault add page:2")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try text(of: "token") == (try await home.run("get", "-n", Self.page)).text)
        #expect(try await home.run("get", "page:2").text == "EAAFAKEother1\n")
    }

    @Test func `the variable does not run the hook of a nested command`() async throws {
        let run = try await home.run(
            "add", Self.page, input: "EAAFAKE1",
            environment: [
                "TOKENVAULT_ON_CHANGE":
                    "echo ran >>runs; echo EAAFAKE2 | tokenvault add page:2"
            ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try text(of: "runs") == "ran\n")
    }

    @Test func `it has no terminal, so a nested prompt fails instead of waiting`() async throws {
        let (terminal, program) = try home.startAtTerminal(
            "add", Self.page, "--on-change",
            "tokenvault get \(Self.page) || echo $? >status; echo >/dev/tty || echo none >tty",
            environment: TemporaryHome.locked)
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        try await terminal.wait(for: "Token for")
        try await terminal.type("EAAFAKE1" + PseudoTerminal.enter)
        #expect(try await program.finish().status == 0)
        #expect(try text(of: "status") == "77\n" && text(of: "tty") == "none\n")
    }

    @Test(arguments: [
        ("exit 3", "failed with status 3"), ("kill -9 $$", "failed with status 137"),
        ("no-such-command", "failed with status 127"),
        ("exit 3 <&-", "failed with status 3"),
    ])
    func `if it fails, that is a warning and status 79`(_ hook: String, _ words: String)
        async throws
    {
        let run = try await add(hook)
        #expect(run.status == 79)
        let warning = "tokenvault: warning: the command of --on-change \(words)"
        #expect(run.errors.contains(warning), "\(run.errors)")
        #expect(try await home.run("get", Self.page).status == 0)
    }

    @Test func `neither a process left behind nor unread input makes it wait`() async throws {
        let start = ContinuousClock.now
        // The shell reads standard error to its end, which a process that holds it open delays.
        let run = try await home.shell(
            """
            text=$(echo EAAFAKE1 | tokenvault add page:1 --on-change 'sleep 300 & echo $! >left' 2>&1)
            echo "$? $text"
            """)
        #expect(run.text == "0 tokenvault: stored page:1\n", "\(run.text)")
        #expect(ContinuousClock.now - start < .seconds(60))
        let left = try #require(pid_t(try text(of: "left").dropLast()))
        #expect(kill(left, SIGKILL) == 0)
    }

    @Test func `megabytes of output and a closed standard error do no harm`() async throws {
        let loud = try await add("head -c 3000000 /dev/zero | tr '\\0' F")
        #expect(loud.status == 0 && loud.errors.utf8.count > 3_000_000)
        let silent = try await home.shell(
            "echo EAAFAKE2 | tokenvault add \(Self.page) --replace --on-change 'yes | head -c 999999' 2>&-"
        )
        #expect(silent.status == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal ends the hook and then the program`(_ signal: Int32) async throws {
        let token = try home.write("EAAFAKE1", to: "token")
        let program = try home.start(
            [
                "add", Self.page, "--on-change",
                "(trap '' TERM; sleep 300) & echo $! >new; mv new left; wait",
            ], RunningProgram.Streams(input: token))
        try await waitFor("the hook") { (try? text(of: "left")) != nil }
        program.process.send(signal)
        let run = try await program.finish()
        #expect(run.status == 128 + signal)
        #expect(run.errors.contains("warning: the command of --on-change was interrupted"))
        try await waitForEndOfHook()
        #expect(try await home.run("get", Self.page).text == "EAAFAKE1\n")
    }

    @Test func `Ctrl-C during the hook ends both, and the script around them`() async throws {
        let terminal = try PseudoTerminal()
        try home.write("EAAFAKE1", to: "token")
        let program = try home.startShell(
            """
            tokenvault add \(Self.page) --on-change 'echo $$ >new; mv new left; sleep 300' <token
            echo went on
            """, RunningProgram.Streams(terminal: terminal, inputIsTerminal: true))
        try await waitFor("the hook") { (try? text(of: "left")) != nil }
        try await terminal.type(PseudoTerminal.controlC)
        let run = try await program.finish()
        #expect(run.status == 130 && !run.text.contains("went on"))
        try await waitForEndOfHook()
    }

    @Test func `refresh reports what was renewed although another token failed`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withPage(using: graph)
        try graph.simulation.merge(state: #"{"reexchange":"extend"}"#)
        let added = try await home.run(
            "add", "system:10200000000000077", "--app", TemporaryHome.app, "--expires", "20d",
            input: "EAAFAKEunknown01")
        try #require(added.status == 0)
        graph.simulation.advance(by: 2 * 86_400)
        let run = try await home.run(
            "refresh", "--all", "--json",
            environment: ["TOKENVAULT_ON_CHANGE": "cat >document; exit 1"])
        #expect(run.status == 2)
        let document = String(decoding: try home.contents("document"), as: UTF8.self)
        #expect(document.contains(#""ref":"user:10200000000000009""#))
        #expect(document.contains(#""ref":"\#(Self.page)""#))
        #expect(!document.contains("~new"))
        #expect(!document.contains("EAAFAKE"))
    }

    @Test func `ten thousand pages arrive in one document`() async throws {
        let graph = try await TemporaryGraph.withPages(10_000)
        let home = try await TemporaryHome.withUserToken(using: graph)
        let run = try await home.run(
            "pages", "--json", "--quiet",
            environment: ["TOKENVAULT_ON_CHANGE": "echo ran >>runs; grep -c '^{\"ref\"' >count"])
        #expect(run.status == 0, "\(run.errors.prefix(300))")
        let count = String(decoding: try home.contents("count"), as: UTF8.self)
        #expect(try #require(Int(count.dropLast())) >= 10_000)
        #expect(try home.contents("runs") == Data("ran\n".utf8))
    }

    @Test func `check reports a problem once, whatever happens to its output`() async throws {
        #expect(
            try await home.run("add", Self.page, "--expires", "5d", input: "EAAFAKE1").status == 0)
        let hook = "cat >>problems"
        let closed = try await home.shell(
            "tokenvault check --on-problem '\(hook)' | true; echo ${PIPESTATUS[0]}")
        #expect(["1\n", "74\n"].contains(closed.text), "\(closed.text)")
        for format in ["table", "json", "prometheus"] {
            let run = try await home.run("check", "--on-problem", hook, "--format", format)
            #expect(run.status == 1, "\(run.errors)")
        }
        let problems = try text(of: "problems")
        #expect(problems.ranges(of: #""ref":"\#(Self.page)""#).count == 1, "\(problems)")
        #expect(!problems.contains("EAAFAKE"))
        let state = try home.allFiles().first { $0.hasSuffix(".problems") }
        let path = "\(home.path)/\(try #require(state))"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `check reports problems of all entries though it cannot print them`() async throws {
        for number in 1...3 {
            let added = try await home.run(
                "add", "page:\(number)", "--expires", "\(number)d", input: "EAAFAKE1")
            #expect(added.status == 0)
        }
        let full = try await home.shell(
            "tokenvault check --on-problem 'cat >problems' >/dev/full; echo $?")
        #expect(full.text == "74\n")
        let problems = try text(of: "problems")
        #expect(problems.ranges(of: #""status":"expiring""#).count == 3, "\(problems)")
    }

    @Test func `what another check reports meanwhile is not forgotten before it was checked`()
        async throws
    {
        func check(_ hook: String) async throws {
            let run = try await home.run("check", "--on-problem", hook)
            #expect(run.status == 1, "\(run.errors)")
        }
        func add(_ reference: String) async throws {
            let run = try await home.run("add", reference, "--expires", "5d", input: "EAAFAKE1")
            #expect(run.status == 0, "\(run.errors)")
        }
        try await add("page:1")
        try await check("true")
        let found = try home.allFiles().first { $0.hasSuffix(".problems") }
        let state = try #require(found)
        #expect(try text(of: state) == "page:1 expiring\n")
        try await add("page:2")
        try await check("echo page:9 expired >>'\(home.path)/\(state)'")
        #expect(try text(of: state) == "page:1 expiring\npage:2 expiring\npage:9 expired\n")
        try await check("false")
        #expect(try text(of: state) == "page:1 expiring\npage:2 expiring\n")
    }
}
