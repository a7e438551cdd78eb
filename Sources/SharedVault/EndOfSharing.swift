internal import Platform
internal import Sharing
package import Vault

/// Ends sharing on this machine.
package enum EndOfSharing {
    /// Makes what is ahead the vault, and removes the settings and everything else of sharing.
    ///
    /// The store keeps what it has. If this is interrupted, it can be repeated.
    package static func end(
        _ paths: SharedPaths, keys: KeyRing, marks: HighWaterMarks?
    ) throws {
        _ = try OpenFiles(paths, keys: keys)
        let committer = try paths.takeCommitterLock(waiting: UnlockedVault.defaultWait)
        defer { withExtendedLifetime(committer) {} }
        let files = try SharedFiles(
            paths, keys: keys, marks: marks, waiting: UnlockedVault.defaultWait)
        var opened = try files.look()
        while let step = opened.view.settlingStep(isConfirmed: false) {
            _ = try files.settle(step, opened)
            opened = try files.look()
        }
        if opened.ahead != nil { try files.renameAhead() }
        _ = try files.settle(.removeSent, opened)
        let newest = opened.ahead ?? opened.vault
        marks?.remember(newest.markState, vaultID: newest.header.vaultID)
        try Directory.delete(paths.sync)
        try Directory.delete(paths.remote)
        try Directory.synchronize(Directory.parent(of: paths.vault))
    }
}
