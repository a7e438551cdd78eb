import Foundation
import Testing

// What goes to stdout and stderr, and what happens if they are closed.
struct StreamTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    @Test func `get prints exactly the secret and one newline, or none`() async throws {
        let plain = try await home.run("get", TemporaryHome.app)
        #expect(plain.text == "FAKEsecret0001\n" && plain.errors.isEmpty && plain.status == 0)
        let bare = try await home.run("get", "-n", TemporaryHome.app)
        #expect(bare.text == "FAKEsecret0001" && bare.errors.isEmpty)
        // The same lookup through the argument parser.
        let parsed = try await home.run("get", "--no-input", TemporaryHome.app, "-n")
        #expect(parsed.text == "FAKEsecret0001" && parsed.errors.isEmpty)
        let derived = try await home.run("get", "app-token:1234567890123456")
        #expect(derived.text == "1234567890123456|FAKEsecret0001\n")
    }

    @Test func `get --header prints a token as a header for curl`() async throws {
        let added = try await home.run("add", "page:7", "--name", "Mine", input: "EAAFAKEpage7\n")
        #expect(added.status == 0)
        let header = try await home.run("get", "--header", "page:mine")
        #expect(header.text == "Authorization: Bearer EAAFAKEpage7\n")
        let secret = try await home.run("get", "--header", TemporaryHome.app)
        #expect(secret.status == 64 && secret.hasFailedProperly)
    }

    @Test(arguments: [
        (66, ["get", "page:1020000000000001"]), (66, ["get", "page:nobody"]),
        (66, ["show", "user:1"]), (66, ["remove", "user:1"]),
        (66, ["remove", TemporaryHome.app, "user:1"]), (66, ["exchange", "user:1"]),
        (66, ["pages"]), (66, ["check", "user:1"]), (66, ["api", "me"]),
        (64, ["api", "me/../.."]), (64, ["api", "PUT", "me"]), (64, ["api", "me", "-f", "x"]),
        (74, ["api", "me/photos", "-F", "source=@nowhere"]),
        (66, ["list", "--vault", "nowhere"]),
        (66, ["get", TemporaryHome.app, "--vault", "no/where"]),
        (64, ["get", "nonsense"]), (64, ["get", "page:"]), (64, ["add", "thing:1"]),
        (64, ["add", "page:0"]), (64, ["add", "page:1", "--expires", "soon"]),
        (64, ["check", "--within", "soon"]), (64, ["check", "--at", "soon"]),
        (64, ["get", TemporaryHome.app, "--valid-for", "long"]), (64, ["pages", "mine"]),
        (64, ["list", "--vault", ""]), (64, ["fly"]), (64, ["get"]), (64, ["list", "--fast"]),
        (64, ["pages", "--graph-version", "26"]), (64, ["check", "--format", "xml"]),
        (73, ["init"]), (73, ["add", TemporaryHome.app]),
        (69, ["exchange"]), (65, ["list", "--vault", "garbage"]),
        (77, ["list", "--passphrase-file", "garbage"]),
    ])
    func `every failure has nothing on stdout and one line that says why`(
        _ status: Int, _ arguments: [String]
    ) async throws {
        try home.write("garbage\n", to: "garbage")
        let run = try await home.run(arguments, input: TemporaryHome.shortToken)
        #expect(run.status == Int32(status), "\(arguments): \(run.errors)")
        #expect(run.hasFailedProperly, "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        "list", "check --json", "get app:1234567890123456", "show app:1234567890123456",
    ])
    func `a reader that closes the pipe early ends it with 74 and no message`(
        _ command: String
    ) async throws {
        let run = try await home.shell(
            """
            { until [ -e closed ]; do sleep 0.01; done; tokenvault \(command); echo $? >status; } |
                { exec <&-; : >closed; }
            """)
        #expect(run.errors.isEmpty)
        #expect(try home.contents("status") == Data("74\n".utf8))
    }

    /// Commands that print a result.
    private static let printing = [
        "get \(TemporaryHome.app)", "get -n \(TemporaryHome.app)",
        "get --no-input \(TemporaryHome.app)",
        "get app-token:1234567890123456", "export TOKEN=\(TemporaryHome.app)",
        "export --format json TOKEN=\(TemporaryHome.app)", "inject -i ../machine.key",
        "list", "list --json", "list --tree",
        "show \(TemporaryHome.app)",
        "show --json \(TemporaryHome.app)", "check", "check --json", "check --format prometheus",
        "verify", "verify --json", "status", "status --json", "doctor --offline",
        "doctor --offline --json", "key list", "key list --json", "lock --json", "help get",
        "completion bash", "--generate-completion-script zsh", "--help", "--version",
    ]

    @Test(arguments: printing, [">&-", ">/dev/full", "1<vault", "<&- >&-"])
    func `a result that cannot be written fails with 74 and one line`(
        _ command: String, _ output: String
    ) async throws {
        let before = try home.contents("vault")
        let run = try await home.shell("tokenvault \(command) \(output)")
        #expect(run.status == 74 && run.output.isEmpty, "\(run.errors)")
        #expect(run.errors.contains("cannot write standard output"))
        #expect(command.contains("json") || run.hasFailedProperly)
        #expect(try home.contents("vault") == before)
    }

    @Test func `closed streams do no harm where they are not needed`() async throws {
        let errors = try await home.shell("tokenvault get page:1 2>&-")
        #expect(errors.status == 66 && errors.output.isEmpty)
        let output = try await home.shell("tokenvault get \(TemporaryHome.app) <&- 2>&-")
        #expect(output.status == 0 && output.text == "FAKEsecret0001\n")
        let all = try await home.shell("tokenvault get \(TemporaryHome.app) <&- >&- 2>&-")
        #expect(all.status == 74 && all.output.isEmpty && all.errors.isEmpty)
        let change = try await home.shell("echo EAAFAKEpage1 | tokenvault add page:1 >&- 2>&-")
        #expect(change.status == 0)
        #expect(try await home.run("get", "page:1").text == "EAAFAKEpage1\n")
    }

    @Test func `a closed standard input counts as an empty body or request`() async throws {
        for command in ["verify-webhook --signature sha256=0", "signed-request"] {
            let run = try await home.shell("tokenvault \(command) <&-")
            #expect(run.status == 2 && run.hasFailedProperly, "\(run.errors)")
        }
    }

    @Test(arguments: ["add page:1", "import -", "inspect", "rotate \(TemporaryHome.app)"])
    func `a closed standard input counts as empty`(_ command: String) async throws {
        let before = try home.contents("vault")
        let run = try await home.shell("tokenvault \(command) <&-")
        #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
        #expect(try home.contents("vault") == before)
    }

    @Test(arguments: ["page:1", "page"])
    func `with --json an error is a JSON object on stderr`(_ reference: String) async throws {
        let run = try await home.run("show", reference, "--json")
        #expect(run.output.isEmpty)
        let error = try run.errorDocument()
        #expect(error.exit == run.status && !error.message.isEmpty)
        #expect(error.kind == (reference == "page:1" ? "vault" : "usage"))
    }

    @Test func `notes go to stderr, and --quiet suppresses them`() async throws {
        let noted = try await home.run("add", "page:1", input: "EAAFAKEpage1")
        #expect(noted.output.isEmpty && noted.errors == "tokenvault: stored page:1\n")
        let quiet = try await home.run("add", "page:2", "--quiet", input: "EAAFAKEpage2")
        #expect(quiet.output.isEmpty && quiet.errors.isEmpty && quiet.status == 0)
    }
}
