package import Platform
package import Sodium
import Synchronization
package import Vault

/// Everything that a command may touch outside of itself.
package struct World: Sendable {
    /// The value of a variable of the environment, the one that held a passphrase apart.
    ///
    /// A look-up, as taking all of them apart costs more than the rest of a plain `get`.
    package var environmentVariable: @Sendable (String) -> String?
    /// All variables, the one that held a passphrase apart.
    package var environment: @Sendable () -> [String: String]
    /// The same as bytes, for other programs.
    package var environmentBlock: @Sendable () -> EnvironmentBlock
    /// The names of variables that hold no UTF-8.
    package var unreadableVariables: @Sendable () -> [String]
    /// The program's arguments as bytes, for other programs.
    package var arguments: [[UInt8]]
    /// What `TOKENVAULT_PASSPHRASE` held.
    package var passphrase: HeldPassphrase
    package var terminal: Terminal
    package var session: Session
    /// The time.
    package var now: @Sendable () -> Timestamp
    /// Seconds that the local time zone is ahead of UTC at a moment.
    package var offsetFromUTC: @Sendable (Timestamp) -> Int
    /// What is told only once it is known how the command ends.
    package let notices = HeldNotices()

    /// What other programs inherit: nothing that names a way into the vault.
    package var environmentForChildren: EnvironmentBlock {
        let unlocking = Set(UnlockMethod.all.compactMap(\.variable))
        return environmentBlock().filter { !unlocking.contains($0) }
    }

    /// Fails where a path or another text is no UTF-8: made into one it would name another file.
    ///
    /// What is behind `--` is for another program, if it is for `exec`, and goes there as it came.
    package func requireText() throws {
        try requireArgumentText()
        if let first = unreadableVariableFailures.first { throw first.failure }
    }

    /// The same for the arguments alone.
    package func requireArgumentText() throws {
        let terminator = Array("--".utf8)
        let isForExec = arguments.first == Array("exec".utf8)
        let own = isForExec ? arguments.prefix { $0 != terminator } : arguments[...]
        guard own.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) else {
            throw EncodingMessage.argument
        }
    }

    /// Why a variable that is used here cannot be read as it was set, one for each.
    package var unreadableVariableFailures: [(name: String, failure: Failure)] {
        let places = ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY"]
        return unreadableVariables().filter { $0.hasPrefix("TOKENVAULT_") || places.contains($0) }
            .map { ($0, EncodingMessage.variable($0).failure) }
    }

    /// A variable that is set and not empty.
    package func variable(_ name: String) -> String? {
        environmentVariable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A passphrase that waits for its one use, and is wiped with it.
package final class HeldPassphrase: Sendable {
    private let passphrase: Mutex<SharedSecret?>

    package init(_ passphrase: SharedSecret?) {
        self.passphrase = Mutex(passphrase)
    }

    /// Whether it was not taken yet.
    package var isWaiting: Bool { passphrase.withLock { $0 != nil } }

    /// The passphrase, the first time; then nil.
    package func take() -> SharedSecret? {
        passphrase.withLock { held in
            defer { held = nil }
            return held
        }
    }
}

extension World {
    /// The real one.
    ///
    /// Takes the passphrase out of the environment.
    package static func live() -> World {
        let descriptors = InheritedDescriptors(namedIn: CommandLine.arguments)
        var passphrase: SharedSecret?
        if let secret = Environment.takeSecret("TOKENVAULT_PASSPHRASE") {
            passphrase = SharedSecret(secret)
        }
        return World(
            environmentVariable: { Environment.variable($0) },
            environment: { Environment.variables() },
            environmentBlock: { .ofThisProcess() },
            unreadableVariables: { EnvironmentBlock.namesOfUnreadableValues() },
            arguments: CurrentProcess.arguments,
            passphrase: HeldPassphrase(passphrase),
            terminal: .live(descriptors),
            session: .live,
            now: { Timestamp(SystemClock.now()) },
            offsetFromUTC: { SystemClock.offsetFromUTC(at: $0.seconds) })
    }
}
