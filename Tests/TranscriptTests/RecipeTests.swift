import Foundation
import GraphSimulator
import Support
import Testing

/// The recipes do what their pages show.
@Suite(.timeLimit(.minutes(5)))
struct RecipeTests {
    private static let scripts = ProgramUnderTest.repository + "/Scripts/install.d"
    private let documents: [ExampleDocument]
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        documents = try ["README", "unattended"].map { name in
            let page = "\(ProgramUnderTest.repository)/Scripts/recipes/\(name).md"
            return ExampleDocument(try String(contentsOfFile: page, encoding: .utf8))
        }
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
        // The default path, for when nothing names a vault.
        let folder = home.path + "/data/tokenvault"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: home.vault, toPath: folder + "/vault")
    }

    /// Changes to the environment so that it names neither a vault nor an unlock method.
    private static let nothingNamed =
        TemporaryHome.locked.merging(["TOKENVAULT_FILE": nil]) { $1 }

    /// Returns the blocks in a language.
    private func blocks(_ language: String) throws -> [[String]] {
        let blocks = documents.flatMap(\.blocks).filter { $0.language == language }.map(\.lines)
        try #require(!blocks.isEmpty)
        return blocks
    }

    /// Returns the line with the URL and paths of this test instead of those on the page.
    private func adapted(_ line: String) -> String {
        line.replacing("https://graph.facebook.com", with: graph.url)
            .replacing("/usr/local/libexec/tokenvault", with: "'\(Self.scripts)'")
            .replacing("/var/lib/prometheus/node-exporter", with: home.path)
            .replacing("/home/ann/.config/tokenvault/web1.key", with: home.parent + "/machine.key")
            .replacing("PATH=", with: "PATH=\(home.parent)/bin:")
    }

    /// Whether this machine has a program.
    private static func has(_ program: String) -> Bool {
        ["/usr/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    /// Puts a program into PATH that records its arguments and its input, instead of doing anything.
    private func replaceProgram(_ name: String) throws {
        try home.write(
            "#!/bin/sh\nprintf '%s ' \"$@\" >>'\(home.parent)/\(name).calls'\n"
                + "cat >>'\(home.parent)/\(name).calls'\n",
            to: "../bin/\(name)", mode: 0o700)
    }

    private func calls(of name: String) -> String {
        (try? String(contentsOfFile: "\(home.parent)/\(name).calls", encoding: .utf8)) ?? ""
    }

    @Test(
        .enabled(if: has("node"), "no Node here"), .enabled(if: has("php"), "no PHP here"))
    func `every transcript runs as shown`() async throws {
        for name in ["gh", "systemctl"] { try replaceProgram(name) }
        let session = try ShellSession(in: home)
        var number = 0
        for block in documents.flatMap(\.transcripts) {
            let lines = block.lines.map(adapted)
            for step in try Transcript(lines, first: block.line).steps {
                let result = try await session.run(step.command, number: number)
                number += 1
                let difference = result.difference(from: step)
                #expect(difference == nil, "recipes, \(difference ?? "")")
            }
        }
        #expect(number > 10)
        #expect(calls(of: "gh") == "secret set PAGE_TOKEN --repo ann/shop EAAFAKEpage9002")
        // The script has read the rest of the document.
        #expect(calls(of: "systemctl").hasPrefix("--user try-restart post.service "))
    }

    @Test func `every example is run, or says why not`() {
        #expect(documents.allSatisfy { $0.unexplained.isEmpty })
    }

    @Test func `the crontab works in cron's bare environment, and mails only problems`()
        async throws
    {
        let lines = try #require(try blocks("crontab").first)
        let variables = lines.filter { $0.firstMatch(of: /^[A-Z_]+=/) != nil }.map(adapted)
        let commands = lines.filter { $0.firstMatch(of: /^[A-Z_]+=/) == nil }.map { line in
            // Cron treats % as the end of a line.
            #expect(!line.contains("%"))
            return adapted(String(line.replacing(/^(\S+\s+){5}/, with: "")))
        }
        try #require(variables.count == 2 && commands.count == 3)
        try home.write(
            "exec env -i HOME=\"$HOME\" XDG_DATA_HOME=\"$XDG_DATA_HOME\" "
                + "TOKENVAULT_GRAPH_URL=\(graph.url) \(variables.joined(separator: " ")) "
                + "LD_LIBRARY_PATH=\"$LD_LIBRARY_PATH\" sh -c \"$1\"", to: "cron")
        func run(_ command: String) async throws -> ProgramRun {
            try await home.shell("bash cron \"$COMMAND\"", environment: ["COMMAND": command])
        }
        for command in commands {
            let done = try await run(command)
            #expect(done.status == 0 && done.text.isEmpty && done.errors.isEmpty, "\(command)")
        }
        // Nothing is due today, so renew everything; the only output is that of check.
        let renewed = try await run(commands[0].replacing(" refresh ", with: " refresh --all "))
        #expect(renewed.text.isEmpty && renewed.errors.isEmpty, "\(renewed.errors)")
        #expect(graph.requests(to: "access_token").count == 1)
        #expect(try home.allFiles().contains("tokenvault.prom"))
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        #expect(try await run(commands[1]).text.contains("invalid"))
    }

    @Test func `the crontab keeps tokens of Instagram and Threads alive for a year`() async throws {
        let commands = try #require(try blocks("crontab").first)
        let line = try #require(commands.first { $0.contains(" tokenvault refresh ") })
        let command = String(line.replacing(/^(\S+\s+){5}/, with: ""))
        let scene = try await PlatformScene()
        for input in ["IGAAFAKEshort0001", "THAAFAKEshort0001"] {
            try #require(try await scene.run("exchange", input: input).status == 0)
        }
        for day in 1...365 {
            try scene.setTime(day * PlatformScene.day)
            // The first renewal is due on day 30, the next ones 30 days later each.
            let isOut = day % 30 < 3
            try scene.graph.setFaults(
                isOut
                    ? #"[{"match":"instagram/*","kind":"reset"},{"match":"threads/*","kind":"reset"}]"#
                    : "[]")
            let run = try await scene.shell(command)
            #expect(isOut || run.status == 0 && run.errors.isEmpty, "day \(day): \(run.errors)")
        }
        for entry in PlatformScene.accounts {
            #expect(try await scene.run("get", entry).status == 0)
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
            "no systemd-analyze here"))
    func `systemd accepts the units without a warning`() async throws {
        for block in try blocks("ini") {
            let path = try #require(block.first?.wholeMatch(of: /# ~\/(.*)\/([^\/]+)/))
            try FileManager.default.createDirectory(
                atPath: "\(home.path)/\(path.1)", withIntermediateDirectories: true)
            let lines = block.map {
                $0.replacing("=tokenvault exec", with: "=\(home.parent)/bin/tokenvault exec")
            }
            try home.write(
                lines.joined(separator: "\n") + "\n", to: "\(path.1)/\(path.2)", mode: 0o644)
        }
        let placed = try await home.shell(
            """
            units=.config/systemd/user
            for unit in tokenvault-check.service tokenvault-refresh.service; do
                sed "s|^ExecStart=tokenvault|ExecStart=$PROGRAM|" "$SCRIPTS/$unit" >$units/$unit
            done
            systemd-analyze verify --user --man=no $units/*.service
            """,
            environment: [
                "XDG_RUNTIME_DIR": home.path, "SCRIPTS": Self.scripts,
                "PROGRAM": home.parent + "/bin/tokenvault",
            ])
        #expect(placed.status == 0 && placed.errors.isEmpty, "\(placed.errors)")
    }

    /// Returns the file that the page writes with `cat >NAME <<'END'`.
    private func file(_ name: String) throws -> String {
        let start = "$ cat >\(name) <<'END'"
        let block = try #require(
            documents.flatMap(\.transcripts).first { $0.lines.contains(start) })
        let lines = block.lines.drop { $0 != start }.dropFirst().prefix { $0 != "> END" }
        return lines.map { "\($0.dropFirst(2))\n" }.joined()
    }

    @Test(arguments: ["python3 webhook.py", "node webhook.mjs"])
    func `the webhook handlers accept only what Meta signed`(_ command: String) async throws {
        let name = String(command.split(separator: " ")[1])
        let port = String(LoopbackPort.free())
        try home.write(try file(name).replacing("8080", with: port), to: name)
        let run = try await home.shell(
            """
            command -v \(command.split(separator: " ")[0]) >/dev/null || exit 99
            \(command) >said 2>errors & trap 'kill $!' EXIT
            until (exec 3<>/dev/tcp/127.0.0.1/\(port)) 2>/dev/null; do sleep 0.1; done
            printf '{"object": "page",\\n "entry": []}\\n' >body
            sign() { echo "sha256=$(openssl dgst -sha256 -hmac "$1" -r body | cut -c1-64)"; }
            call() {
                curl -s -o /dev/null -w '%{http_code}\\n' \\
                    --data-binary @body "$@" http://127.0.0.1:\(port)/
            }
            call -H "X-Hub-Signature-256: $(sign \(TemporaryHome.appSecret))"
            call -H "X-Hub-Signature-256: $(sign FAKEother)"
            call -H 'X-Hub-Signature-256: --help'
            call
            right=$(sign \(TemporaryHome.appSecret)); echo >>body
            call -H "X-Hub-Signature-256: $right"
            mv vault hidden
            call -H "X-Hub-Signature-256: $right"
            cat said
            """)
        guard run.status != 99 else { return }
        #expect(
            run.lines == ["200", "403", "403", "403", "403", "500", "changed: page"],
            "\(run.text)\(run.errors)")
    }

    @Test func `each metric that an alert uses is exported`() async throws {
        let alerts = try #require(try blocks("yaml").first { $0.first == "groups:" })
        let metrics = alerts.flatMap { $0.matches(of: /tokenvault_[a-z_]+/) }.map { $0.output }
        try #require(metrics.count == 3)
        let lines = try await home.run("check", "--format", "prometheus").lines
        for metric in metrics {
            let isExported = lines.contains { $0.hasPrefix(metric) && !$0.hasPrefix("\(metric)_") }
            #expect(isExported, "\(metric)")
        }
    }

    @Test func `the workflow's step runs with the key as its secret`() async throws {
        let workflow = try #require(try blocks("yaml").first { $0.first == "name: post" })
        let start = try #require(workflow.firstIndex { $0.hasSuffix("run: |") })
        let step = workflow[(start + 1)...].map { $0.dropFirst(10) }.joined(separator: "\n")
        try home.write(step, to: "step")
        try home.write("#!/bin/sh\nenv | grep -E 'TOKEN|KEY'\n", to: "post.sh", mode: 0o700)
        try home.write(try home.contents("vault"), to: "tokens.vault")
        let run = try await home.shell(
            "mkdir temporary; exec env KEY=\"$(cat ../machine.key)\" RUNNER_TEMP=$PWD/temporary bash -e step",
            environment: Self.nothingNamed)
        #expect(run.status == 0, "\(run.errors)")
        let token = try await home.run("get", "page:1020000000000001").text
        #expect(run.text.contains("PAGE_TOKEN=\(token)") && !run.text.contains("TOKENVAULT-KEY-1"))
        let key = home.path + "/temporary/key"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `the container's command finds its token`() async throws {
        let file = try #require(try blocks("dockerfile").first)
        let variables = try #require(file.first { $0.hasPrefix("ENV ") }).dropFirst(4)
            .replacing("/vault/vault", with: home.vault)
            .replacing("/run/secrets/tokenvault-key", with: home.parent + "/machine.key")
        let command = try #require(file.first { $0.hasPrefix("CMD ") }).dropFirst(4)
        try home.write("#!/bin/sh\necho ${#PAGE_TOKEN}\n", to: "post.sh", mode: 0o700)
        let run = try await home.shell(
            "export \(variables); PATH=$PATH:. exec sh -c \"$COMMAND\"",
            environment: Self.nothingNamed.merging([
                "COMMAND": String(command), "XDG_DATA_HOME": home.path + "/nothing",
            ]) { $1 })
        #expect(run.text == "15\n" && run.status == 0, "\(run.errors)")
    }
}
