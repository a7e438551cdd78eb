import Foundation
import Testing

// Saves that do not fit on the disk.
struct FullDiskTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        try home.write(TemporaryHome.shortToken, to: "token")
    }

    private func expectTokenReported(in errors: Data) {
        let text = ProgramRun.withoutDestinations(String(decoding: errors, as: UTF8.self))
        let lines = text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("tokenvault: error: Meta issued a new token") == true)
        #expect(
            lines.count == 2 && lines[1].hasPrefix("tokenvault: hint: tokenvault exchange"),
            "\(text)")
        #expect(!text.contains("EAAFAKE"))
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"))
    func `on a full disk an exchange fails with 74, reports the token and keeps the vault intact`()
        async throws
    {
        // The disk is mounted in its own namespace, which ends with the shell.
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
        expectTokenReported(in: try home.contents("err"))
    }

    @Test func `a file size limit fails with 74 too, and does not kill the program`() async throws {
        let before = try home.contents("vault")
        // Nothing can be written to files, so the messages go through a pipe.
        let run = try await home.shell(
            """
            (ulimit -f 0; exec tokenvault exchange <token 2>&1 >/dev/null) | cat >err
            echo ${PIPESTATUS[0]}
            """)
        #expect(run.text == "74\n")
        let errors = String(decoding: try home.contents("err"), as: UTF8.self)
        #expect(errors.contains("tokenvault: error: Meta issued a new token"), "\(errors)")
        // `add` saves on the main thread, the only one where SIGXFSZ would kill the program.
        let added = try await home.shell(
            """
            (ulimit -f 0; exec tokenvault add page:1 <token 2>&1) | cat >err
            echo ${PIPESTATUS[0]}
            """)
        #expect(added.text == "74\n")
        #expect(try home.contents("vault") == before)
    }
}
