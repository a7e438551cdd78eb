import Console
import Etcd
import Platform
import SharedVault
import Sharing
import Sodium
import Synchronization
import Vault

/// A shared vault and its store, as long as a command runs.
struct SharedSession: Sendable {
    let vault: UnlockedVault
    let paths: SharedPaths
    let keys: KeyRing
    let runner: SyncRunner<AnyStore>
    private let close: @Sendable () async -> Void
    /// The secrets at the beginning, if a hook wants to know what changed.
    private let before: SecretChanges.Snapshot?

    /// Opens the store of a vault.
    ///
    /// - Throws: Why the settings cannot be used.
    init(_ vault: UnlockedVault, in world: World, over network: Network) throws {
        self.vault = vault
        let paths = try SharedPaths(vault: vault.path)
        self.paths = paths
        let settings = try RemoteSettings.required(forVaultAt: paths.vault)
        let keys = KeyRing(vault.key, knowing: vault.dataKey)
        self.keys = keys
        // What waits in an older epoch may have been saved with it.
        if let kept = world.session.key(vault.vaultID) { keys.add(kept) }
        before = try world.secretChanges.map { changes in
            try vault.read { try changes.snapshot(of: $0) }
        }
        let opened = try network.openStore(settings, paths.vault, world)
        close = opened.close
        runner = SyncRunner(
            paths, keys: keys, marks: vault.marks, store: opened.store, now: world.now)
    }

    /// Uses a store that somebody else opened and closes.
    init(
        _ vault: UnlockedVault, _ paths: SharedPaths, _ keys: KeyRing, _ store: AnyStore,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.paths = paths
        self.keys = keys
        before = nil
        close = {}
        runner = SyncRunner(paths, keys: keys, marks: vault.marks, store: store, now: now)
    }

    /// The vault, whose changes go to `.ahead`.
    var changeable: UnlockedVault {
        get throws {
            var vault = try vault.renewed()
            vault.sharedSaving = LocalChange(paths, keys: keys, marks: vault.marks)
            return vault
        }
    }

    /// Whether something on this machine is not in the store yet.
    var isAhead: Bool { Directory.holdsAnything(at: paths.ahead) }

    /// How an attempt to bring vault and store together ended.
    struct Outcome {
        /// What was done, or `nil` if another process did it.
        var report: SyncRunner<AnyStore>.Report?
        /// Why it did not succeed, or `nil` if it did.
        var failure: Failure?
    }

    /// Commits what is ahead, or takes what is new.
    func sync(
        _ purpose: SyncSession.Purpose = .sync,
        waiting seconds: Double = SyncRunner<AnyStore>.committerWait
    ) async -> Outcome {
        do {
            let report = try await runner.sync(purpose, waiting: seconds)
            let failure = report.flatMap { SyncMessage.failure($0.result, cause: $0.cause) }
            return Outcome(report: report, failure: failure)
        } catch let failure as StoreFailure {
            return Outcome(failure: StoreMessage(failure).failure)
        } catch {
            return Outcome(failure: Failure(error))
        }
    }

    /// Notes what changed since the beginning, and closes the connections.
    func end(in world: World) async {
        if let changes = world.secretChanges, let before {
            let after = try? vault.renewed().read { try changes.snapshot(of: $0) }
            if let after { changes.add(from: before, to: after) }
        }
        await close()
    }
}

extension World {
    /// Reports what a merge did that somebody may not expect.
    func report(_ report: SyncRunner<AnyStore>.Report?) {
        for reference in report?.contested ?? [] {
            note(
                "another machine replaced \(reference) too; one of the two is "
                    + "\(reference)~previous now")
        }
        for reference in report?.kept ?? [] {
            note(
                "\(reference) was removed on one machine and replaced on another, so it was kept")
        }
    }
}
