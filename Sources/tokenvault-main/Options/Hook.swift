import Console
import Platform

/// A shell command of the user's that runs after a command of tokenvault, with a JSON document on its
/// standard input.
struct Hook {
    let command: String
    let source: HookSource

    /// The time, in seconds, after which it is ended.
    static let limit = 60

    /// Creates a hook, or returns `nil` if `command` is empty, which means that there is none.
    init?(_ command: String, from source: HookSource) {
        if command.isEmpty { return nil }
        self.command = command
        self.source = source
    }

    /// Runs the command and returns whether it succeeded; if not, warns.
    ///
    /// No lock may be held, because the command may run tokenvault.
    ///
    /// - Throws: `TerminalPrompt.Failure.interrupted` if a signal is to end this process.
    func run(_ document: [UInt8], in world: World, over network: Network) throws -> Bool {
        let end = network.runHook(command, document, world.environmentForHooks, Self.limit)
        if let warning = HookWarning(end, of: source, limit: Self.limit) {
            world.warn(warning.text)
        }
        if case .interrupted(let signal) = end {
            throw TerminalPrompt.Failure.interrupted(signal)
        }
        return end == .ended(status: 0)
    }
}

extension World {
    /// The environment of hooks: they may run tokenvault, so they get the variables that unlock the
    /// vault, but no passphrase, and not the variable that would run the hook again.
    fileprivate var environmentForHooks: EnvironmentBlock {
        let secret = UnlockMethod.all.filter { $0.source == .passphrase }.compactMap(\.variable)
        let removed = Set(secret + [HookSource.changeVariable.rawValue])
        return environmentBlock().filter { !removed.contains($0) }
    }
}
