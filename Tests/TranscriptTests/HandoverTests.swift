import Foundation
import Support
import Testing

@testable import Console

// The small program, and how it hands over to the large one.
struct HandoverTests {
    private let home: TemporaryHome
    private let version = ProgramUnderTest.version

    init() async throws {
        home = try await TemporaryHome.withVault()
    }

    /// Returns a script that installs the small program below `prefix` and then runs `script`, with the
    /// path of the small program in `$small` and that of the large one in `$large`.
    private func installed(_ prefix: String, _ script: String) -> String {
        """
        mkdir -p '\(prefix)/bin' '\(prefix)/libexec/tokenvault'
        cp '\(ProgramUnderTest.path)' '\(prefix)/bin/tokenvault'
        small='\(prefix)/bin/tokenvault'
        large='\(ProgramUnderTest.large)'
        \(script)
        """
    }

    @Test(arguments: ["root", "a folder with spaces", "quote's"])
    func `the large program is found next to the small one or in libexec, and nowhere else`(
        _ name: String
    ) async throws {
        let prefix = "\(home.path)/\(name)".replacing("'", with: "'\\''")
        let run = try await home.shell(
            installed(
                prefix,
                """
                mkdir path; cp "$large" path/; PATH=$PWD/path:$PATH "$small" --version; echo $?
                ln -s "$small" link; cp "$large" .; ./link --version; echo $?
                cp "$large" '\(prefix)/libexec/tokenvault/'; ./link --version
                mv '\(prefix)/libexec/tokenvault/tokenvault-main' '\(prefix)/bin/'; "$small" --version
                cd / && exec -a tokenvault-main "$small" --version
                """))
        #expect(run.lines == ["70", "70", version, version, version], "\(run.text)\(run.errors)")
        let errors = run.errorLines.filter { $0.contains("error:") }
        #expect(errors.count == 2)
        for error in errors {
            #expect(error.contains("/bin/tokenvault-main") && error.contains("cannot find"))
            #expect(error.contains("/libexec/tokenvault/tokenvault-main"), "\(error)")
        }
    }

    @Test func `a large program of another version, or one that cannot run, is refused`()
        async throws
    {
        let run = try await home.shell(
            installed(
                "\(home.path)/x",
                """
                sed 's/tokenvault-main [0-9][.][0-9][.][0-9]/tokenvault-main 0.0.0/' "$large" >x/bin/tokenvault-main
                chmod 755 x/bin/tokenvault-main; "$small" list; echo $?
                echo '#!/bin/sh' >x/bin/tokenvault-main; "$small" list; echo $?
                cp "$large" x/bin/; chmod 644 x/bin/tokenvault-main; "$small" list --json; echo $?
                "$small" get \(TemporaryHome.app); echo $?
                """))
        #expect(run.lines == ["70", "70", "70", "FAKEsecret0001", "0"], "\(run.text)\(run.errors)")
        #expect(run.errorLines.count(where: { $0.contains("is not the same version") }) == 2)
        #expect(
            run.errors.contains(#"{"error":{"kind":"fault","message":"cannot run "#),
            "\(run.errors)")
    }

    @Test func `an old one does not hide the right one, and the small one is not mistaken for it`()
        async throws
    {
        let run = try await home.shell(
            installed(
                "\(home.path)/x",
                """
                cp "$large" x/libexec/tokenvault/; echo old >x/bin/tokenvault-main; "$small" --version
                cp "$small" x/bin/tokenvault-main; rm x/libexec/tokenvault/tokenvault-main
                timeout 20 "$small" --version; echo $?
                """))
        #expect(run.lines == [version, "70"], "\(run.text)\(run.errors)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can change the owner of a file"))
    func `a large program that others could have replaced is not run`() async throws {
        let run = try await home.shell(
            installed(
                "\(home.path)/x",
                """
                cp "$large" x/bin/; chown nobody x/bin/tokenvault-main; "$small" --version; echo $?
                chown root x/bin/tokenvault-main; chmod 757 x/bin/tokenvault-main; "$small" --version; echo $?
                chmod 755 x/bin/tokenvault-main; chmod 777 x/bin; "$small" --version; echo $?
                chmod 755 x/bin; "$small" --version
                """))
        #expect(run.lines == ["70", "70", "70", version], "\(run.text)\(run.errors)")
        #expect(run.errorLines.count(where: { $0.contains("refusing to run") }) == 3)
    }

    @Test func `the large program gets everything as the small one got it`() async throws {
        let run = try await home.shell(
            """
            umask 077; printf '%s' "$TOKENVAULT_PASSPHRASE" >passphrase
            unset TOKENVAULT_KEY_FILE
            tokenvault list --passphrase-fd 3 3<passphrase | head -1
            TOKENVAULT_PASSPHRASE=$(cat passphrase) tokenvault list | head -1
            unset TOKENVAULT_PASSPHRASE
            tokenvault list --passphrase-file passphrase >&-; echo $?
            printf 'FAKE' | tokenvault add page:7 --passphrase-file passphrase; echo $?
            tokenvault show "$(printf 'page:\\377')" --passphrase-file passphrase; echo $?
            """)
        #expect(run.lines.filter { $0.hasPrefix("ENTRY") }.count == 2, "\(run.text)\(run.errors)")
        #expect(
            run.lines.filter { Int($0) != nil } == ["74", "0", "64"], "\(run.text)\(run.errors)")
    }

    @Test func `ignored signals stay ignored in the large program`() async throws {
        let run = try await home.shell(
            """
            trap '' HUP USR1 PIPE
            tokenvault unlock --for 0s
            tokenvault login --no-browser --for 20s </dev/null >said 2>&1 &
            for i in $(seq 100); do grep -q dialog said && break; sleep 0.1; done
            tr '\\0' ' ' </proc/$!/cmdline; echo
            readlink /proc/$!/exe
            sed -n 's/^SigIgn:\\t*//p' /proc/$!/status
            kill $!
            """)
        let lines = run.lines
        #expect(lines.first?.hasPrefix("tokenvault login") == true, "\(run.text)\(run.errors)")
        #expect(lines.dropFirst().first?.hasSuffix("/tokenvault-main") == true, "\(run.text)")
        let mask = try #require(lines.last.flatMap { UInt64($0, radix: 16) })
        #expect(mask & (1 << 0) != 0 && mask & (1 << 9) != 0 && mask & (1 << 12) != 0, "\(mask)")
    }

    @Test func `whatever the table does not fully understand is left to the parser`() {
        for arguments in [
            ["get"], ["get", "--help"], ["get", "page:1", "page:2"], ["get", "--", "page:1"],
            ["get", "page:1", "--"],
            ["get", "page:1", "--valid-for", "soon"], ["get", "page:1", "--valid-for"],
            ["get", "page:1", "-nq"],
            ["get", "page:1", "--vault", "-x"], ["get", "page:1", "--vault=a", "--vault", "b"],
            ["get", "page:1", "--header=1"], ["get", "page:1", "--vault="],
            ["get", "page:1", "--head"], ["get", ""], ["list"], [],
            ["exec", "--env", "T=page:1"], ["exec", "--env", "T=page:1", "--"],
            ["exec", "--", "true"],
            ["exec", "--env", "1T=page:1", "--", "true"], ["exec", "--env", "=x", "--", "true"],
            ["exec", "page:1", "--env", "T=page:1", "--", "true"], ["help", "get"], ["--fresh"],
            ["inject", "x"], ["inject", "-i"], ["inject", "-i", "a", "-i", "b"],
            ["inject", "-o="], ["inject", "-ofile"], ["inject", "--"],
            ["inject", "--allow-expired"],
            ["export"], ["export", "page:1", "page:2"], ["export", "page:1", "--format", "shell"],
            ["export", "A=page:1", "--format", "csv"], ["export", "1A=page:1"],
            ["export", "A=page:1", "--", "x"],
            ["verify-webhook"], ["verify-webhook", "--signature"],
            ["verify-webhook", "--help"], ["verify-webhook", "x", "--signature", "y"],
            ["verify-webhook", "--signature", "x", "--signature", "y"],
            ["verify-webhook", "--signature", "x", "--app", "--help"],
            ["signed-request", "x"], ["signed-request", "--show-secrets=1"],
        ] {
            #expect(SecretCommand(arguments.map { Array($0.utf8) }) == nil, "\(arguments)")
        }
        #expect(SecretCommand([Array("get".utf8), [0xFF]]) == nil)
        // What comes from outside is never an option.
        for signature in ["", "--", "--help", "-h", "--signature", "--json", "--app=app:2", "="] {
            for arguments in [["--signature", signature], ["--signature=\(signature)"]] {
                let words = ["verify-webhook"] + arguments + ["--no-input"]
                guard
                    case .verifyWebhook(let request)? =
                        SecretCommand(words.map { Array($0.utf8) })
                else {
                    Issue.record("\(words)")
                    continue
                }
                #expect(request.signature == signature && request.access.noInput)
                #expect(request.app == nil)
            }
        }
        for arguments in [
            ["get", "page:1"], ["get", "-n", "page:1", "-q", "--header", "--json"],
            [
                "get", "--vault=a b", "page:1", "--valid-for", "2h", "--require-scope=x",
                "--require-scope", "y",
            ],
            [
                "get", "page:A name", "--key-file", "k", "--no-input", "--accept-rollback",
                "--allow-expired",
            ],
            ["exec", "--only", "--env=A=page:1", "--env", "_B2=user:1", "--", "sh", "-c", "--"],
            ["inject"], ["inject", "-i", "a b", "-o=c", "--valid-for", "2h", "-q"],
            ["export", "page:A=B"], ["export", "A=page:1", "--format=json", "_B2=user:A name"],
            ["signed-request", "--app", "app:1", "--show-secrets", "--json"],
            ["verify-webhook", "--app", "app:1", "--no-input", "--signature", "x"],
        ] {
            #expect(SecretCommand(arguments.map { Array($0.utf8) }) != nil, "\(arguments)")
        }
    }
}
