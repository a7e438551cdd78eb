internal import CPlatform
internal import Glibc

/// A pipe whose ends are not inherited by other programs.
struct Pipe: ~Copyable {
    let reading: File
    let writing: File

    /// Opens a pipe; messages call both ends `path`.
    init(_ path: String) throws(SystemCallFailure) {
        var ends: [CInt] = [-1, -1]
        guard unsafe tokenvault_pipe(&ends) == 0 else { throw SystemCallFailure(.create, path) }
        reading = File(descriptor: ends[0], path: path)
        writing = File(descriptor: ends[1], path: path)
    }
}
