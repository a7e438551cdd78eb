package import Vault

extension VaultAccess {
    /// Unlocks a shared vault, whose passphrase may have been changed on another machine.
    ///
    /// If the passphrase that is given does not open the state here, it may be that of the state in
    /// the store. Then a session that is still open, or the old passphrase, opens the state here.
    ///
    /// - Returns: The vault, and the newer passphrase if there is one.
    package func unlockForSync(
        in world: World
    ) throws -> (vault: UnlockedVault, newer: VaultFile.Key?) {
        let path = try resolvedPath(in: world)
        let ahead = SharedReading.aheadPath(ofVaultAt: path)
        guard ahead != nil else { return (try unlock(in: world), nil) }
        let file = try VaultFile.newest(of: path, ahead: ahead)
        let vaultID = file.header.vaultID
        let given = try key(for: file, at: path, in: world)
        do {
            return (try vault(at: path, ahead, given, in: world), nil)
        } catch VaultError.wrongPassphrase {
            if let kept = world.session.key(vaultID),
                let vault = try? vault(at: path, ahead, .dataKey(kept), in: world)
            {
                return (vault, given)
            }
            world.remark("if the passphrase was changed on another machine, enter the old one too")
            let sources = PassphraseSources(world: world, noInput: noInput, vaultPath: path)
            guard let old = try? sources.ask(for: path) else { throw VaultError.wrongPassphrase }
            return (try vault(at: path, ahead, .passphrase(old), in: world), given)
        }
    }

    private func vault(
        at path: String, _ ahead: String?, _ key: VaultFile.Key, in world: World
    ) throws -> UnlockedVault {
        let vault = try UnlockedVault.opening(
            try VaultFile.newest(of: path, ahead: ahead), at: path, key: key,
            marks: marks(in: world), noting: world.secretChanges, warn: world.warnOfSave
        ) { $1 }
        warn(of: vault.unvouchedKeyNames, in: world)
        return vault
    }
}
