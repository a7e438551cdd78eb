import Foundation
import GraphSimulator
import Testing

// Secrets may appear only on the standard output of commands that print them and in requests that need
// them. Every command is run, and everything else is searched for secrets.
struct SecrecyTests {
    private static let newSecret = "FAKE+new/secret=2"
    private static let newPassphrase = "FAKE new passphrase"
    /// The secrets of the sample, of Meta and of these tests; all tokens start with the same letters.
    private static let secrets = [
        "EAAFAKE", TemporaryHome.appSecret, newSecret, "FAKEclient0001", TemporaryHome.passphrase,
        newPassphrase,
    ].map(SecretTraces.init)

    private let scene: LoginScene
    private var graph: TemporaryGraph { scene.graph }
    private var home: TemporaryHome { scene.home }

    init() async throws {
        scene = try await LoginScene()
        let folder = scene.home.parent
        try Data("\(Self.newPassphrase)\n".utf8).write(to: URL(filePath: "\(folder)/new"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/new")
    }

    /// A command to run.
    struct Step: Sendable {
        let arguments: [String]
        var input: String?
        /// Whether its standard output may contain a secret.
        var printsSecret = false
        /// Whether its exit status depends on the machine, whose kernel may not keep keys.
        var mayFail = false
        /// Whether it unlocks with the passphrase instead of the machine key.
        var byPassphrase = false

        init(
            _ arguments: String..., input: String? = nil, printsSecret: Bool = false,
            mayFail: Bool = false, byPassphrase: Bool = false
        ) {
            self.arguments = arguments
            self.input = input
            self.printsSecret = printsSecret
            self.mayFail = mayFail
            self.byPassphrase = byPassphrase
        }

        /// The command, with the subcommand in a group such as `key`.
        var command: String {
            arguments[0] == "key" ? arguments[0...1].joined(separator: " ") : arguments[0]
        }
    }

    private static let user = "user:10200000000000009"
    private static let system = "system:10200000000000077"
    private static let page = "page:1020000000000001"
    private static let short = TemporaryHome.shortToken
    private static let redirect = ["--redirect-uri", "http://localhost:47231/"]

    private static let storing = [
        Step("init", "--vault", "other", "--kdf", "interactive", byPassphrase: true),
        Step("add", "client:1234567890123456", input: "FAKEclient0001"),
        Step("add", system, "--app", TemporaryHome.app, "--json", input: "EAAFAKEsystem001"),
        Step("exchange", input: short), Step("exchange", "--json", input: short),
        Step("exchange", user), Step("pages"), Step("pages", "--json"),
        Step("pages", "1020000000000001"), Step("pages", "--offline"),
        Step("import", "-", input: "APP_ID=1234567890123456\nPAGE_ID=5\nPAGE_TOKEN=EAAFAKEp5\n"),
        Step("import", "-", "--online", "--replace", input: "SHORT_TOKEN=\(short)\n"),
        Step("rename", page, "bakery"),
    ]

    private static let reading = [
        Step("completion", "bash"), Step("list"), Step("list", "--tree"), Step("list", "--json"),
        Step("show", TemporaryHome.app),
        Step("show", user, "--json"), Step("show", "page:bakery"), Step("check"),
        Step("check", "--online"), Step("check", "--json"),
        Step("check", "--format", "prometheus"), Step("inspect", user),
        Step("inspect", "--json", input: short), Step("proof", page),
        Step("proof", page, "--timed"), Step("api", "me/accounts"),
        Step("api", "GET", "me/accounts", "--paginate", "--include"), Step("api", page),
        Step("api", "me/accounts?limit=1", "--show-secrets", printsSecret: true),
        Step("get", user, printsSecret: true),
        Step("get", "--header", page, printsSecret: true),
        Step("get", "app-token:1234567890123456", printsSecret: true),
        Step("get", "client-token:1234567890123456", printsSecret: true),
        Step("get", user, "--valid-for", "300d"), Step("get", user, "--require-scope", "x"),
        Step("exec", "--env", "TOKEN=\(page)", "--", "sh", "-c", #"test -n "$TOKEN""#),
        Step("exec", "--env", "TOKEN=\(page)", "--only", "--", "env", printsSecret: true),
        Step("export", "TOKEN=\(page)", printsSecret: true),
        Step(
            "export", "--format", "json", "TOKEN=\(page)", "SECRET=\(TemporaryHome.app)",
            printsSecret: true),
        Step("inject", input: "{{ page:bakery }}\n", printsSecret: true),
        Step("inject", "--valid-for", "300d", input: "{{ \(user) }}\n"),
        Step("inject", "-o", "../filled", input: "{{ \(user) }}\n"),
        Step("verify-webhook", "--signature", "sha256=0", input: "{}"),
        Step("signed-request", input: "x.y"),
        Step("verify"), Step("verify", "--json"), Step("doctor", mayFail: true),
        Step("doctor", "--json", "--offline", mayFail: true), Step("status", mayFail: true),
        Step("status", "--json", mayFail: true),
    ]

    private static let changing = [
        Step("refresh", "--all"), Step("refresh", "--all", "--json"),
        Step("key", "add", "another", "../another.key"), Step("key", "list"),
        Step("key", "list", "--json"), Step("key", "remove", "another"),
        Step("unlock", "--for", "1m", mayFail: true), Step("lock", mayFail: true),
        Step("rotate", TemporaryHome.app, "--no-verify", input: newSecret),
        Step("rotate", TemporaryHome.app, "--undo"), Step("rotate", TemporaryHome.app, "--forget"),
        Step("rotate", TemporaryHome.app, input: TemporaryHome.appSecret),
        Step("rotate", TemporaryHome.app, input: newSecret),
        Step("revoke", system, "--force"), Step("revoke", user, "--force", "--json"),
        Step("remove", "page:1020000000000003", "--force"),
        Step("passphrase", "--kdf", "interactive", "--new-passphrase-file", "../new"),
    ]

    /// The commands that have their own functions below.
    private static let others: Set = ["login", "client-code", "redeem"]

    @Test func `the steps cover every command`() async throws {
        let steps = Self.storing + Self.reading + Self.changing
        let covered = Set(steps.map(\.command)).union(Self.others)
        #expect(try await commands(in: []).symmetricDifference(covered) == [])
    }

    /// Returns the commands that `--help` lists, including those in groups.
    private func commands(in group: [String]) async throws -> Set<String> {
        let help = try await home.run(group + ["--help"])
        var found: Set<String> = []
        var isList = false
        for line in help.lines {
            isList = line.hasSuffix("SUBCOMMANDS:") || isList && line.hasPrefix(" ")
            // A name is indented by two spaces; a line indented further continues the one before.
            guard isList, let match = line.firstMatch(of: #/^  ([a-z-]+) /#) else { continue }
            let command = group + [String(match.1)]
            let members = try await commands(in: command)
            found.formUnion(members.isEmpty ? [command.joined(separator: " ")] : members)
        }
        return found
    }

    private func expectNoSecret(in run: ProgramRun, of step: Step) {
        for traces in Self.secrets {
            #expect(step.printsSecret || !traces.isIn(run.output), "\(step.arguments): \(run.text)")
            #expect(!traces.isIn(run.errors), "\(step.arguments): \(run.errors)")
        }
    }

    private func perform(_ step: Step) async throws -> ProgramRun {
        let run = try await home.run(
            step.arguments, input: step.input,
            environment: step.byPassphrase ? TemporaryHome.passphrase() : [:])
        #expect(
            step.mayFail ? run.status != 70 : run.status < 64, "\(step.arguments): \(run.errors)")
        expectNoSecret(in: run, of: step)
        return run
    }

    private func logIn() async throws {
        let run = try await scene.login(browser: try scene.browser())
        #expect(run.status == 0, "\(run.errors)")
        expectNoSecret(in: run, of: Step("login"))
    }

    /// Gets a code, which is a secret too, and redeems it.
    private func redeemCode() async throws {
        try scene.allow(Self.redirect[1])
        let code = try await home.run(["client-code", Self.user] + Self.redirect)
        #expect(code.status == 0, "\(code.errors)")
        expectNoSecret(in: code, of: Step("client-code"))
        let redeemed = try await home.run(["redeem"] + Self.redirect, input: code.text)
        #expect(redeemed.status == 0, "\(redeemed.errors)")
        expectNoSecret(in: redeemed, of: Step("redeem"))
        #expect(!redeemed.text.contains("AQAFAKE") && !redeemed.errors.contains("AQAFAKE"))
    }

    @Test func `running every command leaves secrets only where they belong`() async throws {
        try await logIn()
        for step in Self.storing + Self.reading { _ = try await perform(step) }
        try await redeemCode()
        for step in Self.changing {
            // Meta knows about the last rotation.
            if step.input == Self.newSecret, !step.arguments.contains("--no-verify") {
                graph.simulation.setSecret(Self.newSecret, ofApp: "1234567890123456")
            }
            _ = try await perform(step)
        }
        SecretWatch.search(graph.simulation.requests, for: Self.secrets)
        #expect(graph.requests(to: "debug_token").count > 100)
        try expectNoSecretInFiles()
    }

    /// Searches all files; the vault's too, since they are encrypted.
    private func expectNoSecretInFiles() throws {
        let files = try home.allFiles()
        for wanted in ["vault", "vault.lock", "other"] { #expect(files.contains(wanted)) }
        #expect(files.contains { $0.hasPrefix("state/") })
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(home.path)/\(file)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            let data = try home.contents(file)
            for traces in Self.secrets { #expect(!traces.isIn(data), "\(file)") }
        }
    }

    @Test(arguments: [
        "oauth/access_token", "oauth/client_code", "oauth/revoke", "debug_token", "me", "accounts",
        "page", "permissions", "*",
    ])
    func `an error from Meta that repeats every secret is redacted`(
        _ endpoint: String
    ) async throws {
        #expect(try await home.run("exchange", input: Self.short).status == 0)
        #expect(try await home.run("pages").status == 0)
        try graph.setFaults(#"[{"match":"\#(endpoint)","kind":"echo"}]"#)
        let names: Set = [
            "add", "exchange", "pages", "import", "check", "inspect", "refresh", "rotate", "revoke",
            "show", "list", "api",
        ]
        let steps = (Self.storing + Self.reading + Self.changing).filter {
            names.contains($0.command)
        }
        for step in steps {
            let run = try await home.run(step.arguments, input: step.input)
            expectNoSecret(in: run, of: step)
            #expect(run.status != 70, "\(step.arguments): \(run.errors)")
        }
        for arguments in [["client-code", Self.user] + Self.redirect, ["redeem"] + Self.redirect] {
            let run = try await home.run(arguments, input: "AQAFAKEcode0000")
            expectNoSecret(in: run, of: Step(arguments[0]))
            #expect(run.status != 70, "\(arguments): \(run.errors)")
        }
        SecretWatch.search(graph.simulation.requests, for: Self.secrets)
    }

    @Test func `a redirect to another host is not followed, and nothing is sent there`()
        async throws
    {
        let other = try await TemporaryGraph()
        for status in [301, 302, 307] {
            for endpoint in ["oauth/access_token", "accounts", "debug_token"] {
                try graph.setFaults(
                    #"""
                    [{"match":"\#(endpoint)","kind":"redirect","status":\#(status),
                      "location":"\#(other.url)/v26.0/me"}]
                    """#)
                let run = try await home.run("exchange", input: Self.short)
                #expect(endpoint != "oauth/access_token" || run.status == 76, "\(run.errors)")
                expectNoSecret(in: run, of: Step("exchange"))
                let pages = try await home.run("pages")
                #expect(endpoint != "accounts" || pages.status == 76, "\(pages.errors)")
            }
        }
        #expect(other.receivedNoRequests)
    }
}
