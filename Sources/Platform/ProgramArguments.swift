internal import Glibc

/// The arguments that this process was started with.
public enum ProgramArguments {
    /// As they came, without the program's own name: bytes, which need not be UTF-8.
    public static var bytes: [[UInt8]] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe Platform.bytes(of: $0) }
        }
    }
}
