import Testing

// Commands that run with tokens in their environment.
struct ExecTests {
    private static let page = "page:1"
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withVault()
        let added = try await home.run("add", Self.page, "--expires", "1h", input: "EAAFAKE1")
        try #require(added.status == 0)
    }

    private func exec(_ options: [String], _ script: String) async throws -> ProgramRun {
        try await home.run(
            ["exec", "--env", "TOKEN=\(Self.page)"] + options + ["--", "sh", "-c", script])
    }

    @Test func `the command gets the token, and its exit status is passed on`() async throws {
        let run = try await exec([], "echo $TOKEN; exit 7")
        #expect(run.status == 7 && run.text == "EAAFAKE1\n" && run.errors.isEmpty)
    }

    @Test func `a signal that ends the command ends the program`() async throws {
        #expect(try await exec([], "kill -TERM $$").status == 128 + 15)
        // The program itself ignores SIGPIPE; the command that it runs does not.
        #expect(try await exec([], "kill -PIPE $$").status == 128 + 13)
    }

    @Test func `a signal sent to the program reaches the command`() async throws {
        let run = try await home.shell(
            """
            tokenvault exec --env TOKEN=\(Self.page) -- \
                sh -c 'trap "echo heard; exit 5" TERM; : >ready; while :; do sleep 0.05; done' &
            until [ -e ready ]; do sleep 0.05; done
            kill -TERM $!
            wait $!
            echo "status $?"
            """)
        #expect(run.text == "heard\nstatus 5\n", "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        "", "PIPE", "QUIT", "XFSZ", "PIPE QUIT XFSZ HUP INT TERM TSTP",
        "ABRT BUS FPE ILL SEGV TRAP",
    ])
    func `the command ignores the signals that the caller ignored, and no others`(
        _ ignored: String
    ) async throws {
        let look = "grep -E '^Sig(Blk|Ign)' /proc/self/status"
        let run = try await home.shell(
            """
            [ -z '\(ignored)' ] || trap '' \(ignored)
            env \(look) >plain
            tokenvault exec --env TOKEN=\(Self.page) -- \(look) | diff plain -
            """)
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(try home.contents("plain").count > 40)
    }

    @Test func `the command blocks the signals that the caller blocked, even after a prompt`()
        async throws
    {
        let script = """
            import os, signal, sys
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTSTP, signal.SIGINT})
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            os.execvp(sys.argv[1], sys.argv[1:])
            """
        try home.write(script, to: "launcher")
        let look = "grep -E '^Sig(Blk|Ign)' /proc/self/status"
        let plain = try await home.shell("python3 launcher \(look)")
        #expect(plain.lines.count == 2)
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "exec python3 launcher tokenvault exec --env TOKEN=\(Self.page) -- \(look)",
            environment: TemporaryHome.locked,
            RunningProgram.Streams(terminal: terminal, inputIsTerminal: true))
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.text == plain.text, "\(run.errors)")
    }

    @Test func `the command inherits nothing that unlocks the vault`() async throws {
        let run = try await exec([], "env")
        #expect(!run.text.contains("TOKENVAULT_PASSPHRASE"))
        #expect(!run.text.contains("TOKENVAULT_KEY_FILE"))
        #expect(run.text.contains("TOKEN=EAAFAKE1\n"))
    }

    @Test func `the command's arguments and variables keep bytes that are not UTF-8`() async throws
    {
        let run = try await home.shell(
            """
            export ODD="$(printf 'a\\377b')"
            tokenvault exec --env TOKEN=\(Self.page) -- \
              sh -c 'printf %s "$1$ODD$TOKEN" | od -An -tx1' sh "$(printf '\\376')" --json
            """)
        #expect(run.text == " fe 61 ff 62 45 41 41 46 41 4b 45 31\n", "\(run.errors)")
    }

    @Test func `a token replaces a variable of the same name`() async throws {
        let run = try await home.shell(
            "TOKEN=old tokenvault exec --env TOKEN=\(Self.page) -- env | grep ^TOKEN=")
        #expect(run.text == "TOKEN=EAAFAKE1\n")
    }

    @Test func `with --only the environment has just the token and four variables`() async throws {
        let run = try await exec(["--only"], "env")
        let names = Set(run.lines.compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(names.isSubset(of: ["TOKEN", "PATH", "HOME", "TERM", "LANG", "PWD", "SHLVL", "_"]))
        #expect(names.contains("TOKEN"))
    }

    @Test func `nothing runs if the token is missing or does not last long enough`() async throws {
        let missing = try await home.run(
            "exec", "--env", "TOKEN=page:2", "--", "echo", "started")
        #expect(missing.status == 66 && missing.hasFailedProperly)
        #expect(try await exec(["--valid-for", "2h"], "echo started").status == 1)
        let locked = try await home.run(
            ["exec", "--no-input", "--env", "TOKEN=\(Self.page)", "--", "echo", "started"],
            environment: TemporaryHome.locked)
        #expect(locked.status == 77 && locked.hasFailedProperly)
    }

    @Test func `a missing command fails with 127, and a file that is not a program with 126`()
        async throws
    {
        let missing = try await home.run(
            "exec", "--env", "TOKEN=\(Self.page)", "--", "no-such-command")
        #expect(missing.status == 127 && missing.hasFailedProperly)
        let file = try home.write("no program", to: "file")
        let refused = try await home.run("exec", "--env", "TOKEN=\(Self.page)", "--", file)
        #expect(refused.status == 126 && refused.hasFailedProperly)
    }
}
