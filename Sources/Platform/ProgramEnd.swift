internal import Glibc

/// The end of this process.
public enum ProgramEnd {
    /// Ends the process at once (`_exit`): what it wrote is written, and the C library's own clean-up
    /// would only race with the threads of the HTTP library.
    public static func exit(status: Int32) -> Never {
        _exit(status)
    }
}
