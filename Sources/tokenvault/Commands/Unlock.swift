import ArgumentParser
import Platform
import Vault

struct Unlock: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep the vault open for a time, for all your sessions.",
        discussion: """
            The key is kept by the kernel, which forgets it when the time is over. Your cron jobs and \
            other logins can use it; no other user can.

            Example:
              tokenvault unlock --for 8h
            """)

    @Option(name: .customLong("for"), help: ArgumentHelp("How long.", valueName: "span"))
    var span = "8h"

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        guard let seconds = TimeWords.span(span), seconds > 0,
            let timeout = UInt32(exactly: seconds)
        else {
            throw Failure.usage("--for needs a span such as 8h or 30m")
        }
        let vault = try vault.access.unlock(in: world)
        do {
            try world.session.keep(vault.dataKey, vault.vaultID, timeout)
        } catch let refusal as SessionKeyring.Refused {
            throw Failure(
                .inputOutput,
                "the kernel keeps no keys for this process (\(refusal.reason)), as in many containers: "
                    + "use a machine key instead",
                hint: "tokenvault help key add")
        }
        try output.report(
            "unlocked for \(TimeText.span(seconds))",
            ["status": "unlocked", "until": (world.now() + seconds).description], in: world)
        return .done
    }
}

struct Lock: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "End what unlock began.",
        discussion: """
            Examples:
              tokenvault lock
              tokenvault lock --all
            """)

    @Flag(help: "End the sessions of all your vaults, also of those that are gone.")
    var all = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let count: Int
        do {
            count = try all ? world.session.endAll() : world.session.end(vaultID(in: world)) ? 1 : 0
        } catch is SessionKeyring.Refused {
            // Where there are no keyrings, nothing can be unlocked.
            count = 0
        }
        let ended = all ? "locked; sessions ended: \(count)" : "locked"
        try output.report(
            count > 0 ? ended : "it was not unlocked", ["status": "locked"], in: world)
        return .done
    }

    /// The vault's id, be it damaged in other places.
    private func vaultID(in world: World) throws -> [UInt8] {
        let path = try vault.access.resolvedPath(in: world)
        do {
            return try VaultFile(path: path).header.vaultID
        } catch {
            if let vaultID = VaultFile.legibleVaultID(path: path) { return vaultID }
            let failure = Failure(error)
            throw Failure(
                failure.status, "\(failure.message), so whose session to end is not known",
                hint: "tokenvault lock --all")
        }
    }
}

struct Status: LocalCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell whether the vault is unlocked.",
        discussion: """
            Exits with 0 when it is, 77 when it is locked, 66 when there is none.

            Example:
              tokenvault status
            """)

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        let state: String
        let status: ExitStatus
        do {
            let file = try VaultFile(path: path)
            let key = world.session.key(file.header.vaultID)
            let isUnlocked = key.map { file.isSealed(with: $0) } ?? false
            state = isUnlocked ? "unlocked" : "locked"
            status = isUnlocked ? .done : .locked
        } catch VaultError.missing {
            state = "missing"
            status = .missing
        }
        try world.terminal.print(
            output.json
                ? try JSONDocument.text(["status": state, "vault": path])
                : "\(shown(path)): \(state == "missing" ? "no vault there" : state)\n")
        return status
    }
}
