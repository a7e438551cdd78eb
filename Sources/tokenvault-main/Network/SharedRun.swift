import Console
import SharedVault
import Synchronization
import Vault

/// What one run of the program does with the store of a shared vault.
///
/// A command that may change the vault begins it, which pulls; when the command has ended, the
/// program commits what is ahead. Nothing that the network does can lose a change in between.
final class SharedRun: Sendable {
    private struct State {
        var session: SharedSession?
        var isAway = false
    }

    private let state = Mutex(State())

    /// The session, or `nil` if the vault is not shared or the command does not change it.
    var session: SharedSession? { state.withLock { $0.session } }

    /// Opens the store of `vault`, pulls, and returns the vault for changing it.
    ///
    /// - Parameter requiresStore: Whether a store that cannot be reached is an error.
    func begin(
        _ vault: UnlockedVault, in world: World, over network: Network, requiresStore: Bool
    ) async throws -> UnlockedVault {
        let session = try SharedSession(vault, in: world, over: network)
        let outcome = await session.sync()
        world.report(outcome.report)
        if outcome.hasEnded, !requiresStore {
            await session.end(in: world)
            return try session.changeable
        }
        // What a command stores must not be lost because a file here is unusable.
        if let failure = outcome.failure, requiresStore || outcome.isLocal {
            await session.end(in: world)
            throw failure
        }
        state.withLock { $0.session = session }
        if let failure = outcome.failure {
            state.withLock { $0.isAway = true }
            if ![.unreachable, .tryLater].contains(failure.status) {
                world.warn("the vault could not be synced: \(failure.message)")
            }
        }
        return try session.changeable
    }

    /// Pulls once more, unless the store could not be reached before.
    func pull(in world: World) async {
        guard let session, !state.withLock({ $0.isAway }) else { return }
        let outcome = await session.sync()
        world.report(outcome.report)
        if outcome.failure != nil { state.withLock { $0.isAway = true } }
    }

    /// Saves other slots, and perhaps another data key: in the store if the vault is shared.
    func save(
        _ change: SlotChange, by owner: borrowing VaultOwner,
        beforeCommit: @escaping @Sendable () throws -> Void = {}
    ) async throws {
        guard let session else { return try owner.save(change, beforeCommit: beforeCommit) }
        let report = try await session.runner.replace(change, beforeCommit: beforeCommit)
        if let failure = SyncMessage.failure(report.result, cause: report.cause) { throw failure }
    }

    /// Makes changes that do not merge: in the store if the vault is shared.
    func replace(
        in vault: UnlockedVault,
        _ plan: @escaping @Sendable (borrowing VaultReader) throws -> [EntryChange]
    ) async throws {
        guard let session else { return try vault.change { try plan($0) } }
        let report = try await session.runner.replace(changing: plan)
        if let failure = SyncMessage.failure(report.result, cause: report.cause) { throw failure }
    }

    /// Commits what is ahead, and says in one line if that is not possible now.
    func finish(in world: World) async {
        let session = state.withLock { state in
            defer { state.session = nil }
            return state.session
        }
        guard let session else { return }
        if session.isAhead {
            let outcome = await session.sync()
            world.report(outcome.report)
            if let failure = outcome.failure {
                world.note("saved on this machine, but not shared yet: \(failure.message)")
            }
        }
        await session.end(in: world)
    }
}
