import Glibc

/// A program in a session of its own, with the directory, the streams and the terminal it is given.
///
/// Everything that needs a pointer is in this file.
struct ChildProcess: Sendable {
    let id: pid_t

    struct StartFailure: Error {
        let program: String
        let code: CInt
    }

    /// Where the descriptors 0, 1 and 2 lead; each is a path.
    struct Streams {
        var input: String
        var output: String
        var errors: String
        /// The terminal that becomes the session's own, whatever the three are.
        var terminal: String?
    }

    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String,
        streams: Streams
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
        let command = ["/usr/bin/env", "-C", directory, program] + arguments
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
    func statusIfEnded() -> Int32? {
        var status: CInt = 0
        guard unsafe waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    func send(_ signal: CInt) {
        kill(id, signal)
    }

    /// Ends it and whatever else is left of its session's first group.
    func endGroup() {
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

/// Both ends of a pseudo terminal.
final class TerminalDevice: Sendable {
    private let master: CInt
    private let slave: CInt
    /// The path of the end that programs see.
    let path: String

    struct Failure: Error {
        let code: CInt
    }

    init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        var number: CInt = 0
        guard master >= 0, unsafe ioctl(master, Self.setLock, &number) == 0,
            unsafe ioctl(master, Self.getNumber, &number) == 0
        else { throw Failure(code: errno) }
        path = "/dev/pts/\(number)"
        // Held open, so that nothing is lost between one program's end and the next one's start.
        slave = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw Failure(code: errno) }
    }

    /// `TIOCSPTLCK` and `TIOCGPTN` of Linux.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    deinit {
        close(slave)
        close(master)
    }

    /// Whether what is typed appears.
    var echoes: Bool {
        var settings = termios()
        return unsafe tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    func setSize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// What has been written to the terminal since the last look.
    func read() -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(master, &piece, piece.count)
            guard count > 0 else { return all }
            all += piece.prefix(count)
        }
    }

    /// Types as much as the terminal takes; returns how many bytes that was.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(master, bytes.baseAddress, bytes.count)
        }
        return max(0, count)
    }
}

/// A lock on a file, as another process would hold it.
final class HeldLock: Sendable {
    private let descriptor: CInt

    init?(_ path: String) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { close(descriptor) }

    func release() { flock(descriptor, LOCK_UN) }
}

/// Ports of this machine's loopback interface.
enum LoopbackPort {
    /// One where nobody listened a moment ago.
    ///
    /// It lies below those that the kernel gives to clients, of which any may come in between.
    static func free() -> Int {
        while true {
            let port = UInt16.random(in: 10_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if status == 0 { return Int(port) }
        }
    }
}
