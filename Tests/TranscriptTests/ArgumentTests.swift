import Foundation
import Testing

// What command-line arguments may and must not do.
struct ArgumentTests {
    private static let token = "EAAFAKEpasted0001"

    @Test(arguments: [
        ["add", "page:1", token], ["add", token], ["add", "page:\(token)"], ["add", "--name"],
        ["exchange", token], ["exchange", "--token", token], ["exchange", "--token=\(token)"],
        ["exchange", "--app", token], ["get", token], ["get", "page:1", token],
        ["get", "page:\(token)"], ["show", token], ["remove", token], ["pages", token],
        ["pages", "--user", token], ["check", token], ["check", "--within", token],
        ["check", "--format", token], ["list", "--kind", token], ["list", token], [token],
        ["--\(token)"], ["-\(token)"], ["init", "--kdf", token], ["init", token],
        ["list", "--passphrase-fd", token], ["add", "page:1", "--expires", token],
        ["pages", "--graph-version", token], ["pages", "--graph-url", token],
        ["add", "page:1", "--secret", token], ["help", token],
    ])
    func `an argument's value is never repeated in an error`(_ arguments: [String]) async throws {
        let home = try await TemporaryHome.withVault()
        let run = try await home.run(arguments)
        #expect(!run.errors.contains("FAKEpasted"), "\(run.errors)")
        #expect(!run.text.contains("FAKEpasted"))
        #expect(run.status != 70)
    }

    @Test func `a secret given as an argument is refused, with a pointer to standard input`()
        async throws
    {
        let home = try await TemporaryHome.withVault()
        let run = try await home.run("add", "page:1", Self.token)
        #expect(run.status == 64 && run.hasFailedProperly)
        #expect(run.errors.contains("standard input"))
    }

    @Test(arguments: [
        [], ["--help"], ["-h"], ["help"], ["--version"], ["help", "get"], ["get", "--help"],
        ["init", "--help"], ["exchange", "-h"], ["help", "check"],
        ["--generate-completion-script", "bash"], ["--generate-completion-script", "zsh"],
        ["--generate-completion-script", "fish"],
    ])
    func `help, version and completion touch neither files nor network`(
        _ arguments: [String]
    ) async throws {
        let graph = try await TemporaryGraph()
        let home = try TemporaryHome(using: graph)
        try home.write("not to be read", to: "vault", mode: 0)
        let before = try home.allFiles()
        let nowhere: [String: String?] = [
            "HOME": nil, "XDG_DATA_HOME": nil, "XDG_STATE_HOME": nil,
            "TOKENVAULT_PASSPHRASE_FILE": "/nonexistent", "TOKENVAULT_GRAPH_VERSION": "nonsense",
        ]
        let run = try await home.run(arguments, environment: nowhere)
        #expect(run.status == 0 && run.errors.isEmpty && !run.output.isEmpty)
        #expect(run.text.hasSuffix("\n"))
        #expect(try home.allFiles() == before)
        #expect(graph.receivedNoRequests)
    }

    @Test func `no command's help or completion opens a vault, a terminal or a connection`()
        async throws
    {
        let home = try TemporaryHome()
        try home.write("not to be read", to: "vault", mode: 0)
        let list = try await home.run("--help").text.matches(of: /\n  ([a-z-]+) {2,}/)
        let commands = list.map { String($0.1) }.filter { $0 != "help" }
        try #require(commands.count > 20)
        let run = try await home.shell(
            """
            trace() { strace -qq -f -A -o ../trace -e trace=openat,open,connect,execve "$@" >/dev/null; }
            for command in \(commands.joined(separator: " ")); do
                trace tokenvault $command --help
                trace tokenvault help $command
                trace env -u TOKENVAULT_FILE tokenvault ---completion $command -- positional@0 2 0 tokenvault $command ''
            done
            for shell in bash zsh fish; do trace tokenvault completion $shell; done
            trace tokenvault --version
            trace tokenvault
            """,
            environment: [
                "HOME": nil, "XDG_DATA_HOME": nil, "XDG_STATE_HOME": nil,
                "TOKENVAULT_KEY_FILE": nil,
                "TOKENVAULT_PASSPHRASE": nil,
                "TOKENVAULT_PASSPHRASE_COMMAND": "touch asked",
            ])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let trace = String(decoding: try home.contents("../trace"), as: UTF8.self)
        // The small program hands over to the large one each time, and env adds one more call.
        #expect(trace.ranges(of: "execve(").count == (commands.count * 3 + 5) * 2 + commands.count)
        for word in ["home/vault", "/dev/tty", "connect(", "machine.key", "asked", "/state"] {
            #expect(!trace.contains(word), "\(word)")
        }
    }

    @Test(arguments: ["init", "add", "exchange", "pages", "check", "get", "list", "show", "remove"])
    func `each command's help has an example`(_ command: String) async throws {
        let home = try TemporaryHome()
        let list = try await home.run("--help")
        #expect(list.text.contains("\n  \(command) "))
        for arguments in [[command, "--help"], [command, "-h"], ["help", command]] {
            let run = try await home.run(arguments)
            #expect(run.text.contains("\nUSAGE: tokenvault \(command) "))
            #expect(run.text.ranges(of: "tokenvault \(command)").count >= 2)
        }
    }

    @Test(arguments: [
        "list --vault \"$(printf 'v\\377')\"", "get \"$(printf 'page:\\377')\"",
        "add page:1 --name \"$(printf '\\377')\"", "remove -- \"$(printf 'page:\\377')\"",
    ])
    func `an argument that is not UTF-8 is refused, not altered`(_ command: String) async throws {
        let home = try await TemporaryHome.withVault()
        let run = try await home.shell("tokenvault \(command)")
        #expect(run.status == 64)
        #expect(run.errors == "tokenvault: error: an argument is not valid UTF-8\n")
    }

    @Test(arguments: ["HOME", "TOKENVAULT_FILE", "XDG_STATE_HOME", "TOKENVAULT_KEY_FILE"])
    func `a variable that is not UTF-8 is refused, not altered`(_ name: String) async throws {
        let home = try await TemporaryHome.withVault()
        let assignment = "export \(name)=\"$(printf '/tmp/\\377')\""
        let run = try await home.shell("\(assignment); tokenvault list")
        #expect(run.status == 64)
        #expect(run.errors == "tokenvault: error: the value of \(name) is not valid UTF-8\n")
        #expect(try await home.shell("\(assignment); tokenvault --help").status == 0)
    }

    @Test func `without HOME and without a path, no location is guessed`() async throws {
        let home = try TemporaryHome()
        let run = try await home.run(
            "list", environment: ["HOME": nil, "XDG_DATA_HOME": nil, "TOKENVAULT_FILE": nil])
        #expect(run.status == 64 && run.hasFailedProperly)
    }

    @Test func `the vault's path comes from the option, the variable or XDG, in this order`()
        async throws
    {
        let home = try TemporaryHome()
        let xdg: [String: String?] = ["TOKENVAULT_FILE": nil]
        let plain: [String: String?] = ["TOKENVAULT_FILE": nil, "XDG_DATA_HOME": nil]
        let cost = ["init", "--kdf", "interactive"]
        #expect(try await home.run(cost + ["--vault", "named"]).status == 0)
        #expect(try await home.run(cost).status == 0)
        #expect(try await home.run(cost, environment: xdg).status == 0)
        #expect(try await home.run(cost, environment: plain).status == 0)
        let files = try home.allFiles()
        for file in ["named", "vault", "data/tokenvault/vault", ".local/share/tokenvault/vault"] {
            #expect(files.contains(file))
        }
        let manager = FileManager.default
        for (file, mode) in [("data/tokenvault", 0o700), ("data/tokenvault/vault", 0o600)] {
            let attributes = try manager.attributesOfItem(atPath: "\(home.path)/\(file)")
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }
}
