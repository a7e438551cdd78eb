import Foundation
import Support
import Testing

// Whether root finds a typed passphrase in the memory of the program that has unlocked the vault with
// it.
@Suite(
    .enabled(if: geteuid() == 0, "only root can read another process's memory"),
    .timeLimit(.minutes(2)))
struct TypedPassphraseTests {
    /// Prints which of the texts are in the memory of the program that strace holds, and kills the program.
    private static let search = """
        import os, sys
        tracer, texts = sys.argv[1], sys.argv[2:]
        with open(f"/proc/{tracer}/task/{tracer}/children") as children:
            program = int(children.read().split()[0])
        found = set()
        with open(f"/proc/{program}/maps") as maps, open(f"/proc/{program}/mem", "rb", 0) as memory:
            for line in maps:
                addresses, mode = line.split()[:2]
                if mode[0] != "r" or "[v" in line: continue
                start, end = (int(address, 16) for address in addresses.split("-"))
                memory.seek(start)
                try: image = memory.read(end - start)
                except OSError: continue
                found.update(text for text in texts if text.encode() in image)
        print(*sorted(found), sep="\\n")
        os.kill(program, 9)
        """

    @Test func `a passphrase typed at the prompt is not left in memory`() async throws {
        let home = try await TemporaryHome.withVault()
        try home.write(Self.search, to: "search.py")
        let terminal = try PseudoTerminal()
        // strace delays the return of its write to standard output, but not of writes to the terminal.
        let program = try home.startShell(
            """
            exec strace -qq -o /dev/null -P "$PWD/out" -e trace=write \
                -e inject=write:delay_exit=60s -- tokenvault get \(TemporaryHome.app) >out
            """,
            environment: TemporaryHome.locked,
            RunningProgram.Streams(terminal: terminal, inputIsTerminal: true))
        try await terminal.wait(for: "Passphrase for")
        try await terminal.type(TemporaryHome.passphrase + PseudoTerminal.enter)
        let found = try await home.shell(
            """
            until [ -s out ]; do sleep 0.05; done
            python3 search.py \(program.process.id) \(TemporaryHome.appSecret) \
                '\(TemporaryHome.passphrase)' 'FAKE pass' 'KE passphrase'
            """)
        // The printed secret shows that the search finds what is there.
        #expect(found.text == "\(TemporaryHome.appSecret)\n", "\(found.text)\(found.errors)")
        program.process.send(SIGKILL)
        _ = try await program.finish()
    }
}
