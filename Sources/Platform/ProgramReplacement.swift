internal import CPlatform
internal import Glibc

/// Another program in this one's place (`execvpe`): it keeps the process, its terminal and its parent,
/// so that exit status and signals are its own.
public enum ProgramReplacement {
    /// The program could not be started.
    public enum Failure: Error, Equatable {
        /// There is no such program (ENOENT).
        case notFound
        /// It cannot be executed.
        case notExecutable(reason: String)
    }

    /// Runs `command`, looked up in PATH, with `environment` and nothing else.
    ///
    /// Returns only by failing.
    public static func run(
        _ command: String, arguments: [String], environment: [String]
    ) throws(Failure) -> Never {
        ProcessHardening.undoForSuccessor()
        var words = unsafe ([command] + arguments).map { unsafe strdup($0) }
        var variables = unsafe environment.map { unsafe strdup($0) }
        unsafe words.append(nil)
        unsafe variables.append(nil)
        unsafe tokenvault_exec(command, words, variables)
        let code = errno
        // What was to be the new program's environment holds tokens.
        for index in unsafe variables.indices {
            guard let text = unsafe variables[index] else { continue }
            unsafe memset(text, 0, strlen(text))
        }
        if code == ENOENT || code == ENOTDIR { throw .notFound }
        throw .notExecutable(reason: unsafe String(cString: strerror(code)))
    }
}
