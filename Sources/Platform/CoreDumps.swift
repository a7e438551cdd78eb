internal import CPlatform
internal import Glibc

/// What becomes of the memory of a program that crashes (core(5)).
public enum CoreDumps {
    /// Whether the kernel keeps this process's memory out of every dump, as
    /// ``ProcessHardening/apply()`` asked it to.
    public static var areOff: Bool { tokenvault_get_dumpable() == 0 }

    /// Whether a program that takes this one's place may leave a file of its memory: the limit that
    /// this process was started with (`ulimit -c`) is not 0.
    public static var areAllowedToSuccessors: Bool { ProcessHardening.coreLimitAtStart != 0 }

    /// The program that the kernel hands the memory of whatever crashes, whatever the limits are; nil
    /// where dumps go to files.
    public static var collector: String? {
        guard
            let file = try? File(reading: "/proc/sys/kernel/core_pattern"),
            let bytes = try? file.read(count: 4096, at: 0), bytes.first == UInt8(ascii: "|")
        else { return nil }
        let words = bytes.dropFirst().split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return words.first.map { String(decoding: $0, as: UTF8.self) }
    }
}
