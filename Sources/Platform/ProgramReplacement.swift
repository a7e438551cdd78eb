internal import CPlatform
internal import Glibc
public import Sodium

/// Another program that replaces this one (`execvpe`).
///
/// The process, its terminal and its parent stay the same, so exit status and signals are those of
/// the program.
public enum ProgramReplacement {
    /// The program could not be started.
    public enum Failure: Error, Equatable {
        /// There is no such program (ENOENT).
        case notFound
        /// It cannot be executed.
        case notExecutable(reason: String)
    }

    /// Runs the program that the first of `words` names, looked up in PATH, with all of `words` as
    /// its arguments.
    ///
    /// Its only variables are those in `environment` and `secrets`. Returns only by throwing.
    public static func run(
        _ words: [[UInt8]], environment: EnvironmentBlock, secrets: [String: SharedSecret]
    ) throws(Failure) -> Never {
        ProcessHardening.undoForSuccessor()
        guard let first = words.first else { throw .notFound }
        let program = unsafe copy(of: first)
        let arguments = unsafe words.map { unsafe copy(of: $0) } + [nil]
        let tokens = unsafe secrets.map { unsafe variable($0.key, $0.value) }
        let variables = unsafe tokens + environment.filter { secrets[$0] == nil }.copied()
        unsafe tokenvault_exec(program, arguments, variables)
        let code = errno
        ProcessHardening.redo()
        for index in unsafe tokens.indices {
            unsafe memset(tokens[index], 0, strlen(tokens[index]))
        }
        if code == ENOENT || code == ENOTDIR { throw .notFound }
        throw .notExecutable(reason: unsafe String(cString: strerror(code)))
    }

    /// Returns `NAME=value`, the only copy outside of guarded memory.
    private static func variable(
        _ name: String, _ value: SharedSecret
    ) -> UnsafeMutablePointer<CChar> {
        let start = Array("\(name)=".utf8)
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: start.count + value.count + 1)
        for (index, byte) in start.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
        value.withBytes { bytes in
            for index in bytes.indices {
                unsafe text[start.count + index] = CChar(bitPattern: bytes[index])
            }
        }
        unsafe text[start.count + value.count] = 0
        return unsafe text
    }
}
