public import Foundation

/// A program in a session of its own, with the directory, the streams and the terminal it is given.
///
/// Everything that needs a pointer is in this file.
public struct ChildProcess: Sendable {
    /// Its process id.
    public let id: pid_t

    /// It could not be started.
    public struct StartFailure: Error {
        let program: String
        let code: CInt
    }

    /// Where the descriptors 0, 1 and 2 lead; each is a path.
    public struct Streams {
        var input: String
        var output: String
        var errors: String
        /// The terminal that becomes the session's own, whatever the three are.
        var terminal: String?

        /// Streams at these paths.
        public init(input: String, output: String, errors: String, terminal: String? = nil) {
            self.input = input
            self.output = output
            self.errors = errors
            self.terminal = terminal
        }
    }

    /// Starts a program; without a `directory`, in that of the tests.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String],
        directory: String? = nil, streams: Streams
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // A session without a terminal takes the first one that it opens.
        if let terminal = streams.terminal {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        }
        let new = O_CREAT | O_APPEND | O_NOCTTY
        unsafe posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY | O_NOCTTY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, streams.output, O_WRONLY | new, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, streams.errors, O_WRONLY | new, 0o600)
        // Sockets of this process held open elsewhere would never be seen to close.
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
        // posix_spawn cannot change the directory everywhere, but env can; it becomes the program.
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

    /// `POSIX_SPAWN_SETSID`, which the C library's header keeps to itself.
    private static let newSession: Int16 = 0x80

    /// What it ended with: its exit status, or 128 and the signal that ended it; nil while it runs.
    ///
    /// To be asked until it answers, and not again.
    public func statusIfEnded() -> Int32? {
        var status: CInt = 0
        guard unsafe waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Waits for its end; once, and not after `statusIfEnded` has answered.
    public func status() async -> Int32 {
        let id = id
        return await withCheckedContinuation { continuation in
            // A thread of its own, as a task that blocks would keep others from running.
            Thread.detachNewThread {
                var status: CInt = 0
                while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
    }

    /// Sends it a signal.
    public func send(_ signal: CInt) {
        kill(id, signal)
    }

    /// Ends it and whatever else is left of its session's first group.
    public func endGroup() {
        kill(-id, SIGKILL)
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        return unsafe body(copies)
    }
}
