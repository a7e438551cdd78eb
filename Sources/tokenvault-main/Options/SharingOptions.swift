import ArgumentParser
import Console
import SharedVault
import Vault

/// The option of commands that change a vault, which may be shared.
struct SharingOptions: ParsableArguments, Sendable {
    @Flag(help: "Fail, before anything else is done, unless the vault's store can be reached.")
    var requireShared = false

    /// Unlocks the vault for changes and, if it is shared, pulls what is new.
    func unlock(
        _ access: VaultAccess, in world: World, over network: Network, requiresStore: Bool = false
    ) async throws -> UnlockedVault {
        let vault = try access.unlock(in: world)
        guard vault.isShared else {
            if requireShared { throw SharingMessage.notShared }
            // Another process may begin to share it before the change.
            return vault.saving(
                LocalChange(
                    try SharedPaths(vault: vault.path),
                    keys: KeyRing(of: vault), marks: vault.marks))
        }
        return try await network.sharing.begin(
            vault, in: world, over: network, requiresStore: requireShared || requiresStore)
    }

    /// Unlocks the vault with its passphrase for changing its keys, which needs the store.
    func unlockAsOwner(
        _ access: VaultAccess, in world: World, over network: Network
    ) async throws -> VaultOwner {
        let owner = try access.unlockAsOwner(in: world)
        let vault = owner.unlocked
        guard vault.isShared else {
            if requireShared { throw SharingMessage.notShared }
            return owner
        }
        _ = try await network.sharing.begin(
            vault, in: world, over: network, requiresStore: true)
        return try owner.reopened()
    }
}
