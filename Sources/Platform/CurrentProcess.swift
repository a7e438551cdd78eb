internal import CPlatform
internal import Glibc

/// What this process was given, what the kernel allows it, and its end.
public enum CurrentProcess {
    /// The arguments as they came, without the program's own name: bytes, which need not be UTF-8.
    public static var arguments: [[UInt8]] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe bytes(of: $0) }
        }
    }

    /// Bytes of memory that may be locked (`ulimit -l`); nil for no limit.
    public static var lockableBytes: Int? {
        var limit = rlimit()
        guard unsafe tokenvault_get_locked_memory_limit(&limit) == 0,
            limit.rlim_cur < UInt64(Int.max)
        else { return nil }
        return Int(limit.rlim_cur)
    }

    /// Whether the kernel keeps this process's memory out of every dump (core(5)), as
    /// ``ProcessHardening/apply()`` asked it to.
    public static var leavesNoCoreDump: Bool { tokenvault_get_dumpable() == 0 }

    /// Whether a program that takes this one's place may leave a file of its memory: the limit that
    /// this process was started with (`ulimit -c`) is not 0.
    public static var successorsMayDumpCore: Bool { ProcessHardening.coreLimitAtStart != 0 }

    /// The program that the kernel hands the memory of whatever crashes, whatever the limits are; nil
    /// where dumps go to files.
    public static var coreDumpCollector: String? {
        guard
            let file = try? File(reading: "/proc/sys/kernel/core_pattern"),
            let bytes = try? file.read(count: 4096, at: 0), bytes.first == UInt8(ascii: "|")
        else { return nil }
        let words = bytes.dropFirst().split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return words.first.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Ends the process at once (`_exit`): what it wrote is written, and the C library's own clean-up
    /// would only race with the threads of the HTTP library.
    public static func exit(status: Int32) -> Never {
        _exit(status)
    }
}
