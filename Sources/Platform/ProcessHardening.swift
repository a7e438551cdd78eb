internal import CPlatform
internal import Glibc
internal import Synchronization

/// What the process does to keep its memory to itself and to survive its surroundings.
public enum ProcessHardening {
    /// What the process was started with and other programs are to be started with.
    private struct Start {
        /// The size of core dumps, in bytes.
        var coreLimit: UInt
        /// Those of `ignoredHere` that are not ignored there.
        var heardSignals: [CInt]
        /// The signals that are blocked.
        var mask: sigset_t
        /// Whether SIGCHLD is ignored.
        var ignoresChildren: Bool
    }

    private static let start = Mutex<Start?>(nil)

    /// A reader that closes the pipe, or a file-size limit, becomes an error of `write` instead of the
    /// death of the process in the middle of a save.
    private static let ignoredHere = [SIGPIPE, SIGXFSZ]
    /// Swift's crash reporter shows registers and memory on standard error.
    private static let crashes = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// Call it before anything else.
    ///
    /// Closed standard descriptors are held open, so that no file opened later lands on them. Core
    /// dumps and debuggers of the same user are kept out (`PR_SET_DUMPABLE`); root is not.
    public static func apply() {
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest number that is free. A program in this one's place finds it closed again.
            _ = StandardStream.openNothing()
        }
        var mask = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        let heard = ignoredHere.filter { tokenvault_ignore_signal($0) == 0 }
        // Where it is ignored nobody learns how a child ended.
        let ignoresChildren = tokenvault_default_signal(SIGCHLD) == 1
        let before = Start(
            coreLimit: coreLimitNow, heardSignals: heard, mask: mask,
            ignoresChildren: ignoresChildren)
        start.withLock { $0 = before }
        limitCore(to: 0)
        _ = tokenvault_set_dumpable(0)
    }

    /// The size of core dumps, in bytes, that the process was started with; what it is now before
    /// `apply`.
    static var coreLimitAtStart: UInt { start.withLock { $0?.coreLimit } ?? coreLimitNow }

    /// The signals that are ignored here alone.
    static var heardSignalsAtStart: [CInt] { start.withLock { $0?.heardSignals } ?? [] }

    /// The signals that the process was started with blocked.
    static var signalMaskAtStart: sigset_t {
        if let mask = start.withLock({ $0?.mask }) { return mask }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        return none
    }

    /// Whether whoever started the process has blocked the signal.
    static func wasBlocked(_ number: CInt) -> Bool {
        var mask = signalMaskAtStart
        return unsafe sigismember(&mask, number) == 1
    }

    /// Takes back what a program started in this one's place would inherit.
    static func undoForSuccessor() {
        limitCore(to: coreLimitAtStart)
        for number in heardSignalsAtStart { signal(number, SIG_DFL) }
        if start.withLock({ $0?.ignoresChildren }) == true { signal(SIGCHLD, SIG_IGN) }
    }

    /// There is no such program after all.
    static func redo() {
        limitCore(to: 0)
        for number in heardSignalsAtStart { signal(number, SIG_IGN) }
        signal(SIGCHLD, SIG_DFL)
    }

    private static var coreLimitNow: UInt {
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return 0 }
        return UInt(limit.rlim_cur)
    }

    /// The soft limit alone: a hard one could not be taken back.
    private static func limitCore(to size: UInt) {
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return }
        limit.rlim_cur = rlim_t(size)
        _ = unsafe tokenvault_set_core_limit(&limit)
    }
}
