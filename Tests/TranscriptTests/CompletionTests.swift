import Foundation
import Testing

/// What Tab completes in real shells at a real terminal.
@Suite(.timeLimit(.minutes(3)))
struct CompletionTests {
    private static let page = "page:1020000000000001"

    /// A shell, with the commands that start it and set up its completion.
    struct Shell: CustomTestStringConvertible {
        let name: String
        let start: String
        let setup: String

        var testDescription: String { name }

        static let all = [
            Shell(
                name: "bash", start: "bash --norc --noprofile -i",
                setup: "source <(tokenvault completion bash)"),
            Shell(
                name: "zsh", start: "zsh -f -i",
                setup:
                    "mkdir f; tokenvault completion zsh >f/_tokenvault; fpath=($PWD/f $fpath); "
                    + "autoload -U compinit; compinit -u -D"),
        ].filter { shell in
            ["/bin", "/usr/bin"].contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(shell.name)")
            }
        }
    }

    /// Returns a home with a new vault, which does not share its session with other tests' vaults.
    private static func withNewVault() async throws -> TemporaryHome {
        let home = try TemporaryHome()
        try #require(try await home.run("init", "--kdf", "interactive").status == 0)
        return home
    }

    /// Returns whether `unlock` works here.
    private static func canUnlock() async throws -> Bool {
        let home = try await withNewVault()
        let isUnlocked = try await home.run("unlock").status == 0
        return try await home.run("lock").status == 0 && isUnlocked
    }

    /// Starts a shell that is ready to complete, in a home whose vault has an app and a page.
    private func start(
        _ shell: Shell, unlocked: Bool
    ) async throws -> (TemporaryHome, PseudoTerminal, RunningProgram) {
        let home = try await Self.withNewVault()
        #expect(try await home.run("add", TemporaryHome.app, input: "FAKE").status == 0)
        #expect(
            try await home.run("add", Self.page, "--name", "Café", input: "EAAFAKE").status == 0)
        if unlocked { try #require(try await home.run("unlock").status == 0) }
        let terminal = try PseudoTerminal(columns: 120)
        let program = try home.startShell(
            "exec \(shell.start) </dev/tty >/dev/tty 2>&1",
            environment: TemporaryHome.locked, RunningProgram.Streams(terminal: terminal))
        try await terminal.type("\(shell.setup); PS1='> '; echo rea''dy\(PseudoTerminal.enter)")
        try await terminal.wait(for: "ready\n")
        return (home, terminal, program)
    }

    /// Expects Tab to turn `typed` into `completed`, which `echo` prints however the shell draws it.
    private func expect(
        _ typed: String, _ completed: String, at terminal: PseudoTerminal
    ) async throws {
        let home = "\u{01}"
        try await terminal.type("\(typed)\t\(home)echo +\(PseudoTerminal.enter)")
        try await terminal.wait(for: "+\(completed)")
    }

    private func end(_ program: RunningProgram, _ terminal: PseudoTerminal) async throws {
        try await terminal.type(PseudoTerminal.controlU + "exit" + PseudoTerminal.enter)
        _ = try await program.finish()
    }

    @Test(arguments: Shell.all)
    func `commands, options and their values are completed`(shell: Shell) async throws {
        let (home, terminal, program) = try await start(shell, unlocked: false)
        for (typed, completed) in [
            ("tokenvault excha", "tokenvault exchange"),
            ("tokenvault key rem", "tokenvault key remove"),
            ("tokenvault status --js", "tokenvault status --json"),
            ("tokenvault list --kind sys", "tokenvault list --kind system"),
            ("tokenvault completion zs", "tokenvault completion zsh"),
            ("tokenvault check --format prom", "tokenvault check --format prometheus"),
            ("tokenvault export --format dot", "tokenvault export --format dotenv"),
            ("tokenvault verify-w", "tokenvault verify-webhook"),
        ] {
            try await expect(typed, completed, at: terminal)
        }
        try await end(program, terminal)
        withExtendedLifetime(home) {}
    }

    @Test(
        .enabled("the kernel does not keep keys here") { try await canUnlock() },
        arguments: Shell.all)
    func `entries are completed while the vault is unlocked`(shell: Shell) async throws {
        let (home, terminal, program) = try await start(shell, unlocked: true)
        for (typed, completed) in [
            ("tokenvault show pa", "tokenvault show \(Self.page)"),
            ("tokenvault show page:10", "tokenvault show \(Self.page)"),
            ("tokenvault check -q page:", "tokenvault check -q \(Self.page)"),
            ("tokenvault exec --env T=page:1", "tokenvault exec --env T=\(Self.page)"),
            ("tokenvault export T=page:1", "tokenvault export T=\(Self.page)"),
            (
                "tokenvault signed-request --app ap",
                "tokenvault signed-request --app \(TemporaryHome.app)"
            ),
            ("tokenvault rotate ", "tokenvault rotate \(TemporaryHome.app)"),
        ] {
            try await expect(typed, completed, at: terminal)
        }
        // The completed line is a command that works.
        try await terminal.type(PseudoTerminal.controlU + "tokenvault show pag\t")
        try await terminal.type(PseudoTerminal.enter)
        try await terminal.wait(for: "fingerprint")
        #expect(!terminal.text.contains("EAAFAKE"))
        try await end(program, terminal)
        #expect(try await home.run("lock").status == 0)
    }

    @Test(
        .enabled("the kernel does not keep keys here") { try await canUnlock() },
        arguments: Shell.all)
    func `entries of a vault with a quoted path are completed`(shell: Shell) async throws {
        let (home, terminal, program) = try await start(shell, unlocked: true)
        try FileManager.default.createDirectory(
            atPath: "\(home.path)/sp dir", withIntermediateDirectories: false)
        try home.write(try home.contents("vault"), to: "sp dir/v")
        let options = [
            "--vault 'sp dir/v'", "--vault \"sp dir/v\"", "--vault sp\\ dir/v",
            "--vault='sp dir/v'", "--vault=\"sp dir/v\"", "--vault=sp\\ dir/v",
        ]
        for (index, option) in options.enumerated() {
            // Only the output of echo has the path without quotes.
            try await terminal.type(
                "tokenvault show \(option) pa\t\u{01}echo +\(PseudoTerminal.enter)")
            try await terminal.wait(for: "sp dir/v \(Self.page)", times: index + 1)
        }
        try await end(program, terminal)
        #expect(try await home.run("lock").status == 0)
    }

    @Test(arguments: Shell.all)
    func `while the vault is locked, no entries are completed and nothing prompts`(shell: Shell)
        async throws
    {
        let (home, terminal, program) = try await start(shell, unlocked: false)
        let before = terminal.text.count
        try await terminal.type("tokenvault show pa\t\t" + PseudoTerminal.controlU)
        try await terminal.type("echo do''ne" + PseudoTerminal.enter)
        try await terminal.wait(for: "done")
        let seen = terminal.text.dropFirst(before)
        for word in ["page:", "Passphrase", "error", "locked"] { #expect(!seen.contains(word)) }
        try await end(program, terminal)
        withExtendedLifetime(home) {}
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `both ways to print the script print the same`(shell: String) async throws {
        let home = try TemporaryHome()
        let script = try await home.run("completion", shell)
        #expect(script.status == 0 && script.errors.isEmpty && script.lines.count > 100)
        let other = try await home.run("--generate-completion-script", shell)
        #expect(other.text == script.text)
        #expect(try await home.run("completion", "tcsh").status == 64)
    }

    @Test(arguments: [
        [], ["get"], ["get", "--"], ["get", "--", "positional@0"], ["nonsense", "--", "x"],
        ["get", "--", "positional@0", "2", "5", "tokenvault", "get", "page:"],
        ["get", "--", "positional@7", "2", "5", "tokenvault", "get", "page:"],
        ["get", "--", "positional@0", "9", "99", "tokenvault", "get", "--vault"],
    ])
    func `a completion request never causes an error`(arguments: [String]) async throws {
        let home = try TemporaryHome()
        try home.write("not to be read", to: "vault", mode: 0)
        let nowhere: [String: String?] = [
            "HOME": nil, "TOKENVAULT_FILE": nil, "XDG_DATA_HOME": nil,
        ]
        for changes in [[:], nowhere] {
            let run = try await home.run(["---completion"] + arguments, environment: changes)
            #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        }
    }
}
