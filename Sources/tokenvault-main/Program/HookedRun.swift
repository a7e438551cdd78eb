import ArgumentParser
import Console
import Vault

/// One run of a command, after which what it changed is shared, and the hook of `--on-change` runs
/// if a secret changed.
struct HookedRun {
    /// The world to run the command in, whose saves are noted if there is a hook.
    let world: World
    let network: Network
    private let hook: Hook?
    private let name: String

    init(of command: any RunnableCommand, in world: World, over network: Network) {
        hook = command.changeHook(in: world)
        name = type(of: command)._commandName
        var network = network
        network.sharing = SharedRun()
        self.network = network
        var world = world
        if hook != nil { world.secretChanges = SecretChanges() }
        self.world = world
    }

    /// Runs the command, and shares what it changed.
    func run(_ command: any NetworkCommand) async throws -> ExitStatus {
        let result: Result<ExitStatus, any Error>
        do {
            let status = try await command.run(in: world, over: network)
            result = .success(status)
        } catch {
            result = .failure(error)
        }
        await network.sharing.finish(in: world)
        return try result.get()
    }

    /// Runs the hook, and returns the exit status or throws the error of the command.
    ///
    /// A command that failed may have stored secrets before. The hook then runs too, and the error
    /// stays that of the command.
    func finish(_ result: Result<ExitStatus, any Error>) throws -> ExitStatus {
        guard let hook, let changes = world.secretChanges,
            let document = ChangeDocument(changes.all, by: name)
        else { return try result.get() }
        let hasSucceeded: Bool
        do {
            hasSucceeded = try hook.run(document.bytes, in: world, over: network)
        } catch {
            _ = try result.get()
            throw error
        }
        let status = try result.get()
        return status == .done && !hasSucceeded ? .hookFailed : status
    }
}
