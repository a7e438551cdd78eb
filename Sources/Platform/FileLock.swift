internal import Glibc

/// An exclusive lock (`flock`), held until the end of its lifetime or of the process.
public struct FileLock: ~Copyable {
    private let file: File

    /// The lock was not free within the time allowed.
    public struct Held: Error, Equatable {}

    /// Takes a lock that is never held for longer than a moment.
    ///
    /// If it is not free within a second, something is wrong with the system and not with the file.
    public static func takingBriefly(
        path: String, for guarded: String
    ) throws(SystemCallFailure) -> FileLock {
        do {
            return try FileLock(path: path, for: guarded, waiting: 1)
        } catch let failure as SystemCallFailure {
            throw failure
        } catch {
            throw SystemCallFailure(.lock, path, code: EWOULDBLOCK)
        }
    }

    /// Takes the lock file at `path`, creating it with mode 0600, and waits up to `seconds` for
    /// another process to release it.
    ///
    /// The file is never removed, because waiting processes have it open. If root creates it, it
    /// belongs to the owner of the file that it is `for`.
    public init(path: String, for guarded: String? = nil, waiting seconds: Double = 10) throws {
        let file = try Self.file(at: path, for: guarded)
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

    private static func file(
        at path: String, for guarded: String?
    ) throws(SystemCallFailure) -> File {
        func existing() throws(SystemCallFailure) -> File {
            try File(path, O_RDWR | O_NOFOLLOW, mode: 0, doing: .lock)
        }
        do throws(SystemCallFailure) {
            return try existing()
        } catch {
            guard error.isMissing else { throw error }
        }
        do throws(SystemCallFailure) {
            return try File(creating: path, O_RDWR, nextTo: guarded, doing: .lock)
        } catch {
            // Another process created it first.
            guard error.isExisting else { throw error }
            return try existing()
        }
    }
}
