import Foundation
import Support
import Testing

/// What Scripts/install puts below a prefix after the build.
@Suite(.timeLimit(.minutes(10)))
struct InstallationTests {
    /// Returns a home with the program under test and its timers installed below `~/.local`.
    private func installed() async throws -> TemporaryHome {
        let home = try TemporaryHome()
        let run = try await home.shell(
            "'\(ProgramUnderTest.repository)/Scripts/install.d/place' \"$(command -v tokenvault)\" \"$HOME\"/.local --systemd"
        )
        try #require(run.status == 0, "\(run.errors)")
        return home
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
            "no systemd-analyze here"))
    func `program, manual, completion and timers are in place, and systemd accepts the timers`()
        async throws
    {
        let home = try await installed()
        let files = try home.allFiles()
        for file in [
            "bin/tokenvault", "libexec/tokenvault/tokenvault-main", "share/man/man1/tokenvault.1",
            "share/man/man7/tokenvault-errors.7", "share/man/man7/tokenvault-remote.7",
            "share/man/man7/tokenvault-scripting.7",
            "share/bash-completion/completions/tokenvault", "share/zsh/site-functions/_tokenvault",
            "share/fish/vendor_completions.d/tokenvault.fish", "libexec/tokenvault/textfile",
            "share/systemd/user/tokenvault-check.timer", "share/systemd/user/tokenvault-sync.timer",
        ] { #expect(files.contains(".local/\(file)"), "\(file)") }
        let verified = try await home.shell(
            "systemd-analyze verify --user ~/.local/share/systemd/user/*",
            environment: [
                "XDG_RUNTIME_DIR": home.path, "MANPATH": home.path + "/.local/share/man",
            ])
        #expect(verified.status == 0 && verified.text.isEmpty)
        #expect(verified.errors.isEmpty, "\(verified.errors)")
        let unit = home.path + "/.local/share/systemd/user/tokenvault-refresh.service"
        #expect(
            try String(contentsOfFile: unit, encoding: .utf8)
                .contains("\nExecStart=\(home.path)/.local/bin/tokenvault refresh "))
    }
}
