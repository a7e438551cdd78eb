import Foundation
import Support
import Testing

// The Debian package.
@Suite(.timeLimit(.minutes(10)))
struct PackageTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    /// A home with the package and its signature.
    init() async throws {
        graph = try await TemporaryGraph()
        home = try TemporaryHome(using: graph)
        let script = "\(ProgramUnderTest.repository)/Scripts/package"
        let made = try await home.shell(
            """
            minisign -G -W -p public.key -s secret.key >&2
            MINISIGN_KEY=secret.key '\(script)' --program '\(ProgramUnderTest.path)' --output .
            """,
            // The first run also builds the manual's generator.
            within: .seconds(400))
        try #require(made.status == 0, "\(made.errors)")
    }

    // Nothing else is in the root: no library, no shell, no time zones; only /proc, without which no
    // Swift program starts.
    private static let preparation = """
        set -e
        mkdir -p root/proc root/var/lib/dpkg/info root/var/lib/dpkg/updates
        mount --rbind /proc root/proc
        touch root/var/lib/dpkg/status root/var/lib/dpkg/available
        manage() { dpkg --root="$PWD/root" --log=/dev/null --force-not-root "$@" >&2; }
        inside() {
            env -i HOME=/home TOKENVAULT_PASSPHRASE=FAKEpassphrase \\
                TOKENVAULT_GRAPH_URL="$TOKENVAULT_GRAPH_URL" \\
                "$(command -v chroot)" root /usr/bin/tokenvault "$@"
        }
        manage -i tokenvault_*.deb
        """

    /// Installs the package and runs a script, as root or in a user namespace that looks like it.
    private func run(_ script: String) async throws -> ProgramRun {
        try home.write(Self.preparation + "\n" + script, to: "script")
        return try await home.shell("exec unshare --user --map-root-user --mount bash script")
    }

    @Test func `it installs into an empty root, runs, and is removed without a trace`() async throws
    {
        let run = try await run(
            """
            inside --version
            inside init --kdf interactive
            printf FAKEsecret0001 | inside add app:1234567890123456
            printf EAAFAKEshort0001 | inside exchange >&2
            inside pages >&2
            inside get page:1020000000000001
            cd root/usr
            ls lib/systemd/user share/man/man1/tokenvault-get.1.gz share/man/man7/*
            cd ../..
            manage -r tokenvault
            find root/usr ! -type d 2>/dev/null | wc -l
            """)
        #expect(run.status == 0, "\(run.errors)")
        let expected = [
            ProgramUnderTest.version, "EAAFAKE…", "share/man/man1/tokenvault-get.1.gz",
            "share/man/man7/tokenvault-errors.7.gz",
            "share/man/man7/tokenvault-remote.7.gz", "share/man/man7/tokenvault-scripting.7.gz",
            "lib/systemd/user:",
            "tokenvault-check.service", "tokenvault-check.timer",
            "tokenvault-refresh.service", "tokenvault-refresh.timer",
            "tokenvault-sync.service", "tokenvault-sync.timer", "0",
        ]
        #expect(ExpectedLines(lines: expected).match(run.lines), "\(run.text)\(run.errors)")
    }

    @Test func `lintian finds nothing`() async throws {
        let run = try await home.shell("lintian --fail-on error,warning ./*.deb")
        #expect(run.status == 0 && run.text.isEmpty, "\(run.text)\(run.errors)")
    }

    @Test func `checksum and signature match only this package`() async throws {
        let check = "sha256sum --check --status *.sha256; echo $?"
        let verify = "minisign -V -Q -m tokenvault_*.deb -p public.key 2>/dev/null; echo $?"
        let run = try await home.shell(
            """
            cat *.sha256; \(check); \(verify)
            for package in tokenvault_*.deb; do echo >>"$package"; done
            \(check); \(verify)
            """)
        let version = ProgramUnderTest.version
        let expected = [
            "…  tokenvault_\(version)_….deb", "0", "tokenvault \(version) …", "0", "1", "1",
        ]
        #expect(ExpectedLines(lines: expected).match(run.lines), "\(run.text)\(run.errors)")
    }
}
