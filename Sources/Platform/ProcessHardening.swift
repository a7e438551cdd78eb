internal import CPlatform
internal import Glibc
internal import Synchronization

/// Measures that keep the process's memory private and protect the process from its environment.
public enum ProcessHardening {
    /// The settings that the process was started with, for the programs that it starts.
    private struct Start {
        /// The size limit of core dumps, in bytes.
        var coreLimit: UInt
        /// The signals in `ignoredSignals` that were not ignored.
        var newlyIgnoredSignals: [CInt]
        /// The signals that were blocked.
        var mask: sigset_t
        /// Whether SIGCHLD was ignored.
        var ignoresChildren: Bool
    }

    private static let start = Mutex<Start?>(nil)

    /// The signals to ignore, so that a closed pipe or a file-size limit makes `write` fail instead
    /// of killing the process in the middle of a save.
    private static let ignoredSignals = [SIGPIPE, SIGXFSZ]
    /// The signals of crashes, after which Swift's crash reporter prints registers and memory to
    /// standard error.
    private static let crashes = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// Applies the measures; call this before anything else.
    ///
    /// Closed standard descriptors are held open, so that no file opened later gets their numbers.
    /// The process does not dump core, and debuggers of the same user cannot attach
    /// (`PR_SET_DUMPABLE`); root's can.
    public static func apply() {
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // This gets the lowest free number. A program that replaces this one finds it closed
            // again.
            _ = StandardStream.openNothing()
        }
        var mask = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        let newlyIgnored = ignoredSignals.filter { tokenvault_ignore_signal($0) == 0 }
        for number in crashes { tokenvault_unless_ignored_default(number) }
        // If it is ignored, the process cannot find out how a child ended.
        let ignoresChildren = tokenvault_default_signal(SIGCHLD) == 1
        let before = Start(
            coreLimit: coreLimitNow, newlyIgnoredSignals: newlyIgnored, mask: mask,
            ignoresChildren: ignoresChildren)
        start.withLock { $0 = before }
        limitCore(to: 0)
        _ = tokenvault_set_dumpable(0)
    }

    /// The size limit of core dumps, in bytes, that the process was started with; before `apply`,
    /// the current one.
    static var coreLimitAtStart: UInt { start.withLock { $0?.coreLimit } ?? coreLimitNow }

    /// The signals that are ignored only in this process.
    static var newlyIgnoredSignals: [CInt] { start.withLock { $0?.newlyIgnoredSignals } ?? [] }

    /// The signals that were blocked when the process was started.
    static var signalMaskAtStart: sigset_t {
        if let mask = start.withLock({ $0?.mask }) { return mask }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        return none
    }

    /// Returns whether the signal was blocked when the process was started.
    static func wasBlocked(_ number: CInt) -> Bool {
        var mask = signalMaskAtStart
        return unsafe sigismember(&mask, number) == 1
    }

    /// Undoes what a program that replaces this one would inherit.
    static func undoForSuccessor() {
        limitCore(to: coreLimitAtStart)
        for number in newlyIgnoredSignals { signal(number, SIG_DFL) }
        if start.withLock({ $0?.ignoresChildren }) == true { signal(SIGCHLD, SIG_IGN) }
    }

    /// Applies the measures again after the program could not be started.
    static func redo() {
        limitCore(to: 0)
        for number in newlyIgnoredSignals { signal(number, SIG_IGN) }
        signal(SIGCHLD, SIG_DFL)
    }

    private static var coreLimitNow: UInt {
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return 0 }
        return UInt(limit.rlim_cur)
    }

    /// Sets only the soft limit, because a hard limit could not be raised again.
    private static func limitCore(to size: UInt) {
        var limit = rlimit()
        guard unsafe tokenvault_get_core_limit(&limit) == 0 else { return }
        limit.rlim_cur = rlim_t(size)
        _ = unsafe tokenvault_set_core_limit(&limit)
    }
}
