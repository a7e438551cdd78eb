import ArgumentParser
import Console
import Vault

struct Unlock: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Unlock the vault for a limited time, for all your logins.",
        discussion: """
            The kernel keeps the key, and discards it when the time is up. Your cron jobs and other \
            logins can use it; other users cannot.

            Example:
              tokenvault unlock --for 8h
            """)

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long to keep it unlocked.", valueName: "span"))
    var span = "8h"

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        guard let seconds = TimeWords.span(span), seconds > 0,
            let timeout = UInt32(exactly: seconds)
        else {
            throw SpanMessage.unlocking
        }
        let vault = try vault.access.unlock(in: world)
        try world.session.keep(vault.dataKey, vault.vaultID, timeout)
        try output.report(
            "unlocked for \(TimeText.span(seconds))",
            ["status": "unlocked", "until": (world.now() + seconds).description], in: world)
        return .done
    }
}
