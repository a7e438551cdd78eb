import Foundation
import Testing

// Saves that the disk has no room for.
struct FullDiskTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(asking: graph)
        try home.write(TemporaryHome.shortToken, to: "token")
    }

    private func expectTheTokenIsSpokenOf(_ errors: Data) {
        let text = ProgramRun.withoutDestinations(String(decoding: errors, as: UTF8.self))
        let lines = text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("tokenvault: error: Meta issued a new token") == true)
        #expect(
            lines.count == 2 && lines[1].hasPrefix("tokenvault: hint: tokenvault exchange"),
            "\(text)")
        #expect(!text.contains("EAAFAKE"))
    }

    @Test(.enabled(if: getuid() == 0, "only root can make a small disk"))
    func `with the disk full an exchange is 74, tells of the token and leaves the vault whole`()
        async throws
    {
        // The disk lives in a name space of its own and goes with the shell.
        let run = try await home.shell(
            """
            exec unshare -m bash -c '
                mkdir disk && mount -t tmpfs -o size=64k none disk || exit 99
                cp vault disk/vault
                cat /dev/zero >disk/filler 2>/dev/null
                tokenvault exchange --vault disk/vault <token >out 2>err
                echo $?
                tokenvault add page:1 --vault disk/vault <token >>out 2>/dev/null
                echo $?
                cmp vault disk/vault
                rm disk/filler
                ls -A disk
                tokenvault exchange --vault disk/vault <token >/dev/null
                tokenvault get user:10200000000000009 --vault disk/vault
                tokenvault get app:1234567890123456 --vault disk/vault'
            """)
        #expect(run.status != 99, "no small disk could be mounted")
        #expect(
            run.lines == [
                "74", "74", "vault", "vault.lock", "EAAFAKElong0002", "FAKEsecret0001",
            ], "\(run.text)\(run.errors)")
        #expect(try home.contents("out").isEmpty)
        expectTheTokenIsSpokenOf(try home.contents("err"))
    }

    @Test func `a limit on the size of files is 74 too, and does not kill it`() async throws {
        let before = try home.contents("vault")
        // Nothing can be written to files, so what it says goes through a pipe.
        let run = try await home.shell(
            """
            (ulimit -f 0; exec tokenvault exchange <token 2>&1 >/dev/null) | cat >err
            echo ${PIPESTATUS[0]}
            """)
        #expect(run.text == "74\n")
        let errors = String(decoding: try home.contents("err"), as: UTF8.self)
        #expect(errors.contains("tokenvault: error: Meta issued a new token"), "\(errors)")
        // `add` saves on the main thread, which alone would be killed.
        let added = try await home.shell(
            """
            (ulimit -f 0; exec tokenvault add page:1 <token 2>&1) | cat >err
            echo ${PIPESTATUS[0]}
            """)
        #expect(added.text == "74\n")
        #expect(try home.contents("vault") == before)
    }
}
