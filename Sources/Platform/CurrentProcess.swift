internal import CPlatform
internal import Glibc

/// This process: its arguments, its limits and its exit.
public enum CurrentProcess {
    /// The arguments as received, without the program's own name: bytes that need not be UTF-8.
    public static var arguments: [[UInt8]] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe bytes(of: $0) }
        }
    }

    /// The number of bytes of memory that may be locked (`ulimit -l`), or `nil` if there is no
    /// limit.
    public static var lockableBytes: Int? {
        var limit = rlimit()
        guard unsafe tokenvault_get_locked_memory_limit(&limit) == 0,
            limit.rlim_cur < UInt64(Int.max)
        else { return nil }
        return Int(limit.rlim_cur)
    }

    /// Whether the kernel excludes this process's memory from all dumps (core(5)), as
    /// ``ProcessHardening/apply()`` requested.
    public static var leavesNoCoreDump: Bool { tokenvault_get_dumpable() == 0 }

    /// Whether a program that replaces this one may dump core: the limit that this process was
    /// started with (`ulimit -c`) is not 0.
    public static var successorsMayDumpCore: Bool { ProcessHardening.coreLimitAtStart != 0 }

    /// The program to which the kernel sends the memory of crashed processes, regardless of limits,
    /// or `nil` if dumps go to files.
    public static var coreDumpCollector: String? {
        guard
            let file = try? File(reading: "/proc/sys/kernel/core_pattern"),
            let bytes = try? file.read(count: 4096, at: 0), bytes.first == UInt8(ascii: "|")
        else { return nil }
        let words = bytes.dropFirst().split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return words.first.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends the process at once (`_exit`).
    ///
    /// Everything has been written by then, and the C library's cleanup would only race with the
    /// threads of the HTTP library.
    public static func exit(status: Int32) -> Never {
        _exit(status)
    }
}
