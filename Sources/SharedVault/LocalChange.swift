internal import Platform
internal import Sharing
package import Vault

/// A change of a shared vault on this machine: a new `.ahead`.
package struct LocalChange: SharedSaving {
    private let paths: SharedPaths
    private let keys: KeyRing
    private let marks: HighWaterMarks?

    /// Prepares changes of the vault at `paths`.
    package init(_ paths: SharedPaths, keys: KeyRing, marks: HighWaterMarks?) {
        self.paths = paths
        self.keys = keys
        self.marks = marks
    }

    /// Makes changes in one save: all of them or, if anything fails, none.
    ///
    /// `plan` receives the newest content on this machine while the lock is held, and returns the
    /// changes. Neither `plan` nor a change may wait for a person or the network.
    ///
    /// When this returns, the changes are on the disk in `.ahead`, and nothing that the network does
    /// can lose them.
    package func make(
        waiting seconds: Double = UnlockedVault.defaultWait,
        _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        // May take a key derivation, which must not happen while the lock is held.
        _ = try OpenFiles(paths, keys: keys)
        let files = try SharedFiles(paths, keys: keys, marks: marks, waiting: seconds)
        var opened = try files.look()
        var session = ChangeSession()
        var step = session.next(.done)
        while step != .finished {
            switch step {
            case .look:
                opened = try files.look()
                step = session.next(.looked(opened.view))
                continue
            case .settle(let settling): _ = try files.settle(settling, opened)
            case .raiseMark:
                marks?.remember(opened.vault.markState, vaultID: opened.vault.header.vaultID)
            case .write(let file, let generation, let lineage):
                try write(opened[file], generation, lineage, to: files, plan)
            case .lock, .unlock, .finished: break
            }
            step = session.next(.done)
        }
    }

    package func change(
        waiting seconds: Double, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        try make(waiting: seconds, plan)
    }

    private func write(
        _ old: OpenState?, _ generation: UInt64, _ lineage: Lineage,
        to files: borrowing SharedFiles, _ plan: (borrowing VaultReader) throws -> [EntryChange]
    ) throws {
        guard let old else { throw SharingError.outOfStep }
        let changes = try old.read { try plan($0) }
        guard !changes.isEmpty else { return }
        guard generation <= UInt64(Int64.max) else { throw VaultError.exhausted }
        let bytes = try old.successor(changes, generation: generation, lineage: lineage)
        guard bytes.count <= HeadLine.fileLimit else { throw SharingError.tooLarge }
        try files.write(bytes, to: .ahead)
    }
}
