internal import CPlatform
internal import Glibc
public import Sodium

/// Another program, run for its output or started and left alone.
///
/// It inherits its standard streams and no other descriptor. The HTTP library does not mark its
/// descriptors close-on-exec, and a descriptor that the caller opened (`3<file`) is meant for this
/// program or for the command of `exec`.
public enum ChildProcess {
    /// How a command that should print a secret failed.
    public enum Failure: Error, Equatable {
        /// It could not be started.
        case notStarted(reason: String)
        /// It ended with this status, or because of a signal (128 plus its number).
        case ended(status: Int32)
        /// It wrote more bytes than allowed.
        case tooLong(limit: Int)
    }

    /// Returns what `/bin/sh -c command` writes to standard output.
    ///
    /// The command gets the variables in `environment`, and shares only the terminal and standard
    /// error with this process.
    public static func secretOutput(
        of command: String, environment: EnvironmentBlock, limit: Int
    ) throws -> Secret {
        let child: pid_t
        let reading: File
        do {
            let pipe = try Pipe("the command's output")
            child = try start(
                ["/bin/sh", "-c", command], environment: environment, output: pipe.writing)
            reading = pipe.reading
        } catch let failure as SystemCallFailure {
            throw Failure.notStarted(reason: failure.reason)
        }
        // A process that the command leaves behind, such as an agent, may keep the other end open
        // forever.
        var status: Int32?
        let output = try readSecret(
            from: reading.descriptor, path: reading.path, limit: limit
        ) { descriptor in
            while true {
                status = status ?? statusIfEnded(child)
                // Everything that it wrote before it ended has arrived by now.
                if isReadable(descriptor, within: status == nil ? 20 : 0) { return true }
                if status != nil { return false }
            }
        }
        guard let output else {
            if status == nil {
                kill(child, SIGKILL)
                _ = wait(for: child)
            }
            throw Failure.tooLong(limit: limit)
        }
        let end = status ?? wait(for: child)
        guard end == 0 else { throw Failure.ended(status: end) }
        return output
    }

    /// Returns whether there is input, or the end of it, within this time.
    private static func isReadable(_ descriptor: CInt, within milliseconds: CInt) -> Bool {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&source, 1, milliseconds) > 0
    }

    /// A program that was started and left alone.
    public struct Launched: Sendable {
        fileprivate let identifier: pid_t

        /// Waits until the program has ended.
        ///
        /// Without this it would remain a zombie after its end, for as long as this process lives.
        public func wait() {
            _ = ChildProcess.wait(for: identifier)
        }
    }

    /// Starts `command`, looked up in PATH, with only the variables in `environment`, and leaves it
    /// alone.
    ///
    /// It runs in a session of its own, so that neither Ctrl-C nor a closed terminal affects it.
    public static func launch(
        _ command: [String], environment: EnvironmentBlock
    ) throws(Failure) -> Launched {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in CInt(0)...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let child = unsafe try spawn(
            command, environment: environment, actions: &actions, flags: newSession)
        return Launched(identifier: child)
    }

    private static func start(
        _ arguments: [String], environment: EnvironmentBlock, output: borrowing File
    ) throws(Failure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // Standard input belongs to the tokenvault command itself.
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        // If standard error was closed at the start, it is held open with close-on-exec. Without
        // this it would be closed again, and the first file that the command opens would get its
        // number.
        unsafe posix_spawn_file_actions_adddup2(&actions, 2, 2)
        return unsafe try spawn(arguments, environment: environment, actions: &actions)
    }

    /// Starts `arguments` in a session of its own, with these files as its standard streams.
    static func start(
        _ arguments: [String], environment: EnvironmentBlock, input: borrowing File,
        outputAndErrors output: borrowing File
    ) throws(Failure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, 2)
        return unsafe try spawn(
            arguments, environment: environment, actions: &actions, flags: newSession)
    }

    /// `POSIX_SPAWN_SETSID`, which the C library's header does not expose to Swift.
    private static let newSession: Int16 = 0x80

    private static func spawn(
        _ arguments: [String], environment: EnvironmentBlock,
        actions: inout posix_spawn_file_actions_t, flags: Int16 = 0
    ) throws(Failure) -> pid_t {
        unsafe tokenvault_close_from(&actions, 3)
        var words = unsafe arguments.map { unsafe strdup($0) }
        let variables = unsafe environment.copied()
        unsafe words.append(nil)
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe variables.indices { unsafe variables[index]?.deallocate() }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var newlyIgnored = sigset_t()
        unsafe sigemptyset(&newlyIgnored)
        for number in ProcessHardening.newlyIgnoredSignals {
            unsafe sigaddset(&newlyIgnored, number)
        }
        unsafe posix_spawnattr_setsigdefault(&attributes, &newlyIgnored)
        // libdispatch's threads block nearly all signals, so a child started by one would not
        // receive SIGTERM.
        var mask = ProcessHardening.signalMaskAtStart
        unsafe posix_spawnattr_setsigmask(&attributes, &mask)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | flags)
        var child = pid_t()
        let code = unsafe posix_spawnp(
            &child, arguments[0], &actions, &attributes, words, variables)
        guard code == 0 else {
            throw .notStarted(reason: unsafe String(cString: strerror(code)))
        }
        return child
    }

    /// Waits until the child has ended, and returns its status, or 128 plus the number of a signal.
    static func wait(for child: pid_t) -> Int32 {
        status(of: child, options: 0) ?? -1
    }

    /// Returns whether the child has ended, but leaves its status to `wait(for:)`: until then, its
    /// number belongs to no other process or process group.
    static func hasEnded(_ child: pid_t) -> Bool {
        var information = unsafe siginfo_t()
        var result: CInt
        repeat {
            result = unsafe waitid(
                P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT)
        } while result < 0 && errno == EINTR
        // Without a child that has ended, nothing is filled in.
        return unsafe result < 0 || information.si_signo == SIGCHLD
    }

    private static func statusIfEnded(_ child: pid_t) -> Int32? {
        status(of: child, options: WNOHANG)
    }

    private static func status(of child: pid_t, options: CInt) -> Int32? {
        var status: CInt = 0
        var found: pid_t
        repeat {
            found = unsafe waitpid(child, &status, options)
        } while found < 0 && errno == EINTR
        if found == 0 { return nil }
        if found < 0 { return -1 }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
