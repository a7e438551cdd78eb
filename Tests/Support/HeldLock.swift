import Glibc

/// A lock on a file, as another process would hold it.
public final class HeldLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock, or returns `nil` if another process holds it.
    public init?(_ path: String) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Releases the lock.
    public func release() { flock(descriptor, LOCK_UN) }
}
