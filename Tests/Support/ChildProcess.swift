public import Foundation

/// A program that runs in its own session.
///
/// All code that needs pointers to start a process is in this file.
public struct ChildProcess: Sendable {
    /// The process id.
    public let id: pid_t

    /// The program could not be started.
    public struct StartFailure: Error {
        let program: String
        let code: CInt
    }

    /// The paths that descriptors 0, 1 and 2 are opened on.
    public struct Streams {
        var input: String
        var output: String
        var errors: String
        /// The path of the session's controlling terminal, whatever the streams are.
        var terminal: String?

        /// Creates streams on these paths.
        public init(input: String, output: String, errors: String, terminal: String? = nil) {
            self.input = input
            self.output = output
            self.errors = errors
            self.terminal = terminal
        }
    }

    /// Starts a program in `directory`, or in the directory of the tests.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String],
        directory: String? = nil, streams: Streams
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a new session opens becomes its controlling terminal.
        if let terminal = streams.terminal {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY
        unsafe posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY | O_NOCTTY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, streams.output, flags, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, streams.errors, flags, 0o600)
        // If the program held a socket of this process open, its peer would never see it close.
        for descriptor in CInt(3)..<512 {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(
            &attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let variables = environment.map { "\($0.key)=\($0.value)" }
        var id: pid_t = 0
        // posix_spawn cannot change the directory everywhere, but env(1) can, and then runs the program.
        let command =
            (directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + [program] + arguments
        let code = unsafe Self.withCStrings(command) { arguments in
            unsafe Self.withCStrings(variables) { variables in
                unsafe posix_spawn(&id, command[0], &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw StartFailure(program: program, code: code) }
        self.id = id
    }

    /// `POSIX_SPAWN_SETSID`, which the C library's header does not export to Swift.
    private static let newSession: Int16 = 0x80

    /// Returns the exit status, or 128 plus the signal that ended the program, or `nil` while it runs.
    ///
    /// Do not call this again after it has returned a status.
    public func statusIfEnded() -> Int32? {
        var status: CInt = 0
        guard unsafe waitpid(id, &status, WNOHANG) == id else { return nil }
        return Self.exitStatus(from: status)
    }

    /// Waits for the end of the program and returns its status, as `statusIfEnded` does.
    ///
    /// Call this only once, and not after `statusIfEnded` has returned a status.
    public func status() async -> Int32 {
        let id = id
        return await withCheckedContinuation { continuation in
            // On its own thread, since a blocked task would keep others from running.
            Thread.detachNewThread {
                var status: CInt = 0
                while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: Self.exitStatus(from: status))
            }
        }
    }

    /// Returns the exit status in what waitpid(2) reports, or 128 plus the signal.
    private static func exitStatus(from status: CInt) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Sends the program a signal.
    public func send(_ signal: CInt) {
        kill(id, signal)
    }

    /// Kills the program and whatever is left of its process group.
    public func killGroup() {
        kill(-id, SIGKILL)
    }

    /// Kills the process group, and waits until the program has ended.
    public func killGroupAndWait() {
        killGroup()
        while statusIfEnded() == nil { usleep(1000) }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        return unsafe body(copies)
    }
}
