package import Platform
package import Sodium
import Synchronization
package import Vault

/// Everything outside the program that a command may use.
package struct World: Sendable {
    /// Returns the value of an environment variable other than the one with the passphrase.
    ///
    /// It looks up one variable, because parsing all of them costs more than the rest of a plain
    /// `get`.
    package var environmentVariable: @Sendable (String) -> String?
    /// Returns all environment variables except the one with the passphrase.
    package var environment: @Sendable () -> [String: String]
    /// Returns the same as bytes, for other programs.
    package var environmentBlock: @Sendable () -> EnvironmentBlock
    /// Returns the names of the variables whose values are not valid UTF-8.
    package var unreadableVariables: @Sendable () -> [String]
    /// The program's arguments as bytes, for other programs.
    package var arguments: [[UInt8]]
    /// The value of `TOKENVAULT_PASSPHRASE`, which can be used once.
    package var passphrase: HeldPassphrase
    package var terminal: Terminal
    package var session: Session
    /// Returns the current time.
    package var now: @Sendable () -> Timestamp
    /// Returns the number of seconds by which local time is ahead of UTC at a given time.
    package var offsetFromUTC: @Sendable (Timestamp) -> Int
    /// Where saves of vaults that are opened in this world note changed secrets, or `nil` if nobody
    /// needs to know.
    package var secretChanges: SecretChanges?
    /// The notes and warnings that are written only after the command has ended.
    package let notices = HeldNotices()

    /// The environment for other programs, without the variables of unlock methods.
    package var environmentForChildren: EnvironmentBlock {
        let unlocking = Set(UnlockMethod.all.compactMap(\.variable))
        return environmentBlock().filter { !unlocking.contains($0) }
    }

    /// Throws an error if an argument or a variable that matters is not valid UTF-8.
    ///
    /// A path with its invalid bytes replaced would name another file. What follows `--` in the
    /// arguments of `exec` is for another program, which receives it unchanged.
    package func requireText() throws {
        try requireArgumentText()
        if let first = unreadableVariableFailures.first { throw first.failure }
    }

    /// Throws an error if an argument is not valid UTF-8.
    package func requireArgumentText() throws {
        let terminator = Array("--".utf8)
        let isForExec = arguments.first == Array("exec".utf8)
        let own = isForExec ? arguments.prefix { $0 != terminator } : arguments[...]
        guard own.allSatisfy({ String(validating: $0, as: UTF8.self) != nil }) else {
            throw EncodingMessage.argument
        }
    }

    /// The variables that tokenvault uses but whose values are not valid UTF-8, with the failures
    /// to report.
    package var unreadableVariableFailures: [(name: String, failure: Failure)] {
        let directories = ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY"]
        return unreadableVariables()
            .filter { $0.hasPrefix("TOKENVAULT_") || directories.contains($0) }
            .map { ($0, EncodingMessage.variable($0).failure) }
    }

    /// Returns the value of a variable, or `nil` if it is empty or not set.
    package func variable(_ name: String) -> String? {
        environmentVariable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A passphrase that can be used once and is wiped afterward.
package final class HeldPassphrase: Sendable {
    private let passphrase: Mutex<SharedSecret?>

    package init(_ passphrase: SharedSecret?) {
        self.passphrase = Mutex(passphrase)
    }

    /// Whether there is a passphrase that has not been used yet.
    package var isAvailable: Bool { passphrase.withLock { $0 != nil } }

    /// Returns the passphrase the first time, and `nil` afterward.
    package func take() -> SharedSecret? {
        passphrase.withLock { held in
            defer { held = nil }
            return held
        }
    }
}

extension World {
    /// Returns the world of this process.
    ///
    /// Removes the passphrase from the environment.
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
