internal import Platform
package import Sharing
internal import Sodium
internal import Synchronization
package import Vault

/// Makes the steps of sessions with real files and a real store.
package struct SyncRunner<Store: SharedStore>: Sendable {
    let paths: SharedPaths
    let keys: KeyRing
    let marks: HighWaterMarks?
    let store: Store
    let now: @Sendable () -> Timestamp

    /// Prepares sessions for the vault at `paths`.
    ///
    /// - Parameter now: Returns the time, for `LastPull`.
    package init(
        _ paths: SharedPaths, keys: KeyRing, marks: HighWaterMarks?, store: Store,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.now = now
        self.paths = paths
        self.keys = keys
        self.marks = marks
        self.store = store
    }

    /// What a session did.
    package struct Report: Sendable {
        package let result: SyncSession.Result
        /// Why the store did not do what was asked, if it did not.
        package let cause: (any Error)?
        /// Entries of which two machines had a new secret; one is `~previous` now.
        package let contested: [Reference]
        /// Entries that were removed on one machine and stay with the new secret of another.
        package let kept: [Reference]
        /// Entries that came from a state of an earlier data key.
        package let foreign: [Reference]
    }

    /// How long a process waits for the one that commits, in seconds.
    package static var committerWait: Double { 10 }

    /// Commits what is ahead, or takes what is new.
    ///
    /// If another process of this machine is doing that, waits until nothing is ahead, or until it
    /// can do it itself.
    ///
    /// - Returns: The report, or `nil` if another process did it.
    /// - Throws: `VaultError.busy` if the other process takes too long.
    package func sync(
        _ purpose: SyncSession.Purpose = .sync, waiting seconds: Double = committerWait
    ) async throws -> Report? {
        guard let lock = try await committerLock(waiting: seconds, for: purpose) else { return nil }
        defer { withExtendedLifetime(lock) {} }
        var run = SyncRun(runner: self, successor: nil)
        return try await run.run(SyncSession(purpose))
    }

    /// Replaces the vault in the store by what `successor` makes of it: other slots, or another app
    /// secret.
    ///
    /// - Parameter successor: Receives the vault, the generation and the lineage of the new file,
    ///   and returns it. It may be called several times, and never while a lock is held that others
    ///   wait for, except that of the committer.
    package func replace(
        waiting seconds: Double = committerWait,
        _ successor: @escaping @Sendable (OpenState, UInt64, Lineage) throws -> [UInt8]
    ) async throws -> Report {
        guard let lock = try await committerLock(waiting: seconds, for: .replace) else {
            throw VaultError.busy
        }
        defer { withExtendedLifetime(lock) {} }
        var run = SyncRun(runner: self, successor: successor)
        return try await run.run(SyncSession(.replace))
    }

    /// Replaces the vault in the store by itself with other slots, and perhaps another data key.
    ///
    /// - Parameter beforeCommit: Called once, before the store can have the new slots; it can
    ///   prevent that by throwing.
    package func replace(
        _ change: SlotChange, beforeCommit: @escaping @Sendable () throws -> Void
    ) async throws -> Report {
        keys.add(change.dataKey, ofEpoch: change.new.epoch)
        let isFirst = Mutex(true)
        return try await replace { vault, generation, lineage in
            let bytes = try vault.successor(change, generation: generation, lineage: lineage)
            if isFirst.withLock({ $0 }) {
                try beforeCommit()
                isFirst.withLock { $0 = false }
            }
            return bytes
        }
    }

    /// Replaces the vault in the store by itself with changed entries.
    ///
    /// - Parameter plan: Returns the changes, as for `UnlockedVault.change`.
    package func replace(
        changing plan: @escaping @Sendable (borrowing VaultReader) throws -> [EntryChange]
    ) async throws -> Report {
        try await replace { vault, generation, lineage in
            let changes = try vault.read { try plan($0) }
            return try vault.successor(changes, generation: generation, lineage: lineage)
        }
    }

    /// Takes the committer's lock, or returns `nil` once nothing is ahead any more.
    private func committerLock(
        waiting seconds: Double, for purpose: SyncSession.Purpose
    ) async throws -> FileLock? {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(seconds))
        let hadAhead = Directory.holdsAnything(at: paths.ahead)
        while true {
            do {
                let lock = try paths.takeCommitterLock(waiting: 0)
                // Sharing may have ended while this process waited.
                guard paths.isShared else { throw SharingChange.ended }
                return lock
            } catch VaultError.busy {
                if purpose == .sync, hadAhead, !Directory.holdsAnything(at: paths.ahead) {
                    return nil
                }
                guard clock.now < end else { throw VaultError.busy }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
