internal import CPlatform
internal import Glibc

/// What the kernel allows this process.
public enum ProcessLimits {
    /// Bytes of memory that may be locked (`ulimit -l`); nil for no limit.
    public static var lockableBytes: Int? {
        var limit = rlimit()
        guard unsafe tokenvault_get_locked_memory_limit(&limit) == 0,
            limit.rlim_cur < UInt64(Int.max)
        else { return nil }
        return Int(limit.rlim_cur)
    }
}
