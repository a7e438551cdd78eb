internal import Glibc

/// An exclusive lock, held until its owner lets go of it or dies (`flock`).
public struct FileLock: ~Copyable {
    private let file: File

    /// The lock was not free within the time allowed.
    public struct Held: Error, Equatable {}

    /// Takes the lock file at `path`, creating it with mode 0600, and waits as long as it takes: for
    /// locks that nobody holds for longer than a moment.
    public static func takingWithoutLimit(path: String) throws(SystemCallFailure) -> FileLock {
        let file = try File(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600, doing: .lock)
        while flock(file.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw SystemCallFailure(.lock, path) }
        }
        return FileLock(file: file)
    }

    private init(file: consuming File) {
        self.file = file
    }

    /// Takes the lock file at `path`, creating it with mode 0600, and waits up to `seconds` for
    /// another process to release it.
    ///
    /// The file is never removed: whoever waits holds it open.
    public init(path: String, waiting seconds: Double = 10) throws {
        let file = try File(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600, doing: .lock)
        let pause: UInt32 = 20_000
        var waited = 0.0
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw SystemCallFailure(.lock, path) }
            guard waited < seconds else { throw Held() }
            usleep(pause)
            waited += Double(pause) / 1_000_000
        }
        self.file = file
    }
}
