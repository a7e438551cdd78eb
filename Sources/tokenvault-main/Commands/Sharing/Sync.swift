import ArgumentParser
import Console
import SharedVault
import Sharing
import Sodium
import Vault

struct Sync: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Take what other machines changed, and share what this one did.",
        discussion: """
            Meant to run from a timer; commands that change the vault also do it by themselves. Exits with \
            69 if the store cannot be reached, 75 if others kept saving to it, and 65 if it has an older \
            state than this machine or none: then --restore puts the state of this machine on top.

            Examples:
              tokenvault sync --quiet
              tokenvault sync --on-change ./deploy.sh
            """)

    @Flag(help: "Merge the vault on this machine into a store that was reset or lost it.")
    var restore = false

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let (vault, newer) = try vault.access.unlockForSync(in: world)
        guard vault.isShared else { throw SharingMessage.notShared }
        let session = try SharedSession(vault, in: world, over: network)
        if let newer { session.keys.add(newer) }
        let purpose: SyncSession.Purpose = restore ? .restore : .sync
        var outcome = await session.sync(purpose)
        if outcome.report?.result == .unusable(.locked), let key = newKey(vault, in: world) {
            session.keys.add(key)
            outcome = await session.sync(purpose)
        }
        await session.end(in: world)
        world.report(outcome.report)
        if let failure = outcome.failure { throw failure }
        endStaleSession(of: vault, in: world)
        let (word, text) = Self.words(for: outcome.report?.result)
        try output.report(text, ["status": word], in: world)
        return .done
    }

    /// Ends a session whose key no longer opens the vault.
    private func endStaleSession(of vault: UnlockedVault, in world: World) {
        guard let kept = world.session.key(vault.vaultID),
            let file = try? VaultFile(path: vault.path), file.check(kept) == nil
        else { return }
        output.endSession(of: vault.vaultID, in: world)
    }

    /// Returns the passphrase of the state in the store, or `nil` if nobody gives one.
    private func newKey(_ vault: UnlockedVault, in world: World) -> VaultFile.Key? {
        let access = self.vault.access
        let passphrase: SharedSecret?
        if case .passphrase = vault.key {
            // The one that was given is the old one.
            let sources = PassphraseSources(
                world: world, noInput: access.noInput, vaultPath: vault.path)
            passphrase = try? sources.askNewer(for: vault.path)
        } else {
            passphrase = try? Unlocking(access, world: world).newerPassphrase(for: vault.path)
        }
        return passphrase.map { .passphrase($0) }
    }

    private static func words(for result: SyncSession.Result?) -> (String, String) {
        switch result {
        case .shared(pulled: true, committed: true):
            ("merged", "took what was new, and shared what was changed here")
        case .shared(pulled: true, _): ("pulled", "took what was new in the store")
        case .shared(_, committed: true): ("shared", "shared what was changed here")
        default: ("current", "up to date")
        }
    }
}
