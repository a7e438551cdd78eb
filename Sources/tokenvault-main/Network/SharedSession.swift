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
    private let isFirstContact: Bool
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
        isFirstContact = settings.isFirstContact
        let keys = KeyRing(of: vault)
        self.keys = keys
        // What waits in an older epoch may have been saved with it.
        if let kept = world.session.key(vault.vaultID) { keys.add(ofSession: kept) }
        before = try world.secretChanges.map { changes in
            try vault.read { try changes.snapshot(of: $0) }
        }
        let opened = try network.openStore(settings, paths.vault, world)
        close = opened.close
        runner = SyncRunner(
            paths, keys: keys, marks: vault.marks, store: opened.store, now: world.now)
    }

    /// Uses a store that somebody else opened and closes, for the first contact with it.
    init(
        _ vault: UnlockedVault, _ paths: SharedPaths, _ keys: KeyRing, _ store: AnyStore,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.paths = paths
        self.keys = keys
        isFirstContact = true
        before = nil
        close = {}
        runner = SyncRunner(paths, keys: keys, marks: vault.marks, store: store, now: now)
    }

    /// The vault, whose changes go to `.ahead`.
    var changeable: UnlockedVault {
        get throws {
            try vault.renewed().saving(LocalChange(paths, keys: keys, marks: vault.marks))
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
        /// Whether the reason is on this machine, and not the store.
        var isLocal = false
        /// Whether another process has ended sharing.
        var hasEnded = false
    }

    /// Commits what is ahead, or takes what is new.
    func sync(
        _ purpose: SyncSession.Purpose = .sync,
        waiting seconds: Double = SyncRunner<AnyStore>.committerWait
    ) async -> Outcome {
        do {
            let report = try await runner.sync(
                isFirstContact && purpose == .sync ? .join : purpose, waiting: seconds)
            let failure = report.flatMap { SyncMessage.failure($0.result, cause: $0.cause) }
            if isFirstContact, report != nil, failure == nil {
                try RemoteSettings.endFirstContact(paths)
            }
            return Outcome(report: report, failure: failure)
        } catch let failure as StoreFailure {
            return Outcome(failure: StoreMessage(failure).failure)
        } catch VaultError.busy {
            // Another process of this machine is waiting for the store.
            return Outcome(failure: VaultError.busy.failure)
        } catch is SharingChange {
            return Outcome(
                failure: SharingMessage.notShared.failure, isLocal: true, hasEnded: true)
        } catch {
            return Outcome(failure: Failure(error), isLocal: true)
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

extension UnlockedVault {
    /// Returns the vault with what saves its changes while it is shared.
    func saving(_ change: LocalChange) -> UnlockedVault {
        var vault = self
        vault.sharedSaving = change
        return vault
    }
}

extension RemoteSettings {
    /// Notes that the vault and the store were merged, unless sharing has ended meanwhile.
    fileprivate static func endFirstContact(_ paths: SharedPaths) throws {
        let lock = try paths.takeFileLock()
        defer { withExtendedLifetime(lock) {} }
        guard var settings = try? read(forVaultAt: paths.vault), settings.isFirstContact else {
            return
        }
        settings.isFirstContact = false
        _ = try settings.write(forVaultAt: paths.vault)
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
        for reference in report?.foreign ?? [] {
            note(
                "\(reference) is only in a state of an earlier data key, which a removed machine can "
                    + "still write; remove it if nobody you know added it")
        }
    }
}
