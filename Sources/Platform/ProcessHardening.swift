internal import CPlatform
internal import Glibc

/// What the process does to keep its memory to itself and to survive its surroundings.
public enum ProcessHardening {
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
        _ = tokenvault_limit_core_to_nothing()
        _ = tokenvault_set_dumpable(0)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
