internal import CPlatform
internal import Glibc
internal import Synchronization

/// What the process does to keep its memory to itself and to survive its surroundings.
public enum ProcessHardening {
    /// The size of core dumps that the process was started with.
    private static let coreLimit = Mutex<UInt?>(nil)

    /// Call it before anything else.
    ///
    /// Closed standard descriptors are opened on /dev/null, so that no file opened later lands on
    /// them. Core dumps and debuggers of the same user are kept out (`PR_SET_DUMPABLE`); root is not.
    /// A reader that closes the pipe, or a file-size limit, becomes an error of `write` instead of
    /// the death of the process in the middle of a save.
    public static func apply() {
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = unsafe tokenvault_open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY, 0)
        }
        limitCore(to: 0)
        _ = tokenvault_set_dumpable(0)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Swift's crash reporter shows registers and memory on standard error.
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
            signal(number, SIG_DFL)
        }
    }

    /// The size of core dumps, in bytes, that the process was started with; what it is now before
    /// `apply`.
    static var coreLimitAtStart: UInt {
        if let before = coreLimit.withLock({ $0 }) { return before }
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return 0 }
        return UInt(limit.rlim_cur)
    }

    /// Takes back what a program started in this one's place would inherit.
    static func undoForSuccessor() {
        if let before = coreLimit.withLock({ $0 }) { limitCore(to: before) }
        signal(SIGPIPE, SIG_DFL)
        signal(SIGXFSZ, SIG_DFL)
    }

    /// The soft limit alone: a hard one could not be taken back.
    private static func limitCore(to size: UInt) {
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return }
        coreLimit.withLock { $0 = $0 ?? UInt(limit.rlim_cur) }
        limit.rlim_cur = rlim_t(size)
        _ = unsafe tokenvault_set_core_limit(&limit)
    }
}
