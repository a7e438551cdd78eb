import Foundation
import Support
import Testing

/// The nth use of a system call in one run of the program, as strace counts them.
struct SystemCall: Hashable, CustomStringConvertible {
    let name: String
    let ordinal: Int
    /// The line that strace printed for it.
    let line: String

    var description: String { "\(name) #\(ordinal)" }
}

/// Runs the program under strace(1), which lists its system calls or makes one of them fail.
enum SystemCallTrace {
    /// The system calls for files and streams; those for memory and threads are left out.
    static let names = [
        "openat", "read", "pread64", "write", "pwrite64", "fsync", "fdatasync", "ftruncate",
        "rename",
        "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "flock", "fcntl", "fstat",
        "newfstatat", "lstat", "statx", "mkdir", "mkdirat", "readlink", "lseek", "prctl",
    ]

    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

    /// Returns the program's system calls, without those of the loader before it.
    static func calls(
        in home: Home, _ arguments: [String], input: String = ""
    ) async throws -> [SystemCall] {
        let trace = "\(home.path)/trace"
        let outcome = try await strace(
            home, ["-o", trace, "-e", "trace=\(names.joined(separator: ","))"], arguments, input)
        try #require(outcome.status == 0, "\(outcome.errors)")
        var counts: [String: Int] = [:]
        var calls: [SystemCall] = []
        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        for line in lines {
            let text = line.drop { $0.isNumber || $0 == " " }
            guard let name = text.split(separator: "(").first.map(String.init),
                names.contains(name)
            else { continue }
            counts[name, default: 0] += 1
            calls.append(SystemCall(name: name, ordinal: counts[name] ?? 0, line: String(text)))
        }
        let start = try #require(calls.firstIndex { $0.line.contains("PR_SET_DUMPABLE") })
        return Array(calls[(start + 1)...])
    }

    /// Runs the program with a fault, such as `error=EIO`, injected into one of its system calls.
    static func run(
        in home: Home, _ arguments: [String], input: String = "", _ fault: String,
        at call: SystemCall
    ) async throws -> Outcome {
        try await strace(
            home,
            [
                "-o", "/dev/null", "-e", "trace=\(call.name)",
                "-e", "inject=\(call.name):\(fault):when=\(call.ordinal)",
            ], arguments, input)
    }

    private static func strace(
        _ home: Home, _ options: [String], _ arguments: [String], _ input: String
    ) async throws -> Outcome {
        try await Child(
            "/usr/bin/strace",
            ["-f", "-qq"] + options + ["--", ProgramUnderTest.path] + arguments,
            environment: home.environment, input: input, scratch: home.scratch
        ).outcome()
    }
}
